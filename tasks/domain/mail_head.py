"""The head of a message or of a part: its fields by name, and what stands in them."""

import re
from collections.abc import Iterator
from email.message import Message as Mime
from email.utils import collapse_rfc2231_value, getaddresses, parseaddr
from functools import cached_property

from tasks.domain.mail_text import file_name, mended, words
from tasks.domain.vietnamese import one_line

_LONGEST_FIELD = 64_000
_LONGEST_PARAMETERS = 8_000  # the standard library reads them in quadratic time
_LONGEST_HEAD = 2_000_000
_MOST_FIELDS, _MOST_STRAYS = 5_000, 20

_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\n|\r\r|\n\r\n")
_KIND = re.compile(r"[!#-.0-9a-z^-~]{1,100}/[!#-.0-9a-z^-~]{1,150}")
_LINE_END = re.compile(r"\r\n|\n|\r")
_FIELD = re.compile(r"([!-9;-~]{1,100})[ \t]{0,9}:[ \t]*(.*)", re.S)
# A line without a name among those: somebody folded a field without a blank. These show that the head goes on.
_HEAD_GOES_ON = re.compile(
    r"^(?:From|To|Subject|Date|Message-ID|MIME-Version|Content-Type|Content-Transfer-Encoding|Received):", re.I | re.M
)

_IN_PIECES = re.compile(r";\s*[\w-]{1,60}\*[^;]*")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_ATOM = r"[^\s<>@,;:\"()\[\]\\]{1,64}"
_SIMPLE = re.compile(rf"[^\"<>,;:@()\\\[\]]*<({_ATOM}@{_ATOM})>\s*|\s*({_ATOM}@{_ATOM})\s*")
_ANGLE_ADDRESS = re.compile(r"<([^<>\s]{1,64}@[^<>\s]{1,255})>")
_BARE_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,64}@[^\s<>,;:\"()\[\]]{1,255}")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_MOST_FOUND = 500


class Head:
    """Fields by name in lower case, in their order, each mended but not decoded."""

    def __init__(self, fields: dict[str, list[str]], default_kind: str = "text/plain") -> None:
        self.fields = fields
        self.default_kind = default_kind

    def get(self, name: str) -> str:
        found = self.fields.get(name)
        return found[0] if found else ""

    def all(self, *names: str) -> list[str]:
        return [value for name in names for value in self.fields.get(name, ())]

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def words(self, name: str) -> str:
        return words(self.get(name))

    def token(self, name: str) -> str:
        """'Auto-Replied; owner=x' -> 'auto-replied'."""
        return one_line(self.words(name).split(";")[0]).lower()

    @cached_property
    def kind(self) -> str:
        """RFC 2045 section 5.2: what makes no sense is plain text."""
        kind = self.get("content-type").partition(";")[0].strip().lower()
        if not kind:
            return self.default_kind
        return kind if _KIND.fullmatch(kind) else "text/plain"

    @cached_property
    def encoding(self) -> str:
        return self.get("content-transfer-encoding").strip().strip('"').lower()

    @cached_property
    def attached(self) -> bool:
        return self.get("content-disposition").partition(";")[0].strip().lower() == "attachment"

    @cached_property
    def file_name(self) -> str:
        return self._name("content-disposition", "filename") or self._name("content-type", "name")

    def _name(self, field: str, parameter: str) -> str:
        """RFC 2231 first: the plain twin beside it is a stopgap in ASCII."""
        found = self._parameters(field, parameter)
        best = next((value for value in found if isinstance(value, tuple)), found[0] if found else "")
        charset = best[0] if isinstance(best, tuple) else None
        return file_name(mended(collapse_rfc2231_value(best)), charset) if best else ""

    def parameter(self, field: str, parameter: str) -> str:
        found = self._parameters(field, parameter)
        return collapse_rfc2231_value(found[0]) if found else ""

    def _parameters(self, field: str, parameter: str) -> list[str | tuple[str | None, str | None, str]]:
        value = self.get(field)
        if parameter not in value.lower():
            return []
        for text in (value, _IN_PIECES.sub("", value)):
            mime = Mime()
            mime.add_header(field, text)
            try:
                return [one for key, one in mime.get_params([], header=field) if key.lower() == parameter and one]
            except (ValueError, LookupError, TypeError):  # pieces that contradict each other: "name*" and "name*1"
                continue
        return []

    # --- addresses and ids -------------------------------------------------------------------------------------

    def ids(self, *names: str) -> tuple[str, ...]:
        found = dict.fromkeys(one for value in self.all(*names) for one in _MESSAGE_ID.findall(value))
        return tuple(one_line(one) for one in found)[:_MOST_FOUND]

    def addresses(self, *names: str) -> tuple[str, ...]:
        """Each field for itself, so that one misshapen line hides no other."""
        found = (one_line(one).lower() for value in self.all(*names) for one in _addresses(value))
        return tuple(dict.fromkeys(one for one in found if one))[:_MOST_FOUND]

    def every_address(self, name: str) -> frozenset[str]:
        """Whatever looks like one in the raw field, also a name that is dressed up as an address; but not in quotes."""
        bare = (_QUOTED.sub(" ", value) for value in self.all(name))
        return frozenset(found.lower() for value in bare for found in _BARE_ADDRESS.findall(value))

    def party(self, name: str) -> tuple[str, str]:
        """Name and address, told apart before the name is decoded: 'UBND xã, huyện' may hold commas and more."""
        value = self.get(name)
        shown, address = _parsed(value)
        if "@" not in address and (found := _ANGLE_ADDRESS.search(words(value))):
            shown, address = words(value)[: found.start()], found[1]
        elif "@" not in address and (bare := _BARE_ADDRESS.search(value)):  # stray words behind it, by older Pythons
            address = bare[0]
        return one_line(words(shown)), one_line(address).lower()


