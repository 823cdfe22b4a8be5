"""Letter templates -> subject, text and HTML of one letter; and whether the templates are whole."""

import re
import textwrap
import traceback
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
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

from tasks.domain.errors import KiemtraError, Problem
from tasks.domain.letterbox import LetterKind
from tasks.domain.vietnamese import clean, day_text, number_text, one_line
from tasks.toolbox import Rendered

DIGEST = "digest"
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
    """Renders `<templates>/letters/<kind>/`; a changed file is seen at the next letter."""

    def __init__(self, templates: Path) -> None:
        self._folder = templates / "letters"
        self._jinja = Environment(
            loader=FileSystemLoader(self._folder, encoding="utf-8-sig"),  # Notepad writes a byte order mark
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
        there = sorted(path for path in self._folder.rglob("*") if path.suffix in {".txt", ".html"})
        names = [path.relative_to(self._folder).as_posix() for path in there]
        return list(dict.fromkeys([*(f"{kind}/{file}" for kind in KINDS for file in FILES), *names]))

    def _misread(self, name: str) -> Iterator[Problem]:
        """Syntax, and names no letter of this kind is told: also those in branches that no sample takes."""
        try:
            source = (self._folder / name).read_text("utf-8-sig")
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
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).is_relative_to(self._folder)
        ]
        if not frames:
            return _where(name)
        return _where(Path(frames[-1].filename).relative_to(self._folder).as_posix(), frames[-1].lineno)


def _where(name: str, line: int | None = None) -> str:
    return f"letters/{name}, dòng {line}" if line else f"letters/{name}"


def _told(name: str) -> set[str]:
    """The names a template may use; a shared one, those of any letter."""
    kind = name.partition("/")[0]
    return {key for one in ([kind] if kind in KINDS else KINDS) for sample in SAMPLES[one] for key in sample}


def _misshapen(kind: str, bracket: str, letter: Rendered) -> Iterator[Problem]:
    if not letter.subject.startswith(f"{bracket} "):
        yield Problem(_where(f"{kind}/{SUBJECT}"), f"tiêu đề phải bắt đầu bằng “{bracket}”, rồi đến chữ")
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


# --- sample letters: what each kind is told, and the branches it must be able to say --------------------------

