"""How bad a refusal is: a table over the server's number and its words.

A hint and not a verdict (reference: mail, section 5): two good classifiers agree on four of five.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tasks.domain.vietnamese import fold

_LONGEST_LINE = 600


class Severity(StrEnum):
    """HARD: the address is dead. SOFT: it may pass. POLICY: our letter or our server is refused, not the address."""

    HARD = "hard"
    SOFT = "soft"
    POLICY = "policy"
    DELAY = "delay"


@dataclass(frozen=True)
class Gravity:
    severity: Severity
    status: re.Pattern[str]
    words: re.Pattern[str]


def _line(severity: Severity, status: str = "", words: str = "") -> Gravity:
    return Gravity(severity, re.compile(status), re.compile(words))


# Of the recipient's domain, and not of ours that the other server looked up.
_NO_DOMAIN = (
    r"^(?!.*(try again|tempor|sender|mail from|from address|return.path|h?elo\b|ehlo|client|reverse|\bptr\b"
    r"|timed? ?out|servfail))"
    r".*(nxdomain|host or domain name not found|domain (name )?not found|no such (domain|host)\b"
    r"|host (not found|unknown)"
    r"|name or service not known|could ?n.t find any host named"
    r"|(dns )?domain \S{0,100} ?(does not|doesn.t) exist|domain (does not|doesn.t) exist|invalid domain\b"
    r"|unknown (domain|host)\b|non-?existent (hosts?|domain)|infodomainnonexistent"
    r"|ten mien .{0,60}(khong ton tai|khong tim thay|khong hop le)|khong (tim thay|co) (ten mien|may chu))"
)

# RFC 3463's status and the server's words, both folded; the first line on which both are found decides.
GRAVITY: Sequence[Gravity] = (
    # A full box is emptied one day; many servers call that 5.x.
    _line(
        Severity.SOFT,
        "",
        r"(mailbox|inbox|mail ?folder|account|storage|disk|hop thu).{0,40}(\bfull\b|exceed|out of|\bday\b|limit)"
        r"|(over|exceed(s|ed|ing)?) .{0,30}(quota|storage|size limit)|quota.{0,30}(exceed|full|reached|violation)"
        r"|over ?quota|(not enough|insufficient|no|out of) .{0,20}(space|storage)",
    ),
    # 'Come back later' from a server that does not like our letters.
    _line(Severity.POLICY, r"^4\.7\.", r"complaint|spam|reputation|block|unsolicited|unexpected volume"),
    # 1.7-1.9 is our own address and the next server, whatever the words say of 'address' and 'exist'.
    _line(Severity.POLICY, r"^5\.1\.[789]$"),
    # There is no such domain, also where the number says "for now": a mistyped one is chased for ever (peers: T90 asks
    # for patience, which two such reports are). "Try again" are the words about a name server that was silent.
    _line(Severity.HARD, r"^(?![45]\.7\.)", _NO_DOMAIN),
    # Refused for now, or given up after days of "for now": a server that was down, a greylist, a route.
    _line(Severity.SOFT, r"^4\."),
    _line(Severity.POLICY, "", r"sender (address|domain|id)|domain of sender|(your|sending|client) (ip|server|host)"),
    # Sendmail's own number, the other server's answer: security.
    _line(Severity.POLICY, r"^5\.1\.[01]$", r"\b5\.7\.\d+\b.*(denied|block|black|spam|polic|reject|listed)"),
    # RFC 3463: 1.x is the recipient.
    _line(Severity.HARD, r"^5\.1\.([1-46]|10)$"),
    # Our behaviour: spam, rate, reputation, authentication.
    _line(
        Severity.POLICY,
        "",
        r"spam|policy|policies|block(ed|ing|list)|black ?list|\brbl\b|reputation|\brate\b|frequency"
        r"|too (many|fast|quick)|throttl|dmarc|\bspf\b|dkim|not authori[sz]ed|unauthenticated|authentication"
        r"|relay(ing)? (denied|not)|insecure|open relay|reverse dns|\br?dns record|\bptr\b|client host|virus"
        r"|malware|suspicious|attachment|content (rejected|filter)|banned|quota|limit|thu rac|chinh sach",
    ),
    # No server found for the domain.
    _line(Severity.HARD, r"^5\.4\.4$"),
    # The address in words, whatever the number (Exchange Online says 5.4.1 and 'Access denied' for nobody).
    _line(
        Severity.HARD,
        r"^(5\.|$)",
        r"user (is )?unknown|unknown (user|recipient|address|mailbox|local)|(does|do|did) ?(n.?t|not) exist"
        r"|no such (user|recipient|mailbox|address|person|account|domain|local|alias|email|host|name|one)"
        r"|recipient( address)? rejected: (access denied|undeliverable)|invalid (recipient|user|mailbox|address"
        r"|domain)|no (mailbox|recipient|account) |user .{0,80}not listed|unrouteable|not our customer|has (moved"
        r"|left)|(user|recipient|mailbox|address|account"
        r"|domain) .{0,60}(not (found|exist|valid|known|listed|active|available)|n.t (exist|have)|unavailable"
        r"|unknown|invalid|disabled|inactive|suspended|deactivated|expired|closed|removed)|(disabled|inactive"
        r"|suspended|deactivated) (user|recipient|mailbox|address|account)|not a (valid|known)|khong ton tai"
        r"|khong tim thay",
    ),
    # A closed mailbox, an address with no server.
    _line(Severity.HARD, r"^5\.(1\.0|1\.5|2\.1)$"),
    # Security and the letter's own form: somebody here has to do something.
    _line(Severity.POLICY, r"^5\.[67]\."),
    _line(
        Severity.POLICY, "", r"access denied|forbidden|\bip\b|protocol|mismatch|relay|service permits|not accepted from"
    ),
    # The other side's system, route, protocol, storage.
    _line(Severity.SOFT, r"^5\.[2-5]\."),
    # Nothing but the number of the mailbox commands' refusal (RFC 5321 section 4.2.3).
    _line(Severity.HARD, r"^5\.", r"(^|\D)55[013]\b"),
    # A refusal that gives no reason at all.
    _line(Severity.SOFT),
)


def severity(status: str, diagnostic: str) -> Severity:
    said = fold(diagnostic[:_LONGEST_LINE])
    return next(one.severity for one in GRAVITY if one.status.search(status) and one.words.search(said))
