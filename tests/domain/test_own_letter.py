"""What the way of a letter to ourselves tells: whose server it is, what it refuses, whose letter ours seems to be."""

import pytest

from tasks.domain.own_letter import (
    Allowance,
    Arrival,
    Provider,
    aligned,
    authentication,
    envelope_doubt,
    faults,
    is_made_up,
    provider_of,
    too_much,
    wont_work,
)


@pytest.mark.parametrize(
    ("signs", "provider"),
    [
        (["smtp.gmail.com", "smtp.gmail.com ESMTP d2e1a72fcca58 - gsmtp"], Provider.GOOGLE),
        (["smtp-relay.example", "mx.google.com ESMTP x1 - gsmtp"], Provider.GOOGLE),
        (
            ["thu.example", "SG2PR01CA0110.outlook.office365.com Microsoft ESMTP MAIL Service ready at Mon"],
            Provider.EXCHANGE_ONLINE,
        ),
        (["smtp.office365.com"], Provider.EXCHANGE_ONLINE),
        (["mail.tinh.example", "MAIL01.tinh.example Microsoft ESMTP MAIL Service ready at Mon"], Provider.EXCHANGE),
        (["mail.tinh.example", "mail.tinh.example Zimbra IMAP4rev1 server ready"], Provider.ZIMBRA),
        (["mail.tinh.example", "mail.tinh.example ESMTP MDaemon 23.5.1; Mon, 30 Nov"], Provider.MDAEMON),
        (["mail.tinh.example", "mail.tinh.example ESMTP Postfix (Debian/GNU)"], Provider.POSTFIX),
        (["mail.tinh.example", "mail.tinh.example ESMTP Exim 4.96 Mon, 30 Nov"], Provider.EXIM),
        (["mail.tinh.example", "mail.tinh.example ESMTP"], Provider.UNKNOWN),
    ],
)
def test_a_server_is_known_by_what_it_calls_itself(signs: list[str], provider: Provider) -> None:
    assert provider_of(signs) is provider


def test_what_a_provider_refuses_is_told_before_it_does() -> None:
    assert "OAuth" in wont_work(Provider.EXCHANGE_ONLINE)
    assert "mật khẩu ứng dụng" in wont_work(Provider.GOOGLE)
    assert wont_work(Provider.UNKNOWN) == wont_work(Provider.EXIM) == ""


@pytest.mark.parametrize(
    ("provider", "account", "planned", "keys"),
    [
        (Provider.GOOGLE, "dancho@gmail.com", Allowance(2_000, 30, 2), ["per_day = 500"]),
        (Provider.GOOGLE, "dancho@co-quan.example", Allowance(2_000, 30, 2), []),
        (Provider.GOOGLE, "dancho@co-quan.example", Allowance(3_000, 30, 2), ["per_day = 2000"]),
        (Provider.EXCHANGE_ONLINE, "a@b.example", Allowance(2_000, 60, 4), ["per_minute = 30", "connections = 3"]),
        (Provider.UNKNOWN, "a@b.example", Allowance(10**6, 10**6, 99), []),
    ],
)
def test_limits_above_those_of_the_provider_are_named(
    provider: Provider, account: str, planned: Allowance, keys: list[str]
) -> None:
    said = too_much(provider, account, planned)
    assert len(said) == len(keys)
    assert all(f"hãy đặt {key} trở xuống" in one for key, one in zip(keys, said, strict=True))


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("vinhlinh.gov.vn", "vinhlinh.gov.vn", True),
        ("vinhlinh.quangtri.gov.vn", "mail.quangtri.gov.vn", True),
        ("quangtri.gov.vn", "quangbinh.gov.vn", False),
        ("a.com.vn", "b.com.vn", False),
        ("mail.congty.com", "congty.com", True),
        ("congty.com", "congty.net", False),
        ("truonghoc.edu.vn", "gmail.com", False),
        ("congty.vn", "thu.congty.vn", True),
    ],
)
def test_domains_belong_together_as_dmarc_sees_it(one: str, other: str, together: bool) -> None:
    assert aligned(one, other) is aligned(other, one) is together


def test_addresses_of_our_samples_are_nobody_s() -> None:
    assert is_made_up("dancho@vinhlinh.example")
    assert not is_made_up("dancho@example.gov.vn")


def test_only_the_judgement_of_the_server_that_delivered_counts() -> None:
    header = (
        "mx.example; dkim=pass header.d=a.example; spf=softfail (mx.example: dmarc=pass said) smtp.mailfrom=b.example;"
    )
    assert authentication(f"{header}\r\n dmarc=fail") == {"dkim": "pass", "spf": "softfail", "dmarc": "fail"}
    assert authentication("") == {}


def test_a_letter_that_came_where_we_read_and_was_believed_has_no_fault() -> None:
    assert faults(Arrival("INBOX", True, 2, {"spf": "pass", "dmarc": "pass"}), "") == []
    assert faults(Arrival("INBOX", True, 2), "") == []


def test_each_thing_that_went_wrong_on_the_way_is_named() -> None:
    (junk,) = faults(Arrival("Spam", False, 2, is_junk=True), "")
    assert "thư rác “Spam”" in junk
    (other,) = faults(Arrival("Tin tức", False, 2), "")
    assert "“Tin tức” mà chương trình không đọc" in other
    (forged,) = faults(Arrival("INBOX", True, 2, {"spf": "fail", "dkim": "none"}), "")
    assert "spf=fail" in forged


def test_an_envelope_of_another_domain_is_a_fault_unless_the_server_was_seen_to_vouch_for_us() -> None:
    doubt = envelope_doubt("dancho@vinhlinh.gov.vn", "dancho+b-1@gmail.com")
    assert "DMARC" in doubt
    assert faults(Arrival("INBOX", True, 2), doubt) == [doubt]
    assert faults(Arrival("INBOX", True, 2, {"dmarc": "pass"}), doubt) == []
    assert envelope_doubt("dancho@vinhlinh.gov.vn", "dancho+b-1@vinhlinh.gov.vn") == ""
