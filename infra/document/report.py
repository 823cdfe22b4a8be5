"""The yearly report as a Word draft: the office's prose, the year's figures, the layout of an official document."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from docx.document import Document as WordDocument
from docx.shared import Pt

from infra.document import layout
from infra.document.annex_tables import write_tables
from infra.document.figures import Counts, YearWords
from infra.document.grid import TableColumn, grid
from infra.document.items import sentence_case
from infra.document.prose import Line, Prose
from tasks.domain.calendar import house_day
from tasks.domain.checklist import UNIT_KIND_NAMES
from tasks.domain.finding import FINDING_NAMES, FindingState
from tasks.domain.results.facts import OUTCOMES, RoundFact, YearResults
from tasks.domain.vietnamese import day_text, number_text

DASH = "–"
FEW_ROUNDS = 5  # up to here the annex has room for the titles of the rounds
ROUNDS_BESIDE = 8  # more rounds than these stand in a table of their own below


@dataclass(frozen=True)
class Draft:
    document: WordDocument
    results: YearResults
    words: YearWords


def year_report(results: YearResults, prose: Prose) -> bytes:
    words = YearWords(results)
    lines = prose.lines({name: getattr(words, name) for name in prose.used})
    title = next((line.text for line in lines if line.mark == "!trích-yếu"), str(results.year))
    document = layout.new_document(title, results.authority, results.as_of)
    superior, authority = results.superior_in_head or results.superior, results.authority_in_head or results.authority
    layout.head(document, superior, authority, words.symbol, results.place, words.signing_year)
    draft = Draft(document, results, words)
    for line in lines:
        MARKS[line.mark](draft, line)
    return layout.to_bytes(document)


def _looking(look: str) -> Callable[[Draft, Line], None]:
    def write(draft: Draft, line: Line) -> None:
        layout.add(draft.document, look, line.pieces, line.code)

    return write


def _body(draft: Draft, line: Line) -> None:
    layout.add(draft.document, layout.text_look(line.text), line.pieces, line.code)


def _title(draft: Draft, line: Line) -> None:
    layout.add(draft.document, "title", line.pieces, line.code).paragraph_format.space_before = Pt(16)


def _subject(draft: Draft, line: Line) -> None:
    layout.add(draft.document, "title", line.pieces, line.code)
    layout.rule(draft.document, 60, layout.TEXT_WIDTH)
    draft.document.add_paragraph().paragraph_format.line_spacing = Pt(6)


def _signature(draft: Draft, line: Line) -> None:
    results = draft.results
    layout.signature(draft.document, results.recipients, results.signer_title, results.signer_name)


def _annex(draft: Draft, line: Line) -> None:
    layout.new_landscape_part(draft.document)
    layout.add(draft.document, "annex", line.pieces, line.code)


def _rounds_table(draft: Draft, line: Line) -> None:
    layout.add(draft.document, "caption", line.pieces, line.code)
    counted = ("Được giao", *OUTCOMES.values())
    columns = [TableColumn("Đợt", 10), TableColumn("Nội dung", 28, "left")]
    columns += [TableColumn(caption, 14) for caption in counted] + [TableColumn("Tỷ lệ trả lời", 15)]
    rows = [
        [str(one.number), f"{one.title} (bỏ lỡ)" if one.missed else one.title, *_counted(one.counts)]
        for one in draft.words.rounds
    ]
    totals = [["", "Cộng (lượt)", *_counted(draft.words.all_rounds)]] if len(rows) > 1 else []
    grid(draft.document, columns, rows, 11, totals)


def _counted(counts: Counts) -> list[str]:
    figures = [counts.asked, *(getattr(counts, outcome) for outcome in OUTCOMES)]
    return [*(number_text(figure) for figure in figures), counts.answered_share]


def _units_table(draft: Draft, line: Line) -> None:
    """Every unit with its rounds, as many side by side as stay legible; many are called by their number in table 1."""
    rounds = list(zip(draft.words.rounds, draft.results.rounds, strict=True))
    few = len(rounds) <= FEW_ROUNDS
    first = [TableColumn("STT", 10), TableColumn("Đơn vị", 56, "left"), TableColumn("Loại hình", 34, "left")]
    last = TableColumn("Kiến nghị chưa xong", 18)
    room = layout.LANDSCAPE_WIDTH - sum(column.width for column in (*first, last))
    for start in range(0, len(rounds) or 1, ROUNDS_BESIDE):
        some = rounds[start : start + ROUNDS_BESIDE]
        columns = [TableColumn(words.title if few else f"Đợt {words.number}", room / len(some)) for words, _ in some]
        rows = _unit_rows(draft.results, [fact for _, fact in some])
        grid(draft.document, [*first, *columns, last], rows, 11)


def _unit_rows(results: YearResults, rounds: Sequence[RoundFact]) -> Iterator[list[str]]:
    unsolved = Counter(finding.unit for finding in results.findings if finding.state is not FindingState.CLOSED)
    for number, unit in enumerate(results.units, start=1):
        parts = [results.part(unit.code, one.code) for one in rounds]
        outcomes = [OUTCOMES[results.outcome(part)] if part else DASH for part in parts]
        remaining = str(unsolved[unit.code]) if unsolved[unit.code] else DASH
        yield [number_text(number), unit.name, UNIT_KIND_NAMES[unit.kind], *outcomes, remaining]


def _annex_tables(draft: Draft, line: Line) -> None:
    write_tables(draft.document, draft.results)


def _findings_table(draft: Draft, line: Line) -> None:
    columns = [
        TableColumn("STT", 12),
        TableColumn("Số", 20),
        TableColumn("Đơn vị", 46, "left"),
        TableColumn("Tồn tại, kiến nghị", 72, "left"),
        TableColumn("Căn cứ", 38, "left"),
        TableColumn("Hạn", 24),
        TableColumn("Tình trạng", 40, "left"),
    ]
    grid(draft.document, columns, _finding_rows(draft.results), 11)


def _finding_rows(results: YearResults) -> Iterable[list[str]]:
    names = {unit.code: unit.name for unit in results.units}
    for number, finding in enumerate(results.findings, start=1):
        state = sentence_case(FINDING_NAMES[finding.state])
        if finding.overdue(house_day(results.as_of)):
            state += " (quá hạn)"
        unit = names[finding.unit]
        yield [str(number), finding.number, unit, finding.what, finding.basis, day_text(finding.due_on), state]


MARKS: Mapping[str, Callable[[Draft, Line], None]] = {
    "": _body,
    "#": _looking("part"),
    "##": _looking("heading"),
    "###": _looking("subheading"),
    "!tên-loại": _title,
    "!trích-yếu": _subject,
    "!giữa": _looking("title"),
    "!giữa-nghiêng": _looking("note"),
    "!bảng-các-đợt": _rounds_table,
    "!ký": _signature,
    "!phụ-lục": _annex,
    "!bảng-đơn-vị": _units_table,
    "!bảng-kiến-nghị": _findings_table,
    "!bảng-phụ-lục": _annex_tables,
}
