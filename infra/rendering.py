"""Letter templates -> subject, text and HTML of one letter; and whether the templates are whole."""

import re
import textwrap
import traceback
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    meta,
    nodes,
)
from markupsafe import Markup

from infra.letter_samples import DIGEST, SAMPLES
from tasks.domain.errors import KiemtraError, Problem
from tasks.domain.letterbox import LetterKind
from tasks.domain.vietnamese import clean, day_text, number_text, one_line
from tasks.toolbox import Rendered

KINDS = (*(kind.value for kind in LetterKind), DIGEST)
SUBJECT, TEXT, HTML = FILES = ("subject.txt", "body.txt", "body.html")
WIDTH = 78

# What a template can do wrong when it meets its values; anything else is a mistake of this program.
_TEMPLATE_MISTAKES = (TemplateError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError, OSError)
_REMOTE = re.compile(
    r"<(?:img|script|link|iframe|object|video|svg)\b|https?://|//[\w-]+\.|url\(|@import|href=[\"'](?!mailto:)", re.I
)
_HANGING = re.compile(r"\s*(?:- |\d+\. )?")


class BrokenTemplate(KiemtraError):
    """A letter template is missing or wrong; the letter waits until somebody mends the file."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"Mẫu thư cần sửa: {problem}")


class LetterRenderer:
    """Renders `letters/<kind>/` of the office, else of the program; a changed file is seen at the next letter."""

    def __init__(self, templates: Path, own: Path | None = None) -> None:
        self._folders = [folder / "letters" for folder in (own, templates) if folder]
        self._jinja = Environment(
            loader=FileSystemLoader(self._folders, encoding="utf-8-sig"),  # Notepad writes a byte order mark
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".html"),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters |= {"day": day_text, "number": number_text, "br": _br}

    def __call__(self, kind: str, context: Mapping[str, Any]) -> Rendered:
        """Raises BrokenTemplate."""
        subject, text, html = (self._render(f"{kind}/{file}", context) for file in FILES)
        return Rendered(one_line(subject), _tidy_text(text), _tidy_html(html))

    def check(self) -> list[Problem]:
        """Every mistake of the letter templates: found by reading them, then by rendering every sample letter."""
        misread = [problem for name in self._files() for problem in self._misread(name)]
        misbehaved = [problem for kind in KINDS for sample in SAMPLES[kind] for problem in self._try(kind, sample)]
        return sorted({*misread, *misbehaved})

    def _render(self, name: str, context: Mapping[str, Any]) -> str:
        try:
            return self._jinja.get_template(name).render(context)
        except _TEMPLATE_MISTAKES as error:
            raise BrokenTemplate(self._problem(name, error)) from error

    def _files(self) -> list[str]:
        """The files that must be there, then whatever else is."""
        there = (
            path.relative_to(folder).as_posix()
            for folder in self._folders
            for path in folder.rglob("*")
            if path.suffix in {".txt", ".html"}
        )
        return list(dict.fromkeys([*(f"{kind}/{file}" for kind in KINDS for file in FILES), *sorted(there)]))

    def _misread(self, name: str) -> Iterator[Problem]:
        """Syntax, and names no letter of this kind is told: also those in branches that no sample takes."""
        try:
            source = next(
                (folder / name for folder in self._folders if (folder / name).is_file()), self._folders[-1] / name
            ).read_text("utf-8-sig")
            tree = self._jinja.parse(source, name)
            self._jinja.compile(tree, name)
        except _TEMPLATE_MISTAKES as error:
            yield self._problem(name, error)
            return
        imported = {one.target for one in tree.find_all(nodes.Import)}  # seen inside blocks too, Jinja's finder forgets
        for unknown in sorted(meta.find_undeclared_variables(tree) - imported - _told(name)):
            line = min((one.lineno for one in tree.find_all(nodes.Name) if one.name == unknown), default=None)
            yield Problem(_where(name, line), _no_such(unknown))

    def _try(self, kind: str, sample: Mapping[str, Any]) -> Iterator[Problem]:
        try:
            letter = self(kind, sample)
        except BrokenTemplate as broken:
            # A file that is no UTF-8 was named when it was read; here only the file that includes it is known.
            if not isinstance(broken.__cause__, UnicodeDecodeError):
                yield broken.problem
            return
        yield from _misshapen(kind, f"[{sample['case_code'] or 'DCCS'}]", letter)

    def _problem(self, name: str, error: Exception) -> Problem:
        if isinstance(error, TemplateSyntaxError):
            return Problem(_where(error.name or name, error.lineno), f"không đúng cú pháp mẫu thư ({error.message})")
        if isinstance(error, TemplateNotFound):
            return Problem(_where(str(error.name or name)), "thiếu tệp mẫu thư này")
        if isinstance(error, FileNotFoundError):
            return Problem(_where(name), "thiếu tệp mẫu thư này")
        if isinstance(error, UnicodeDecodeError):
            return Problem(_where(name), "tệp không lưu bằng bảng mã UTF-8; hãy lưu lại với mã UTF-8")
        if isinstance(error, UndefinedError):
            quoted = re.findall(r"'([^']+)'", str(error))
            return Problem(self._line_of(name, error), _no_such(quoted[-1] if quoted else str(error)))
        return Problem(self._line_of(name, error), f"không soạn được thư ({error})")

    def _line_of(self, name: str, error: Exception) -> str:
        """Jinja puts the template's own lines into the traceback; the deepest one is where it went wrong."""
        places = [
            _where(Path(frame.filename).relative_to(folder).as_posix(), frame.lineno)
            for frame in traceback.extract_tb(error.__traceback__)
            for folder in self._folders
            if Path(frame.filename).is_relative_to(folder)
        ]
        return places[-1] if places else _where(name)


