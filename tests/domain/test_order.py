"""When a mail was sent, as far as a sender's clock can be believed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.inbox.order import sent_moment

SECONDS = st.integers(1_577_836_800, 1_893_456_000)
MOMENTS = SECONDS.map(lambda second: datetime.fromtimestamp(second, UTC))


@given(st.none() | MOMENTS, MOMENTS, st.none() | MOMENTS)
def test_it_never_lies_after_the_arrival_or_before_we_asked(
    written: datetime | None, arrived: datetime, asked: datetime | None
) -> None:
    sent = sent_moment(written, arrived, asked)
    if sent is not None:
        assert written is not None
        assert (asked or arrived) <= written
        assert sent <= arrived
        assert sent in (written, arrived)


def test_a_mail_that_took_hours_was_sent_when_it_says() -> None:
    arrived = datetime(2025, 4, 22, 12, tzinfo=UTC)
    written = arrived - timedelta(hours=7)
    assert sent_moment(written, arrived, arrived - timedelta(days=14)) == written
