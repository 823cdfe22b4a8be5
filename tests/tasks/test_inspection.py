"""Findings: numbered, told, reported by the unit, closed only by the office."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tasks.domain.errors import DefinitionError, KiemtraError
from tasks.domain.finding import FindingState
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.inspection import close_finding
from tasks.records import Finding
from tests.tasks.world import ADDRESS, World, moment


def test_a_finding_is_numbered_and_its_unit_is_told_once(begun: World) -> None:
    assert begun.raise_finding() == "KN-2025-001"
    assert begun.raise_finding("ptp") == "KN-2025-002"
    begun.send("2025-06-18 09:05")
    begun.send("2025-06-18 10:05")
    notice = begun.outbox.to(ADDRESS["xa-vinh-o"])
    assert len(notice) == 1
    assert "KN-2025-001" in notice[0].subject
    assert "Chưa công khai quyết toán." in notice[0].text
    assert "18/07/2025" in notice[0].text


def test_all_that_is_wrong_with_a_finding_is_said_at_once_and_nothing_is_stored(begun: World) -> None:
    before = begun.rows()
    with pytest.raises(DefinitionError) as refused:
        begun.raise_finding("khong-co", date(2025, 6, 18))
    assert {problem.where for problem in refused.value.problems} == {"đơn vị", "hạn khắc phục"}
    assert begun.rows() == before


def test_closing_takes_back_what_waits_and_is_done_by_a_named_person_once(begun: World) -> None:
    number = begun.raise_finding()
    begun.climb("2025-07-11 07:30")
    with begun.sessions.begin() as session:
        close_finding(session, number, "Nguyễn Thị Hà", begun.tools)
    finding = begun.finding()
    assert (finding.state, finding.closed_by, finding.next_rung_at) == (FindingState.CLOSED, "Nguyễn Thị Hà", None)
    assert {(one.kind, one.state, one.reason) for one in begun.letters(finding_id=finding.id)} == {
        (LetterKind.FINDING, LetterState.CANCELLED, Reason.ENDED),
        (LetterKind.REMINDER, LetterState.CANCELLED, Reason.ENDED),
    }
    with pytest.raises(KiemtraError, match="Nguyễn Thị Hà"), begun.sessions.begin() as session:
        close_finding(session, number, "Người khác", begun.tools)
    with pytest.raises(KiemtraError, match="Không có kiến nghị"), begun.sessions.begin() as session:
        close_finding(session, "KN-2025-999", "Hà", begun.tools)


def test_a_closed_finding_is_never_chased_again(begun: World) -> None:
    """T31."""
    number = begun.raise_finding()
    with begun.sessions.begin() as session:
        close_finding(session, number, "Hà", begun.tools)
    before = begun.rows()
    begun.climb("2025-08-18 08:00")
    rows = begun.rows()
    assert rows["finding"] == before["finding"]
    assert not [one for one in begun.letters() if one.finding_id and one.rung]


def test_a_finding_of_a_unit_without_an_address_says_why_nobody_was_told(begun: World) -> None:
    from dataclasses import replace

    from tests.tasks.world import UNITS

    begun.take_in((replace(UNITS[3], addresses=()),))
    begun.raise_finding("tt-ben-quan")
    letter = begun.letters(kind=LetterKind.FINDING)[0]
    assert (letter.state, letter.reason) == (LetterState.CANCELLED, Reason.NO_ADDRESS)


def test_the_notice_of_a_finding_waits_for_the_morning(begun: World) -> None:
    begun.raise_finding(when="2025-06-18 21:00")
    assert begun.letters(kind=LetterKind.FINDING)[0].not_before == moment("2025-06-19 07:30")
    with begun.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Finding)) == 1
