"""Words that the office edits: a Jinja template whose lines carry marks, checked when it is read.

Every figure that a sentence prints keeps its name beside it, as Word bookmarks: a line that ends in `@dot.2` is the
bookmark `dot_2`, and what its `{{ round.counts.answered }}` printed is the hidden bookmark `_dot_2__counts_answered`.
"""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.sandbox import SandboxedEnvironment

from infra.document.package import xml_text
from tasks.domain.errors import DefinitionError, Problem
from tasks.domain.vietnamese import nfc, number_text, one_line

_MARK = re.compile(r"(!\S+|#{1,3}(?=\s))\s*(.*)")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_GAP = re.compile(r"(\[[^\[\]]*\])")
_CODE = re.compile(r"(.*\S)\s+@(\S+)")
_FIGURE = re.compile("\ue006([^\ue007]*)\ue007([^\ue008]*)\ue008")
_NOT_IN_NAMES = re.compile(r"\W+")
# What a value may contain without being read as a mark, a gap or a code: shielded while the lines are cut up.
_SHIELD = str.maketrans("!#[]@", "\ue001\ue002\ue003\ue004\ue005")
_UNSHIELD = str.maketrans("\ue001\ue002\ue003\ue004\ue005", "!#[]@")


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `gap` is a […] that a person still has to write, `figure` the name of what was filled in."""

    text: str
    gap: bool = False
    figure: str = ""


@dataclass(frozen=True)
class Line:
    """One paragraph, its mark ('' for an ordinary one) and its code ('' for one that nobody looks up)."""

    mark: str
    pieces: tuple[Piece, ...]
    code: str = ""

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class Prose:
    """One template file. Raises DefinitionError when it cannot be used, with every mistake and its line.

    `used`: the names that it prints, of all that it may.
    """

    def __init__(self, path: Path, names: Set[str], marks: Set[str], text: str | None = None) -> None:
        """`text`: the words of an earlier day, instead of those that the file has now."""
        self.name = path.name
        environment = SandboxedEnvironment(
            undefined=StrictUndefined, finalize=_shown, lstrip_blocks=True, autoescape=False, extensions=[_NamesFigures]
        )
        environment.filters[_TOLD] = _told
        # Comments go first, their line ends stay: they explain the marks by naming them.
        self.source = source = _COMMENT.sub(
            lambda found: "\n" * found[0].count("\n"), nfc(path.read_text(encoding="utf-8") if text is None else text)
        )
        try:
            self.used = frozenset(meta.find_undeclared_variables(environment.parse(source)))
            self._template = environment.from_string(source)
        except TemplateSyntaxError as error:
            raise DefinitionError(
                [Problem(f"{self.name}, dòng {error.lineno}", f"sai cú pháp ({error.message})")]
            ) from error
        problems = [
            Problem(self._where(source, name), f"không có số liệu “{name}”") for name in sorted(self.used - names)
        ]
        if problems := problems + self._wrong_marks(source, marks):
            raise DefinitionError(problems)

    def lines(self, words: Mapping[str, Any]) -> list[Line]:
        try:
            text = self._template.render(words)
        except TemplateError as error:
            raise DefinitionError([Problem(self.name, f"không điền được số liệu ({error.message})")]) from error
        return [_line(raw.strip()) for raw in text.splitlines() if raw.strip()]

    def _wrong_marks(self, source: str, marks: Set[str]) -> list[Problem]:
        return [
            Problem(f"{self.name}, dòng {number}", f"không có lệnh “{line.split()[0]}”")
            for number, line in enumerate(source.splitlines(), start=1)
            if line.lstrip().startswith("!") and line.split()[0] not in marks
        ]

    def _where(self, source: str, name: str) -> str:
        number = next((n for n, line in enumerate(source.splitlines(), start=1) if name in line), 1)
        return f"{self.name}, dòng {number}"


class _NamesFigures(Extension):
    """`{{ item.yes }}` is read as `{{ (item.yes) | told("yes") }}`; words chosen by a condition are no figure."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        inside: list[Token] | None = None
        for token in stream:
            if inside is None:
                yield token
                inside = [] if token.type == "variable_begin" else None
            elif token.type == "variable_end":
                yield from _named(inside)
                yield token
                inside = None
            else:
                inside.append(token)


_TOLD = "told"


def _named(expression: list[Token]) -> Iterator[Token]:
    if not expression or any(token.type == "string" for token in expression):
        yield from expression
        return
    line = expression[0].lineno
    yield Token(line, "lparen", "(")
    yield from expression
    for type_, value in (("rparen", ")"), ("pipe", "|"), ("name", _TOLD), ("lparen", "("), ("string", "")):
        yield Token(line, type_, _name_of(expression) if type_ == "string" else value)
    yield Token(line, "rparen", ")")


def _name_of(expression: list[Token]) -> str:
    """'round.counts.answered' -> 'counts_answered': the loop's own name says nothing outside of it."""
    own = expression[2:] if len(expression) > 2 and expression[1].type == "dot" else expression
    return _NOT_IN_NAMES.sub("_", " ".join(str(token.value) for token in own)).strip("_")


def _told(value: Any, name: str) -> str:
    return f"\ue006{name}\ue007{_shown(value)}\ue008"


def _shown(value: Any) -> str:
    """How a figure looks in a sentence; text from outside stays one line of plain text."""
    if isinstance(value, (int, float)):
        return number_text(value)
    return one_line(xml_text(str(value))).translate(_SHIELD)


def _line(raw: str) -> Line:
    coded = _CODE.fullmatch(raw)
    text, code = (coded[1], _plain(coded[2])) if coded else (raw, "")
    marked = _MARK.fullmatch(text)
    mark, text = marked.groups() if marked else ("", text)
    stretches = ((part, _GAP.fullmatch(part) is not None) for part in _GAP.split(text))
    return Line(mark, tuple(piece for part, gap in stretches for piece in _pieces(part, gap)), code)


def _pieces(text: str, gap: bool) -> Iterator[Piece]:
    """Split at the figures: what stands between them, then name and value of each."""
    between, *rest = _FIGURE.split(text)
    yield from _piece(between, gap)
    for name, value, after in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        yield from _piece(value, gap, name)
        yield from _piece(after, gap)


def _piece(text: str, gap: bool, figure: str = "") -> Iterator[Piece]:
    if text:
        yield Piece(text.translate(_UNSHIELD), gap, figure)


def _plain(text: str) -> str:
    return _FIGURE.sub(lambda found: found[2], text).translate(_UNSHIELD)