def split_head(raw: bytes, default_kind: str = "text/plain") -> tuple[Head, bytes]:
    """The head and the body; where no blank line parts them, the first line that is no field begins the body."""
    found = None if raw[:1] in b"\r\n" else _BLANK_LINE.search(raw)
    if raw[:1] in b"\r\n":
        return Head({}, default_kind), raw[2:] if raw[:2] == b"\r\n" else raw[1:]
    head, body = (raw[: found.start()], raw[found.end() :]) if found else (raw, b"")
    fields, rest = _fields(head[:_LONGEST_HEAD].decode("ascii", "surrogateescape"))
    if rest:
        body = rest.encode("ascii", "surrogateescape") + (raw[found.start() :] if found else b"")
    return Head(fields, default_kind), body


def _fields(head: str) -> tuple[dict[str, list[str]], str]:
    """And what follows the last field, if the head ends in something else."""
    fields: dict[str, list[str]] = {}
    name, pieces, at, strays = "", [], 0, 0
    lines = _LINE_END.split(head)
    for number, line in enumerate(lines):
        if line[:1] in {" ", "\t"} and name:
            pieces.append(line)
        elif field := _FIELD.match(line):
            _put(fields, name, pieces)
            name, pieces = field[1].lower(), [field[2]]
        elif not line.lstrip(">").startswith("From ") or number:
            strays += 1
            if line.startswith("--") or strays > _MOST_STRAYS or not _HEAD_GOES_ON.search(head, at + len(line)):
                _put(fields, name, pieces)
                return fields, "\n".join(lines[number:])
            pieces.append(f" {line}")
        at += len(line) + 1
    _put(fields, name, pieces)
    return fields, ""


def _put(fields: dict[str, list[str]], name: str, pieces: list[str]) -> None:
    if not name or len(fields) >= _MOST_FIELDS:
        return
    value = "\n".join(pieces)[: _LONGEST_PARAMETERS if name.startswith("content-") else _LONGEST_FIELD]
    if not value.isascii() or "\0" in value:
        # The boundary is looked for as it stands in the bytes.
        value = value.replace("\0", "") if name == "content-type" and "boundary" in value else mended(value)
    fields.setdefault(name, []).append(value)


def _parsed(value: str) -> tuple[str, str]:
    try:
        return parseaddr(value)
    except RecursionError:  # brackets within brackets within brackets
        found = _BARE_ADDRESS.search(value)
        return "", found[0] if found else ""


def _addresses(value: str) -> Iterator[str]:
    if simple := _SIMPLE.fullmatch(value):
        yield simple[1] or simple[2]
        return
    try:
        yield from [address for _, address in getaddresses([value])]
    except RecursionError:
        yield from _BARE_ADDRESS.findall(value)
