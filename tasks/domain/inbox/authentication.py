"""What our own mail server found out about a sender (RFC 8601), and nothing that anybody else says about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# A run of a word, a quoted string, a step of a comment; what fits none of them is malformed.
_PIECE = re.compile(r"[^\s();\"\\]+|\"(?:[^\"\\]|\\.)*\"", re.S)
_IN_COMMENT = re.compile(r"[^()\\]+|\\.|[()]", re.S)
_RESULT = re.compile(r"([a-z0-9-]{1,40})(?:/\d{1,3})?=([a-z]{1,20})", re.I)
_PROPERTY = re.compile(r"([a-z0-9-]{1,40}(?:\.[a-z0-9_-]{1,60})?)=(.+)", re.I | re.S)
_AWAITS_VALUE = re.compile(r"[a-z0-9./_-]{1,110}=", re.I)
_NAME = re.compile(r"[a-z0-9._-]{1,255}", re.I)
# Of whom each method speaks.
_SPEAKS_OF = {
    "dmarc": {"header.from"},
    "compauth": {"header.from"},
    "dkim": {"header.d", "header.i"},
    "spf": {"smtp.mailfrom"},
    "auth": {"smtp.auth"},
}
_LONGEST, _MOST_HEADERS = 8_000, 20


class Standing(StrEnum):
    """Of the address in From: our server stands for it, says that it is not theirs, or says nothing."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class OwnServer:
    """The authserv-id that our server writes; `exact` where the settings name it, else it and what lies below it."""

    names: tuple[str, ...] = ()
    exact: bool = False

    def wrote(self, header: str) -> bool:
        name = _authserv_id(header)
        return any(name == one or (not self.exact and name.endswith(f".{one}")) for one in self.names)


def standing_of(address: str, headers: Sequence[str], server: OwnServer) -> Standing:
    """`headers`: the Authentication-Results fields, topmost first; whoever sends can write those below, never above.

    A pass counts in the topmost field of our server alone: one below it may have come with the message.
    """
    ours = [_read(one[:_LONGEST]) for one in headers[:_MOST_HEADERS] if server.wrote(one)]
    if any(one.malformed for one in ours):
        return Standing.FAILED  # whoever chose a part of it may have meant to hide the rest
    found = [result for number, one in enumerate(ours) for result in one.results if result.failed or not number]
    domain = address.rpartition("@")[2]
    for method in ("dmarc", "compauth"):
        verdict = next((one for one in found if one.method == method and one.is_clear), None)
        if verdict is not None:
            fits = all(_aligned(one, domain) for one in verdict.domains)
            return Standing.PASSED if verdict.passed and fits else Standing.FAILED
    proofs = [one for one in found if one.method in {"dkim", "spf", "auth"} and one.is_clear]
    if any(one.passed and one.stands_for(address) for one in proofs):
        return Standing.PASSED
    # Either it was refused, or another domain than that of From stands for the message.
    speaks_against = any(one.failed or one.domains for one in proofs)
    return Standing.FAILED if speaks_against else Standing.UNKNOWN


def envelope_senders(headers: Sequence[str], server: OwnServer) -> frozenset[str]:
    """Who stood in the envelope, or had logged in, as our server says; none where it was nobody.

    For the null sender it looks at postmaster of the name in HELO, or at that name alone (RFC 7208 section 2.4).
    """
    ours = [_read(one[:_LONGEST]) for one in headers[:_MOST_HEADERS] if server.wrote(one)]
    named = [one for field in ours for result in field.results if result.tells_envelope for one in result.named]
    return frozenset(one for one in named if "@" in one and not one.startswith("postmaster@"))


