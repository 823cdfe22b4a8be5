"""Words that the office edits: a Jinja template whose lines carry marks, checked when it is read."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from infra.document.package import xml_text
from tasks.domain.errors import DefinitionError, Problem
from tasks.domain.vietnamese import nfc, number_text, one_line

_MARK = re.compile(r"(!\S+|#{1,3}(?=\s))\s*(.*)")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_GAP = re.compile(r"(\[[^\[\]]*\])")
# What a value may contain without being read as a mark or as a gap: shielded while the lines are cut up.
_SHIELD = str.maketrans("!#[]", "\ue001\ue002\ue003\ue004")
_UNSHIELD = str.maketrans("\ue001\ue002\ue003\ue004", "!#[]")


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `gap` is a […] that a person still has to write."""

    text: str
    gap: bool = False


@dataclass(frozen=True)
class Line:
    """One paragraph and its mark ('' for an ordinary one)."""

    mark: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class Prose:
    """One template file. Raises DefinitionError when it cannot be used, with every mistake and its line."""

    def __init__(self, path: Path, names: Set[str], marks: Set[str]) -> None:
        self.name = path.name
        environment = SandboxedEnvironment(
            undefined=StrictUndefined, finalize=_shown, lstrip_blocks=True, autoescape=False
        )
        # Comments go first, their line ends stay: they explain the marks by naming them.
        self.source = source = _COMMENT.sub(
            lambda found: "\n" * found[0].count("\n"), nfc(path.read_text(encoding="utf-8"))
        )
        try:
            unknown = meta.find_undeclared_variables(environment.parse(source)) - names
            self._template = environment.from_string(source)
        except TemplateSyntaxError as error:
            raise DefinitionError(
                [Problem(f"{self.name}, dòng {error.lineno}", f"sai cú pháp ({error.message})")]
            ) from error
        problems = [Problem(self._where(source, name), f"không có số liệu “{name}”") for name in sorted(unknown)]
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


def _shown(value: Any) -> str:
    """How a figure looks in a sentence; text from outside stays one line of plain text."""
    if isinstance(value, (int, float)):
        return number_text(value)
    return one_line(xml_text(str(value))).translate(_SHIELD)


def _line(raw: str) -> Line:
    marked = _MARK.fullmatch(raw)
    mark, text = marked.groups() if marked else ("", raw)
    pieces = (Piece(part.translate(_UNSHIELD), gap=_GAP.fullmatch(part) is not None) for part in _GAP.split(text))
    return Line(mark, tuple(piece for piece in pieces if piece.text))
