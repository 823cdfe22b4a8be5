"""A rehearsed year as a workbook: its days, its rounds, what to look at, and every letter."""

from datetime import datetime

from infra.document.sheet import Book, Column, Content, Page, Styled
from tasks.domain.calendar import ZONE
from tasks.domain.clashes import most_letters
from tasks.domain.extension import last_day
from tasks.domain.ladder import ROLE_NAMES
from tasks.domain.letterbox import LETTER_NAMES, LetterKind
from tasks.domain.rehearsal import Planned
from tasks.domain.vietnamese import WEEKDAYS, number_text
from tasks.rehearsal import Played

MOST_ROWS = 1_000_000  # of a sheet of Excel
MOST_PEOPLE = 200
KINDS = (LetterKind.REQUEST, LetterKind.REMINDER, LetterKind.ESCALATION, LetterKind.RECEIPT)


def rehearsal_workbook(played: Played, made_at: datetime) -> bytes:
    year = played.plan.year
    book = Book(f"Diễn tập năm {year}", played.plan.authority.name, made_at)
    heading = [
        Styled(played.plan.authority.name.upper(), "authority"),
        Styled(f"DIỄN TẬP NĂM {year}: KHÔNG GỬI THƯ NÀO", "title"),
        Styled(
            f"{number_text(played.units)} đơn vị; tối đa {number_text(played.pace.per_day)} thư một ngày, "
            f"{number_text(played.pace.per_minute)} thư một phút",
            "remark",
        ),
    ]
    _days(book, played, heading)
    _rounds(book, played, heading)
    _notes(book, played, heading)
    _people(book, played, heading)
    _letters(book, played, heading)
    return book.to_bytes()


def _days(book: Book, played: Played, heading: list[Styled]) -> None:
    columns = [Column("Ngày", 12, "day"), Column("Thứ", 11)]
    columns += [Column(LETTER_NAMES[kind].capitalize(), 13, "count") for kind in KINDS]
    columns += [Column(name, 12, "count") for name in ("Số thư đi", "Số người nhận", "Dồn sang ngày sau")]
    columns += [Column("Từ lúc", 10), Column("Đến lúc", 10), Column("Phần hạn mức ngày", 12, "rate")]
    with book.page("Từng ngày", heading, columns) as page:
        for load in played.days:
            row: list[Content | Styled] = [load.day, WEEKDAYS[load.day.weekday()]]
            row += [load.letters.get(kind, 0) for kind in KINDS]
            row += [load.messages, len(load.people), load.put_off, _clock(load.first), _clock(load.last)]
            page.row([*row, load.messages / played.pace.per_day])


def _clock(moment: datetime | None) -> str:
    return f"{moment.astimezone(ZONE):%H:%M}" if moment else ""


def _rounds(book: Book, played: Played, heading: list[Styled]) -> None:
    columns = [Column("Đợt", 18, "text"), Column("Nội dung", 50, "text"), Column("Mở", 12, "day")]
    columns += [Column("Hạn gửi", 12, "day"), Column("Khóa sổ", 12, "day"), Column("Số đơn vị", 10, "count")]
    columns += [Column("Không gửi được", 12, "count"), Column("Số thư", 10, "count")]
    letters: dict[str, int] = {}
    for letter in played.rehearsal.letters:
        letters[letter.round] = letters.get(letter.round, 0) + (letter.sent_at is not None)
    with book.page("Từng đợt", heading, columns) as page:
        for one in played.rehearsal.opened:
            days = [one.round.opens_on, last_day(one.dates.due_at), one.round.lock_on]
            sent = letters.get(one.round.code, 0)
            page.row([one.round.code, one.round.title, *days, one.asked, len(one.silenced), sent])


def _notes(book: Book, played: Played, heading: list[Styled]) -> None:
    with book.page("Cần xem lại", heading, [Column("TT", 6, "count"), Column("Nội dung", 110, "text")]) as page:
        for number, note in enumerate(played.notes, start=1):
            page.row([number, note])
        if not played.notes:
            page.remark("Không có điều gì cần xem lại.")


def _people(book: Book, played: Played, heading: list[Styled]) -> None:
    columns = [Column("Người nhận", 32, "text"), Column("Địa chỉ", 36, "text"), Column("Số thư cả năm", 10, "count")]
    with book.page("Ai nhận nhiều nhất", heading, columns) as page:
        for row in most_letters(played.rehearsal)[:MOST_PEOPLE]:
            page.row(row)


def _letters(book: Book, played: Played, heading: list[Styled]) -> None:
    columns = [Column("Ngày", 12, "day"), Column("Lúc", 8), Column("Người nhận", 28, "text")]
    columns += [Column("Địa chỉ", 32, "text"), Column("Vai trò", 18, "text"), Column("Đơn vị", 36, "text")]
    columns += [Column("Đợt", 18, "text"), Column("Thư", 44, "text"), Column("Đi chung thư số", 10, "count")]
    sent = sorted(
        (one for one in played.rehearsal.letters if one.sent_at is not None), key=lambda one: (one.sent_at, one.message)
    )
    with book.page("Từng thư", heading, columns) as page:
        for one in sent[:MOST_ROWS]:
            _letter(page, one)
        if len(sent) > MOST_ROWS:
            page.remark(f"Còn {number_text(len(sent) - MOST_ROWS)} thư nữa, bảng tính không đủ dòng.")


def _letter(page: Page, one: Planned) -> None:
    assert one.sent_at is not None
    assert one.message is not None
    local = one.sent_at.astimezone(ZONE)
    what = one.title or LETTER_NAMES[one.kind]
    who = [one.name, one.recipient, ROLE_NAMES[one.role]]
    page.row([local.date(), f"{local:%H:%M}", *who, one.unit_name, one.round, what, one.message + 1])
