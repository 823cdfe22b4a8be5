"""What a person decides at the desk, and where a message lies in the mailbox meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tasks.domain.extension import Wish
from tasks.domain.letterbox import FOR_THE_DESK, Verdict
from tasks.domain.vietnamese import day_text


class Place(StrEnum):
    """The folder in which a message belongs: in the inbox until it is told apart, then by its verdict."""

    INBOX = "inbox"
    DESK = "desk"
    DONE = "done"


def place_of(verdict: Verdict | None) -> Place:
    if verdict is None:
        return Place.INBOX
    return Place.DESK if verdict in FOR_THE_DESK else Place.DONE


class DeskAct(StrEnum):
    FILED = "filed"
    IGNORED = "ignored"
    BOUNCED = "bounced"
    NOTED = "noted"
    CORRECTED = "corrected"
    ENTERED = "entered"


BY_NO_MAIL = frozenset({DeskAct.CORRECTED, DeskAct.ENTERED})
"""Answers that somebody of the office wrote down: taken back by `kiemtra answers undo`."""


DESK_ACT_NAMES: Mapping[DeskAct, str] = {
    DeskAct.FILED: "xếp vào phiếu",
    DeskAct.IGNORED: "bỏ qua",
    DeskAct.BOUNCED: "xác nhận là thư bị trả lại",
    DeskAct.NOTED: "ghi dòng đánh dấu theo lời thư",
    DeskAct.CORRECTED: "sửa câu trả lời",
    DeskAct.ENTERED: "nhập phiếu thay đơn vị",
}


@dataclass(frozen=True)
class Waiting:
    """A message at the desk, and what the house knows of it."""

    number: int
    has_workbook: bool
    unit: str = ""
    """Whose it may be, and of which round: codes, empty where nobody knows."""
    round: str = ""
    owes: bool = False
    seems_late: bool = False
    """Its words may ask for more time."""
    wish: Wish = field(default_factory=Wish)
    promised: date | None = None
    """Its words may promise this day."""
    finding: str = ""
    """The number of the finding that it is about."""
    verdict: Verdict = Verdict.NO_WORKBOOK
    shows_pages: bool = False
    """It brings a picture or a PDF, on which a person may see the filled form."""
    is_bounce: bool = False
    """A server's notice that a letter did not arrive."""


@dataclass(frozen=True)
class Advice:
    """What to do with such a message; its lines are filled in by `advice`."""

    holds: Callable[[Waiting], bool]
    lines: Sequence[str]


