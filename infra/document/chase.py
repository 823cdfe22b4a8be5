"""The công văn đôn đốc as a Word draft: the office's words, its late units as the annex, the layout of NĐ 30/2020."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from docx.document import Document as WordDocument
from docx.shared import Pt

from infra.document import layout
from infra.document.grid import TableColumn, grid
from infra.document.prose import Line, Prose
from tasks.domain.dossier import Chase, Dossier
from tasks.domain.vietnamese import moment_text

CHASE_WORDS = frozenset(
    {
        "authority",
        "office",
        "place",
        "symbol",
        "signing_year",
        "plan_title",
        "title",
        "due_words",
        "as_of",
        "unit_count",
        "unit_name",
        "addressee",
    }
)
SHOWN_PROOFS = 4


@dataclass(frozen=True)
class Draft:
    document: WordDocument
    chase: Chase


def chase_letter(chase: Chase, prose: Prose) -> bytes:
    lines = prose.lines(_words(chase))
    about = next((line.text for line in lines if line.mark == "!về-việc"), "")
    document = layout.new_document(about, chase.authority, chase.as_of)
    year = str(chase.as_of.year)
    superior, authority = chase.superior_in_head or chase.superior, chase.authority_in_head or chase.authority
    layout.head(document, superior, authority, chase.symbol, chase.place, year, about)
    draft = Draft(document, chase)
    for line in lines:
        CHASE_MARKS[line.mark](draft, line)
    return layout.to_bytes(document)


def _words(chase: Chase) -> dict[str, str | int]:
    return {
        "authority": chase.authority,
        "office": chase.office,
        "place": chase.place,
        "symbol": chase.symbol,
        "signing_year": str(chase.as_of.year),
        "plan_title": chase.plan_title,
        "title": chase.title,
        "due_words": chase.due_words,
        "as_of": moment_text(chase.as_of),
        "unit_count": len({unit.unit for unit in chase.units}),
        "unit_name": chase.units[0].unit,
        "addressee": chase.units[0].addressee,
    }


def _body(draft: Draft, line: Line) -> None:
    layout.add(draft.document, layout.text_look(line.text), line.pieces, line.code)


def _looking(look: str) -> Callable[[Draft, Line], None]:
    def write(draft: Draft, line: Line) -> None:
        layout.add(draft.document, look, line.pieces, line.code)

    return write


def _already_in_the_head(draft: Draft, line: Line) -> None:
    return


def _signature(draft: Draft, line: Line) -> None:
    layout.signature(draft.document, ["Như trên"], draft.chase.signer_title, draft.chase.signer_name)


def _annex(draft: Draft, line: Line) -> None:
    layout.new_landscape_part(draft.document)
    layout.add(draft.document, "annex", line.pieces, line.code)


def _units(draft: Draft, line: Line) -> None:
    columns = [
        TableColumn("TT", 12),
        TableColumn("Đơn vị", 52, "left"),
        TableColumn("Nội dung chưa thực hiện", 52, "left"),
        TableColumn("Hạn gửi", 26),
        TableColumn("Tình trạng", 30, "left"),
        TableColumn("Đã gửi, đã nhắc", 80, "left"),
    ]
    grid(draft.document, columns, _rows(draft.chase), 11)
    draft.document.add_paragraph().paragraph_format.line_spacing = Pt(6)


def _rows(chase: Chase) -> Iterator[list[str]]:
    for number, one in enumerate(chase.units, start=1):
        yield [str(number), one.unit, one.about, one.due_words, _standing(one), _sent(one)]


def _standing(one: Dossier) -> str:
    more = [*one.extensions[-1:], one.promised, "đã trả lời một phần" if one.replies else ""]
    return "; ".join(part for part in (one.standing, *more) if part)


def _sent(one: Dossier) -> str:
    """The first letter, the request itself, and the last; how many between them are left out is said."""
    arrived = [f"{proof.at:%d/%m/%Y} {proof.what}" for proof in one.proofs if proof.arrived and proof.at]
    between = len(arrived) - SHOWN_PROOFS
    if between > 0:
        arrived = [arrived[0], f"… (lược {between} thư)", *arrived[between + 1 :]]
    return "; ".join(arrived) or "chưa có thư nào đến được đơn vị"


CHASE_MARKS: Mapping[str, Callable[[Draft, Line], None]] = {
    "": _body,
    "!về-việc": _already_in_the_head,
    "!kính-gửi": _looking("addressees"),
    "!giữa": _looking("title"),
    "!giữa-nghiêng": _looking("note"),
    "!ký": _signature,
    "!phụ-lục": _annex,
    "!bảng-đơn-vị": _units,
}
