"""The workbook of answers: a line a unit, a line an answer with its source, a line an earlier value."""

from collections.abc import Iterator

from infra.document.cells import UNIT
from infra.document.sheet import Book, Column, Content, Styled
from tasks.domain.answer_sheet import ITEM_STANDING_NAMES, Answered, AnswerSheet, ItemStanding, Line
from tasks.domain.vietnamese import moment_text

ROUND = Column("Đợt", 16, "text")
STYLES = {ItemStanding.FAULTY: "bad", ItemStanding.MISSING: "half", ItemStanding.LEFT_OUT: "grey"}


def answers_workbook(answered: Answered) -> bytes:
    book = Book(answered.title, answered.authority, answered.as_of)
    _units(book, answered)
    _answers(book, answered)
    _earlier(book, answered)
    return book.to_bytes()


def _heading(answered: Answered, title: str) -> list[Styled]:
    return [
        Styled(answered.authority.upper(), "authority"),
        Styled(f"{title}: {answered.title}", "title"),
        Styled(f"Số liệu đến {moment_text(answered.as_of)}", "remark"),
    ]


def _unit(number: int, sheet: AnswerSheet) -> list[Content | Styled]:
    return [number, sheet.unit_code, sheet.unit_name, sheet.round_code]


def _units(book: Book, answered: Answered) -> None:
    columns = [
        *UNIT,
        ROUND,
        Column("Mã hồ sơ", 24),
        Column("Tình trạng", 22, "text"),
        Column("Phải trả lời", 9, "count"),
    ]
    columns += [Column(name, 9, "count") for name in ("Đã trả lời", "Chưa trả lời", "Cần sửa", "Có lưu ý")]
    columns += [Column("Trả lời đủ lúc", 20), Column("Các lần trả lời", 70, "text")]
    with book.page("Đơn vị", _heading(answered, "TÌNH HÌNH TRẢ LỜI"), columns, frozen=3) as page:
        for number, one in enumerate(answered.sheets, start=1):
            counts = [one.asked, one.answered, one.missing, one.to_mend, one.flags]
            when = moment_text(one.answered_at) if one.answered_at else None
            told = "\n".join(f"{source.number}. {moment_text(source.at)}: {source.words}" for source in one.sources)
            page.row([*_unit(number, one), one.case_code, one.state_words, *counts, when, told])


def _answers(book: Book, answered: Answered) -> None:
    columns = [*UNIT, ROUND, Column("Mã mục", 14), Column("Phần", 24, "text"), Column("Nội dung", 50, "text")]
    columns += [Column("Tình trạng", 14), Column("Kết quả", 30, "text"), Column("Ước cả năm", 12)]
    columns += [Column(name, 30, "text") for name in ("Minh chứng", "Ghi chú", "Lưu ý", "Chỗ cần sửa")]
    columns += [Column("Ô", 8), Column("Ai trả lời", 30, "text"), Column("Lúc", 20), Column("Nguồn", 50, "text")]
    with book.page("Câu trả lời", _heading(answered, "TRẢ LỜI TỪNG MỤC"), columns, frozen=5) as page:
        for number, (sheet, line) in enumerate(_lines(answered), start=1):
            page.row([*_unit(number, sheet), *_line(line)])


def _lines(answered: Answered) -> Iterator[tuple[AnswerSheet, Line]]:
    return ((sheet, line) for sheet in answered.sheets for line in sheet.lines)


def _line(line: Line) -> list[Content | Styled]:
    standing = Styled(ITEM_STANDING_NAMES[line.standing], STYLES.get(line.standing, "mark"))
    words = [line.text, line.estimate, line.evidence, line.note, line.flag, line.fault, line.cell]
    source = [line.source.by, moment_text(line.source.at), line.source.words] if line.source else [None, None, None]
    return [line.code, line.part, line.question, standing, *(one or None for one in words), *source]


def _earlier(book: Book, answered: Answered) -> None:
    columns = [*UNIT, ROUND, Column("Mã mục", 14), Column("Nội dung", 50, "text"), Column("Giá trị cũ", 30, "text")]
    columns += [Column("Giá trị đang tính", 30, "text"), Column("Ai trả lời", 30, "text"), Column("Lúc", 20)]
    columns += [Column("Nguồn", 50, "text")]
    with book.page("Giá trị cũ", _heading(answered, "GIÁ TRỊ ĐÃ ĐƯỢC THAY"), columns, frozen=5) as page:
        number = 0
        for sheet, line in _lines(answered):
            for old in line.earlier:
                number += 1
                source = [old.source.by, moment_text(old.source.at), old.source.words]
                page.row([*_unit(number, sheet), line.code, line.question, old.text, line.text or None, *source])
        if not number:
            page.remark("Chưa có giá trị nào được thay.")