def _where(name: str, line: int | None = None) -> str:
    return f"letters/{name}, dòng {line}" if line else f"letters/{name}"


def _told(name: str) -> set[str]:
    """The names a template may use; a shared one, those of any letter."""
    kind = name.partition("/")[0]
    return {key for one in ([kind] if kind in KINDS else KINDS) for sample in SAMPLES[one] for key in sample}


def _misshapen(kind: str, bracket: str, letter: Rendered) -> Iterator[Problem]:
    if not letter.subject.replace(bracket, "", 1).strip() or letter.subject.count(bracket) != 1:
        yield Problem(_where(f"{kind}/{SUBJECT}"), f"tiêu đề phải có chữ và “{bracket}”, tốt nhất là ở cuối")
    for file, said in zip(FILES, (letter.subject, letter.text, letter.html), strict=True):
        if not said.strip():
            yield Problem(_where(f"{kind}/{file}"), "không có nội dung")
        if "{" in said or "}" in said:
            yield Problem(_where(f"{kind}/{file}"), "còn dấu ngoặc nhọn trong thư; viết {{ tên }} với hai dấu mỗi bên")
    if remote := _REMOTE.search(letter.html):
        where = _where(f"{kind}/{HTML}")
        yield Problem(where, f"thư không được có hình, mã chạy hay liên kết ra ngoài; bỏ chỗ có “{remote[0]}”")


def _no_such(name: str) -> str:
    return f"không có “{name}” trong những gì thư này được biết; xem lại chính tả"


def _br(text: str) -> Markup:
    """The lines of what a person wrote, kept as lines."""
    return Markup("<br>\n").join(text.splitlines())


def _tidy_text(text: str) -> str:
    lines = [part for line in clean(text).splitlines() for part in _wrapped(line.rstrip())]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


@lru_cache(maxsize=1024)
def _wrapped(line: str) -> Sequence[str]:
    """A list item's further lines stand under its first word. Kept, because wrapping is slow and most lines of a letter
    stand in all letters of a round."""
    if len(line) <= WIDTH and "\t" not in line:
        return [line]
    hanging = _HANGING.match(line)
    indent = " " * len(hanging[0]) if hanging else ""
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def _tidy_html(html: str) -> str:
    return "\n".join(line.rstrip() for line in clean(html).splitlines() if line.strip()) + "\n"