# What the desk proposes: the first line that holds.
ADVICE: Sequence[Advice] = (
    Advice(
        lambda one: one.verdict is Verdict.SHUNTED,
        (
            "Chương trình không đọc được thư này. Lưu thư thành tệp để mở bằng chương trình thư:",
            "kiemtra desk show {number} --save <thư mục>",
        ),
    ),
    Advice(
        lambda one: one.is_bounce and bool(one.unit),
        (
            "Đúng là thư gửi đơn vị này bị trả lại thì xác nhận; không phải thì bỏ qua:",
            "kiemtra desk file {number} --bounce-of {unit}",
            'kiemtra desk ignore {number} --why "không phải thư của ta"',
        ),
    ),
    Advice(
        lambda one: one.is_bounce,
        (
            "Không đoán được là thư gửi đơn vị nào. Biết thì xác nhận, không thì bỏ qua:",
            "kiemtra desk file {number} --bounce-of <mã đơn vị>",
            'kiemtra desk ignore {number} --why "không phải thư của ta"',
        ),
    ),
    Advice(
        lambda one: bool(one.finding) and one.seems_late,
        (
            "Thư có vẻ xin thêm thời gian cho kiến nghị {finding}. Đọc thư; đúng thì ghi như đơn vị đã điền dòng ấy:",
            'kiemtra desk file {number} --unit {finding} --line "GIA HẠN: {asked}, lý do …"',
            "hoặc cho gia hạn ngay:",
            'kiemtra extend {finding} {how_long} --why "lý do"',
            'rồi cất thư: kiemtra desk ignore {number} --why "đã gia hạn"',
        ),
    ),
    Advice(
        lambda one: bool(one.finding),
        (
            "Thư về kiến nghị {finding}. Đọc thư; đơn vị báo đã khắc phục thì ghi như đã điền dòng ấy:",
            'kiemtra desk file {number} --unit {finding} --line "KHẮC PHỤC: <đã làm gì>"',
            "đã khắc phục và kiểm tra xong thì:",
            'kiemtra findings close {finding} --by "người kiểm tra"',
            'rồi cất thư: kiemtra desk ignore {number} --why "đã xem"',
        ),
    ),
    Advice(
        lambda one: one.has_workbook and bool(one.unit) and one.verdict is not Verdict.WORDS,
        ("kiemtra desk file {number} --unit {unit} --cycle {round}",),
    ),
    Advice(
        lambda one: one.has_workbook and one.verdict is not Verdict.WORDS,
        ("kiemtra desk file {number} --unit <mã đơn vị>",),
    ),
    Advice(
        lambda one: one.seems_late and bool(one.unit) and one.owes,
        (
            "Thư có vẻ xin thêm thời gian, không có phiếu. Đọc thư; đúng thì ghi như đơn vị đã điền dòng ấy:",
            'kiemtra desk file {number} --unit {unit} --cycle {round} --line "GIA HẠN: {asked}, lý do …"',
            "hoặc cho gia hạn ngay:",
            'kiemtra extend {unit} --cycle {round} {how_long} --why "lý do"',
            'rồi cất thư: kiemtra desk ignore {number} --why "đã gia hạn"',
        ),
    ),
    Advice(
        lambda one: one.seems_late,
        (
            "Thư có vẻ xin thêm thời gian, không có phiếu để ghi nhận. Đọc thư, tìm đơn vị; đồng ý thì:",
            'kiemtra extend <mã đơn vị> {how_long} --why "lý do"',
            'rồi cất thư: kiemtra desk ignore {number} --why "đã gia hạn"',
        ),
    ),
    Advice(
        lambda one: one.promised is not None,
        (
            "Thư có vẻ hẹn trả lời ngày {promised}. Đúng thì ghi như đơn vị đã điền dòng ấy, không thì cất thư:",
            'kiemtra desk file {number} --unit {whose} --line "HẸN: ngày {promised}"',
            'kiemtra desk ignore {number} --why "đã xem"',
        ),
    ),
    Advice(
        lambda one: one.shows_pages and not one.has_workbook,
        (
            "Thư kèm ảnh hoặc PDF, có thể là phiếu đã điền; đơn vị đã được đề nghị gửi tệp Excel. Lưu ra để xem:",
            "kiemtra desk show {number} --save <thư mục>",
            'kiemtra desk ignore {number} --why "đã xem"',
        ),
    ),
    Advice(
        lambda one: one.verdict is Verdict.UNREADABLE,
        (
            "Không mở được tệp phiếu nên chưa ghi nhận được. Lưu tệp ra xem, đề nghị đơn vị gửi lại, rồi cất thư:",
            "kiemtra desk show {number} --save <thư mục>",
            'kiemtra desk ignore {number} --why "đã đề nghị gửi lại"',
        ),
    ),
    Advice(
        lambda one: True,
        (
            "Thư không có phiếu để ghi nhận. Đọc thư, trả lời người gửi nếu cần, rồi cất thư:",
            'kiemtra desk ignore {number} --why "đã xem"',
        ),
    ),
)


def advice(one: Waiting) -> Sequence[str]:
    chosen = next(row for row in ADVICE if row.holds(one))
    return [
        line.format(
            number=one.number,
            unit=one.unit,
            round=one.round,
            how_long=_how_long(one.wish),
            asked=_asked(one.wish),
            whose=f"{one.unit} --cycle {one.round}" if one.unit else "<mã đơn vị>",
            finding=one.finding,
            promised=day_text(one.promised) if one.promised else "",
        )
        for line in chosen.lines
    ]


def _asked(wish: Wish) -> str:
    """As the marked line says it."""
    if wish.until is not None:
        return f"đến {day_text(wish.until)}"
    return f"{wish.days or '<số>'} ngày"


def _how_long(wish: Wish) -> str:
    """As the words say; where they do not, both ways to say it."""
    if wish.until is not None:
        return f"--to {day_text(wish.until)}"
    return f"--days {wish.days}" if wish.days else "--days <số ngày làm việc> (hoặc --to <ngày/tháng/năm>)"