_DUE = "trước ngày 31/10/2025 (chậm nhất hết thứ Năm, ngày 30/10/2025)"
_TITLE = "Báo cáo thực hiện dân chủ ở cơ sở năm 2025"
_FILE = "Phieu-bao-cao-nam-ubnd-xa-vinh-thuy.xlsx"
_COMMON: Mapping[str, Any] = {
    "authority": "UBND huyện Vĩnh Linh",
    "office": "Phòng Nội vụ",
    "superior": "UBND tỉnh Quảng Trị",
    "contact": "chuyên viên phụ trách, điện thoại 0233 3820 000",
    "today": date(2025, 11, 4),
    "recipient_name": "Nguyễn Thị Hoa",
    "case_code": "DCCS-2025-004217-K7QX",
}
_UNIT: Mapping[str, Any] = {**_COMMON, "unit_name": "UBND xã Vĩnh Thủy", "title": _TITLE}
_MISSING = [
    {"code": "XA07", "question": "Số hội nghị đối thoại với Nhân dân đã tổ chức trong năm?"},
    {"code": "XA12", "question": "Đã niêm yết công khai dự toán ngân sách năm 2025 tại trụ sở chưa?"},
]
_FAULTS = [
    {"cell": "D14", "sentence": "cần một số, đang là chữ “mười hai”"},
    {"cell": "D21", "sentence": "cần một ngày dạng ngày/tháng/năm, ví dụ 05/02/2025; đang là “đầu năm”"},
]
_REQUEST: Mapping[str, Any] = {
    **_UNIT,
    "round_kind": "Báo cáo năm",
    "period_words": "từ ngày 01/01/2025 đến ngày 31/12/2025",
    "due_words": _DUE,
    "cut_off_words": "15/10/2025",
    "estimate_words": "đến hết ngày 31/12/2025",
    "working_days_left": 22,
    "checklist_title": "Phiếu báo cáo thực hiện dân chủ ở xã, thị trấn",
    "item_count": 42,
    "file_name": _FILE,
    "legal_bases": [
        "Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15",
        "Nghị định số 59/2023/NĐ-CP ngày 14/08/2023 của Chính phủ",
    ],
    "urgent": False,
}
_REMINDER: Mapping[str, Any] = {
    **_UNIT,
    "due_words": _DUE,
    "working_days_left": 5,
    "overdue": False,
    "partial": False,
    "missing": [],
    "missing_count": 42,
    "faults": [],
    "faults_count": 0,
    "rung_title": "nhắc lần 1, trước hạn 5 ngày làm việc",
    "obligation": "assignment",
    "number": "",
    "what": "",
    "file_name": _FILE,
}
_LATE: Mapping[str, Any] = {"overdue": True, "working_days_left": -3, "rung_title": "nhắc lần 3, quá hạn"}
_PARTIAL: Mapping[str, Any] = {
    "partial": True,
    "missing": _MISSING,
    "missing_count": 14,
    "faults": _FAULTS,
    "faults_count": 2,
}
_OF_FINDING: Mapping[str, Any] = {
    "title": "Khắc phục kiến nghị sau kiểm tra",
    "due_words": "đến hết ngày 28/11/2025",
    "obligation": "finding",
    "number": "2025-03",
    "what": "Chưa niêm yết công khai quyết toán ngân sách năm 2024\ntại trụ sở và nhà văn hóa thôn.",
    "missing_count": 0,
    "file_name": "",
}
_ESCALATION: Mapping[str, Any] = {
    **_REMINDER,
    **_LATE,
    "file_name": "",
    "rung_title": "báo trưởng phòng, quá hạn 3 ngày làm việc",
    "recipient_name": "Trần Văn Nam",
    "role_words": "trưởng phòng",
    "unit_is_recipient": False,
    "history": [
        "01/10/2025: gửi phiếu tới dccs@vinhthuy.example; máy chủ thư đã nhận",
        "23/10/2025: nhắc tới dccs@vinhthuy.example; máy chủ thư đã nhận",
    ],
}
_UNIT_HEAD: Mapping[str, Any] = {
    "recipient_name": "Lê Văn Bình",
    "role_words": "lãnh đạo đơn vị",
    "unit_is_recipient": True,
    "rung_title": "báo lãnh đạo đơn vị, quá hạn 1 ngày làm việc",
}
_RECEIPT: Mapping[str, Any] = {
    **_UNIT,
    "received_words": "14:05 ngày 28/10/2025",
    "accepted_count": 42,
    "total_count": 42,
    "late": False,
    "flags": [],
    "remarks": [],
    "file_name": _FILE,
    "known_sender": True,
}
_RETURNED: Mapping[str, Any] = {
    **_UNIT,
    "due_words": _DUE,
    "received_words": "14:05 ngày 28/10/2025",
    "accepted_count": 28,
    "total_count": 42,
    "faults": _FAULTS,
    "more_faults": 3,
    "missing": _MISSING,
    "more_missing": 7,
    "reason": "",
    "file_name": _FILE,
}
_NOTHING_READ: Mapping[str, Any] = {
    "faults": [],
    "more_faults": 0,
    "missing": [],
    "more_missing": 0,
    "reason": "Thư trả lời không kèm tệp phiếu.",
}
_FINDING: Mapping[str, Any] = {
    **_UNIT,
    "title": "Kiểm tra thực hiện dân chủ ở cơ sở năm 2025",
    "number": "2025-03",
    "what": _OF_FINDING["what"],
    "basis": "khoản 2 Điều 11 Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15",
    "remedy": "Niêm yết bổ sung và gửi ảnh chụp nơi niêm yết.",
    "raised_words": "12/09/2025",
    "due_words": "đến hết ngày 28/11/2025",
}
_DIGEST: Mapping[str, Any] = {
    **_COMMON,
    "case_code": "",
    "lines": [
        {
            "unit_name": "UBND xã Vĩnh Thủy",
            "title": _TITLE,
            "due_words": _DUE,
            "words": "quá hạn 3 ngày làm việc",
            "case_code": "DCCS-2025-004217-K7QX",
        },
        {
            "unit_name": "UBND xã Vĩnh Thủy",
            "title": "Khắc phục kiến nghị sau kiểm tra",
            "due_words": "đến hết ngày 05/11/2025",
            "words": "còn 1 ngày làm việc",
            "case_code": "DCCS-2025-009001-3M0T",
        },
    ],
    "lines_count": 2,
    "unit_is_recipient": True,
}
_ALERT: Mapping[str, Any] = {
    **_COMMON,
    "authority": "",
    "recipient_name": "",
    "case_code": "",
    "as_of_words": "08:15 ngày 04/11/2025",
    "problems": [
        {
            "what": "Không đọc được hộp thư đến từ 06:00 ngày 04/11/2025",
            "do": "Xem lại mật khẩu hộp thư rồi chạy: kiemtra check",
        },
        {
            "what": "3 thư chờ gửi đã quá giờ hẹn hơn một giờ",
            "do": "Xem luồng gửi thư có đang chạy không",
        },
    ],
}
_EXTENSION: Mapping[str, Any] = {
    **_UNIT,
    "number": "",
    "due_words": "đến hết thứ Sáu, ngày 07/11/2025 (đã được gia hạn)",
    "asked_words": "thêm 5 ngày làm việc",
    "why": "đơn vị đang khắc phục hậu quả bão số 10",
    "decision": "granted",
    "decided_why": "",
}
_MOVED: Mapping[str, Any] = {
    **_UNIT,
    "number": "",
    "due_words": "đến hết thứ Tư, ngày 03/09/2025",
    "old_words": "đến hết thứ Sáu, ngày 29/08/2025",
    "why": "thay đổi lịch nghỉ lễ Quốc khánh năm 2025",
    "working_days_left": 12,
}
_NO_NAMES: Mapping[str, Any] = {"recipient_name": "", "contact": "", "authority": ""}

