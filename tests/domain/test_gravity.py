"""How bad a refusal is: the address is dead, it may pass, or it is we who are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.gravity import GRAVITY, Severity, severity
from tasks.domain.triage import is_hard
from tasks.domain.vietnamese import fold

# A mistyped domain: no letter to it will ever arrive, and nobody tells the unit of it.
NO_DOMAIN = [
    ("5.4.4", "dns; unable to look up host x.vn: Host or domain name not found"),
    ("5.4.4", "Host or domain name not found. Name service error for name=x.vn type=AAAA: Host not found"),
    ("5.4.4", "smtp; 550 5.4.4 Invalid domain"),
    ("5.4.4", ""),
    ("5.1.2", "smtp; 550 5.1.2 <hoa@x.vn>... Host unknown (Name server: x.vn.: host not found)"),
    ("5.1.2", "Sorry, I couldn't find any host named x.vn. (#5.1.2)"),
    ("5.0.0", "smtp; 550 Domain not found"),
    ("5.0.0", "DNS type 'mx' lookup of x.vn responded with code NXDOMAIN; Domain name not found: x.vn"),
    ("5.4.310", "smtp; 550 5.4.310 DNS domain x.vn does not exist [Message=InfoDomainNonexistent]"),
    ("5.0.0", "all relevant MX records point to non-existent hosts"),
    ("5.0.0", "Tên miền x.vn không tồn tại"),
]
HARD = [
    ("5.1.1", "smtp; 550 5.1.1 <hoa@x.vn>: Recipient address rejected: User unknown in local recipient table"),
    ("5.1.1", "smtp; 550-5.1.1 The email account that you tried to reach does not exist."),
    ("5.1.1", ""),
    ("5.1.0", "smtp; 550 5.1.0 Address rejected"),
    ("5.1.2", "dns; Host not found"),
    ("5.1.3", "smtp; 501 5.1.3 Bad recipient address syntax"),
    ("5.1.6", "smtp; 551 5.1.6 Mailbox has moved"),
    ("5.1.10", "smtp; 556 5.1.10 Recipient address has null MX"),
    ("5.2.1", "smtp; 550 5.2.1 The email account that you tried to reach is disabled."),
    ("5.0.0", "smtp; 550 No such user here"),
    ("5.0.0", "smtp; 550 unrouteable address"),
    ("5.0.0", "smtp; 550 5.0.0 <hoa@corporate.vn>... User unknown"),
    ("5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"),  # Exchange Online: nobody
    ("5.7.1", "smtp; 550 5.7.1 <hoa@x.vn>... no such user"),
    *NO_DOMAIN,
]
SOFT = [
    ("4.2.2", "smtp; 452 4.2.2 Mailbox full"),
    ("4.7.1", "smtp; 451 4.7.1 Greylisting in action, please come back later"),
    ("5.2.2", "smtp; 552 5.2.2 Mailbox full"),
    ("5.2.2", "smtp; 552-5.2.2 The recipient's inbox is out of storage space."),
    ("5.2.2", "smtp; 550 5.2.2 Over quota"),
    ("5.2.3", "smtp; 552 5.2.3 Message exceeds fixed size"),
    ("5.3.4", "smtp; 552 5.3.4 Message too big for system"),
    ("5.3.0", "smtp; 554 5.3.0 System not accepting network messages"),
    ("5.4.5", "smtp; 550 5.4.5 Daily sending quota exceeded"),
    ("5.4.6", "smtp; 554 5.4.6 Routing loop detected"),
    ("5.5.4", "smtp; 501 5.5.4 Invalid arguments"),
    ("5.6.0", "smtp; 554 5.6.0 Corrupt message content"),
    ("5.7.1", "smtp; 550 5.7.1 Message rejected as spam"),
    ("5.7.1", "smtp; 554 5.7.1 Client host rejected: Access denied"),
    ("5.7.1", "smtp; 550 5.7.1 Service unavailable, client host blocked using zen.spamhaus.org"),
    ("5.7.1", "smtp; 550 5.7.1 Relaying denied"),
    ("5.7.26", "smtp; 550 5.7.26 This mail has been blocked because the sender is unauthenticated"),
    ("5.7.509", "smtp; 550 5.7.509 Access denied, sending domain does not pass DMARC verification"),
    ("5.1.7", "smtp; 550 5.1.7 Bad sender's mailbox address syntax"),
    ("5.1.8", "smtp; 550 5.1.8 Access denied, bad outbound sender"),
    ("5.0.0", "smtp; 550 Too many messages, slow down"),
    ("5.0.0", "smtp; 550 sending rate exceeded"),
    ("5.0.0", "smtp; 550 frequency limit"),
    ("5.0.0", "smtp; 554 mailbox is full"),
    ("", "smtp; 550 No such user here"),
    ("2.0.0", "smtp; 250 ok"),
]


@pytest.mark.parametrize(("status", "diagnostic"), HARD)
def test_a_refused_address_is_hard(status: str, diagnostic: str) -> None:
    assert is_hard(status, diagnostic)


@pytest.mark.parametrize(("status", "diagnostic"), SOFT)
def test_a_full_box_our_own_fault_or_a_passing_one_is_not(status: str, diagnostic: str) -> None:
    assert not is_hard(status, diagnostic)


@given(st.from_regex(r"[24]\.[0-7]\.[0-9]{1,3}", fullmatch=True), st.text(max_size=40))
def test_what_is_not_refused_for_good_is_never_hard(status: str, diagnostic: str) -> None:
    assert not is_hard(status, diagnostic)


POLICY = [
    ("5.7.1", "smtp; 550 5.7.1 Message rejected as spam"),
    ("4.7.0", "421 4.7.0 [TSS04] Messages temporarily deferred due to user complaints"),
    ("5.1.8", "501 5.1.8 Sender address rejected"),
    ("5.1.1", "550 5.7.1 IP address blacklisted by recipient"),
    ("5.0.0", "550 Domain of sender address x@vinhlinh.example does not exist"),
    ("5.0.0", "550 too many messages"),
    ("5.6.0", "554 5.6.0 Message malformed"),
    ("5.0.0", "551 Server access forbidden"),
    ("5.0.0", "554 thư bị coi là thư rác"),
]
OUR_DOMAIN = [
    ("5.0.0", "550 Sender address rejected: Domain not found"),
    ("5.1.8", "501 5.1.8 Domain must resolve: Host not found"),
    ("5.7.1", "550 5.7.1 Host unknown, fix your DNS"),
    ("5.0.0", "550 your client host not found"),
]
PASSING = [
    ("4.4.3", "Name service error for name=x.vn type=MX: Host not found, try again"),
    ("4.4.1", "connect to mx.x.vn: Connection timed out"),
    ("5.2.2", "552 Hộp thư đã đầy"),
    ("5.1.1", "550 5.1.1 mailbox is full"),
    ("4.4.1", "connect to mx.example: Connection timed out"),
    ("5.3.0", "554 system not accepting messages"),
    ("5.0.0", "554 transaction failed"),
    ("", ""),
]
DEAD_IN_WORDS = [
    ("", "Hộp thư không tồn tại"),
    ("", "Unknown Recipient"),
    ("5.0.0", "551 ask somebody else"),
    ("5.2.1", "disabled"),
]


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        *((*one, Severity.POLICY) for one in POLICY),
        *((*one, Severity.SOFT) for one in PASSING),
        *((*one, Severity.HARD) for one in DEAD_IN_WORDS),
        ("4.0.0", "DNS Error: lookup of x.vn responded with code NXDOMAIN", Severity.HARD),
    ],
)
def test_the_number_and_the_words_together_say_how_bad_it_is(status: str, words: str, kind: Severity) -> None:
    assert severity(status, words) is kind


@pytest.mark.parametrize(("status", "words"), OUR_DOMAIN)
def test_words_about_our_own_domain_never_blame_the_recipient_s(status: str, words: str) -> None:
    assert severity(status, words) is not Severity.HARD


def test_every_line_of_the_table_decides_something() -> None:
    seen = [*HARD, *SOFT, *POLICY, *PASSING, *DEAD_IN_WORDS]
    deciding = {
        next(n for n, line in enumerate(GRAVITY) if line.status.search(status) and line.words.search(fold(words)))
        for status, words in seen
    }
    assert deciding == set(range(len(GRAVITY)))


@given(st.text(max_size=10), st.text(max_size=200))
def test_whatever_a_server_says_has_a_gravity(status: str, words: str) -> None:
    assert severity(status, words) in set(Severity)
