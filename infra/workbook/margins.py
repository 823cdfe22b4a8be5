"""What a clerk wrote in the comments of cells, beside the answers: no answer, and not thrown away."""

import re
from collections.abc import Iterator, Sequence

from infra.opening.book import Book
from infra.workbook.findings import Findings, quote
from infra.workbook.layout import Column
from infra.workbook.tables import FormTable, column_letters
from tasks.domain.answer import shown
from tasks.domain.vietnamese import clean, fold

MOST_COMMENTS_NAMED = 20
# How our own begin, in a form that came back to be corrected; they stay there when it is filled again.
_OURS = re.compile(r"Ô [A-Z]{1,3}\d+: (.*)")


def read_comments(book: Book, form: FormTable, findings: Findings) -> None:
    """Kept as the note of the answer they stand beside, wrong or blank as it may be, and told in any case."""
    places = {value.cell: code for code, value in findings.accepted.items()} | _open_cells(form, findings)
    written = list(_of_clerks(book, form))
    for name, words in written:
        if code := places.get(name):
            findings.add_note(code, words)
    findings.remarks += [
        f"Ô {name}: lời ghi trong chú thích (comment) “{quote(words)}” được giữ cho cơ quan xem, không phải câu trả lời"
        for name, words in written[:MOST_COMMENTS_NAMED]
    ]
    if len(written) > MOST_COMMENTS_NAMED:
        findings.remarks.append(f"Còn {len(written) - MOST_COMMENTS_NAMED} ô khác có chú thích (comment)")


def _open_cells(form: FormTable, findings: Findings) -> dict[str, str]:
    """The cells of the form's own sheet whose answers were refused or are missing, with their items."""
    asked = {fold(code): code for code in (*(fault.item for fault in findings.faults), *findings.missing)}
    found = {}
    for place in form.places():
        code = asked.get(fold(place.words(Column.CODE)))
        if code is not None and code not in findings.accepted:
            found[place.name(Column.ANSWER)] = code
    return found


def _of_clerks(book: Book, form: FormTable) -> Iterator[tuple[str, str]]:
    """(cell, words), the cell as values and faults name it."""
    for sheet in book.sheets:
        prefix = "" if sheet.title == form.title else f"{sheet.title}!"
        for row, column, comment in sheet.comments:
            printed = "" if prefix else _how(form, row)
            if words := _without_ours(clean(comment).split("\n"), printed):
                yield f"{prefix}{column_letters(column)}{row}", words


def _how(form: FormTable, row: int) -> str:
    """Our sentences stand in the row itself too, for programs that hide comments."""
    cells = form.rows.get(row, {})
    return " ".join(fold(shown(cells[number].value)) for number in cells if form.columns.get(number) is Column.HOW)


def _without_ours(lines: Sequence[str], printed: str) -> str:
    """A clerk may begin like us: 'Ô E15: xã chưa có số liệu'. The sheets of tables have no room for our sentences."""
    return clean("\n".join(line for line in lines if not _is_ours(line, printed)))


def _is_ours(line: str, printed: str) -> bool:
    found = _OURS.fullmatch(line)
    return found is not None and (not printed or fold(found[1]) in printed)
