"""What our own mail server found out about a sender (RFC 8601), and nothing that anybody else says about it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*([a-z0-9-]{1,40})(?:\s*/\s*\d{1,3})?\s*=\s*([a-z]{1,20})\b(.*)", re.I | re.S)
_PROPERTY = re.compile(
    r"\b(header\.from|header\.d|header\.i|smtp\.mailfrom|smtp\.auth)\s*=\s*\"?([^\s;\"]{1,320})", re.I
)
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
    ours = [one[:_LONGEST] for one in headers[:_MOST_HEADERS] if server.wrote(one)]
    found = [result for number, one in enumerate(ours) for result in _results(one) if result.failed or not number]
    domain = address.rpartition("@")[2]
    for method in ("dmarc", "compauth"):
        verdict = next((one for one in found if one.method == method and one.is_clear), None)
        if verdict is not None:
            fits = not verdict.domains or any(_aligned(one, domain) for one in verdict.domains)
            return Standing.PASSED if verdict.passed and fits else Standing.FAILED
    proofs = [one for one in found if one.method in {"dkim", "spf", "auth"} and one.is_clear]
    if any(one.passed and any(_aligned(name, domain) for name in one.domains) for one in proofs):
        return Standing.PASSED
    # Either it was refused, or another domain than that of From stands for the message.
    speaks_against = any(one.failed or one.domains for one in proofs)
    return Standing.FAILED if speaks_against else Standing.UNKNOWN


@dataclass(frozen=True)
class _Result:
    method: str
    outcome: str
    domains: tuple[str, ...]

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


def _authserv_id(header: str) -> str:
    words = _COMMENT.sub(" ", header[:_LONGEST]).partition(";")[0].split()
    return words[0].strip('"').lower() if words else ""


def _results(header: str) -> Iterator[_Result]:
    for part in _COMMENT.sub(" ", header).split(";")[1:]:
        if found := _RESULT.match(part):
            named = [value.rpartition("@")[2].lower() for _, value in _PROPERTY.findall(found[3])]
            yield _Result(found[1].lower(), found[2].lower(), tuple(dict.fromkeys(one for one in named if one)))


def _aligned(one: str, other: str) -> bool:
    """The same domain, or one within the other (DMARC's relaxed alignment); a bare top level is nobody's."""
    shorter = min(one, other, key=len)
    return "." in shorter and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))