@dataclass(frozen=True)
class _Result:
    """`named`: the addresses or domains of which its method speaks."""

    method: str
    outcome: str
    named: tuple[str, ...]

    @property
    def domains(self) -> tuple[str, ...]:
        return tuple(one.rpartition("@")[2] for one in self.named)

    @property
    def tells_envelope(self) -> bool:
        return self.method in {"spf", "auth"}

    def stands_for(self, address: str) -> bool:
        """Whoever logged in has one mailbox; the other methods speak of domains."""
        if self.method == "auth" and any("@" in one for one in self.named):
            return set(self.named) == {address.lower()}
        domain = address.rpartition("@")[2]
        return bool(self.named) and all(_aligned(one, domain) for one in self.domains)

    @property
    def passed(self) -> bool:
        return self.outcome == "pass"

    @property
    def failed(self) -> bool:
        """Softfail, neutral and errors leave it open: the owner of the domain does not say it himself."""
        return self.outcome in {"fail", "hardfail"}

    @property
    def is_clear(self) -> bool:
        return self.passed or self.failed


@dataclass(frozen=True)
class _Field:
    results: tuple[_Result, ...]
    malformed: bool


def _authserv_id(header: str) -> str:
    first = next(iter(_sections(header[:_LONGEST])[0]), [])
    return first[0].strip('"').lower() if first else ""


def _read(header: str) -> _Field:
    sections, malformed = _sections(header)
    found = [_result(words) for words in sections[1:] if words and [one.lower() for one in words] != ["none"]]
    return _Field(tuple(one for one in found if one is not None), malformed or None in found)


def _sections(header: str) -> tuple[list[list[str]], bool]:
    """The words between the semicolons, without comments (RFC 5322 section 3.2.2), and whether anything is malformed.

    Quoted strings are kept as they stand: what is in them parts no words.
    """
    sections, at, glued = [[""]], 0, False
    while at < len(header):
        if header[at] == "(":
            at, glued = _behind_comment(header, at), False
        elif found := _PIECE.match(header, at):
            sections[-1].append((sections[-1].pop() if glued else "") + found[0])
            at, glued = found.end(), True
        elif header[at] == ";" or header[at].isspace():
            sections += [[]] if header[at] == ";" else []
            at, glued = at + 1, False
        else:
            at = -1
        if at < 0:
            return [_joined(words) for words in sections], True
    return [_joined(words) for words in sections], False


def _behind_comment(header: str, at: int) -> int:
    """-1 where it has no end."""
    depth = 0
    while found := _IN_COMMENT.match(header, at):
        at = found.end()
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return at
    return -1


def _joined(words: list[str]) -> list[str]:
    """`dmarc = pass` is one word: blanks and comments may stand around the sign."""
    joined: list[str] = []
    for word in filter(None, words):
        follows = joined and (_AWAITS_VALUE.fullmatch(joined[-1]) or (word[0] == "=" and "=" not in joined[-1]))
        joined.append(joined.pop() + word if follows else word)
    return joined


def _result(words: list[str]) -> _Result | None:
    """None of what is no result."""
    method = _RESULT.fullmatch(words[0])
    properties = [_PROPERTY.fullmatch(word) for word in words[1:]]
    if method is None or None in properties:
        return None
    wanted = _SPEAKS_OF.get(method[1].lower(), set())
    values = [one[2] for one in properties if one is not None and one[1].lower() in wanted]
    named = [_address(value) for value in values]
    return None if None in named else _Result(method[1].lower(), method[2].lower(), tuple(filter(None, named)))


def _address(value: str) -> str | None:
    """An address or a domain in lower case; '' of the null sender, None of what is neither."""
    if value in {"<>", '""'}:
        return ""
    whole = value[1:-1] if value[:1] + value[-1:] in {"<>", '""'} else value
    local, at, domain = whole.rpartition("@")
    if not _NAME.fullmatch(domain) or (local.count('"') and not (local[0] == local[-1] == '"')):
        return None
    return f"{local}{at}{domain}".lower()


def _aligned(one: str, other: str) -> bool:
    """The same domain, or one within the other (DMARC's relaxed alignment); a bare top level is nobody's."""
    shorter = min(one, other, key=len)
    return "." in shorter and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))