SAMPLES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    LetterKind.REQUEST: (
        _REQUEST,
        {**_REQUEST, **_NO_NAMES, "cut_off_words": "", "estimate_words": "", "legal_bases": []},
        {**_REQUEST, "urgent": True, "working_days_left": 0, "due_words": "chậm nhất 16 giờ thứ Ba, ngày 04/11/2025"},
    ),
    LetterKind.REMINDER: (
        _REMINDER,
        {**_REMINDER, **_PARTIAL},
        {**_REMINDER, **_LATE},
        {**_REMINDER, **_LATE, **_PARTIAL, "recipient_name": ""},
        {**_REMINDER, "working_days_left": 0, "rung_title": "", "file_name": ""},
        {**_REMINDER, **_LATE, "working_days_left": 0},
        {**_REMINDER, **_OF_FINDING},
        {**_REMINDER, **_LATE, **_OF_FINDING},
    ),
    LetterKind.ESCALATION: (
        _ESCALATION,
        {**_ESCALATION, **_PARTIAL, "recipient_name": "", "history": []},
        {**_ESCALATION, **_OF_FINDING, "role_words": "phó chủ tịch"},
        {**_ESCALATION, **_UNIT_HEAD},
        {**_ESCALATION, **_UNIT_HEAD, **_PARTIAL, "history": []},
        {**_ESCALATION, **_UNIT_HEAD, **_OF_FINDING, "recipient_name": ""},
    ),
    LetterKind.RECEIPT: (
        _RECEIPT,
        {
            **_RECEIPT,
            "accepted_count": 40,
            "late": True,
            "flags": [{**_MISSING[0], "sentence": "“khong” được hiểu là 0"}],
            "remarks": ["Dòng 47: có nội dung nhưng không có mã mục nên không đọc"],
            "known_sender": False,
            "file_name": "",
        },
    ),
    LetterKind.RETURNED: (
        _RETURNED,
        {**_RETURNED, "faults": [], "more_faults": 0, "accepted_count": 0},
        {**_RETURNED, **_NOTHING_READ},
        {**_RETURNED, **_NOTHING_READ, "accepted_count": 0, "file_name": "", "received_words": ""},
    ),
    LetterKind.FINDING: (_FINDING, {**_FINDING, **_NO_NAMES, "title": "", "basis": "", "remedy": ""}),
    LetterKind.ALERT: (_ALERT, {**_ALERT, "recipient_name": "Hồ Văn Quý"}),
    LetterKind.EXTENSION: (
        _EXTENSION,
        {**_EXTENSION, "decision": "asked", "why": "", "asked_words": "chưa nói rõ đến ngày nào", "recipient_name": ""},
        {**_EXTENSION, "decision": "refused", "due_words": _DUE, "decided_why": "Số liệu phải gửi tỉnh trước 05/11."},
        {**_EXTENSION, "title": "Khắc phục kiến nghị sau kiểm tra", "number": "2025-03"},
    ),
    LetterKind.MOVED: (
        _MOVED,
        {**_MOVED, "title": "Khắc phục kiến nghị sau kiểm tra", "number": "2025-03", "working_days_left": 0},
    ),
    DIGEST: (
        _DIGEST,
        {**_DIGEST, "recipient_name": ""},
        {**_DIGEST, "unit_is_recipient": False},
        {**_DIGEST, "unit_is_recipient": False, "recipient_name": ""},
    ),
}
