"""What an edition says of itself: that there was one before it, and what is new since then."""

from collections.abc import Iterable, Mapping, Sequence

from tasks.domain.results.facts import YearResults
from tasks.domain.results.ledger import Ledger, Moved, moved
from tasks.domain.vietnamese import moment_text, number_text

TOLD_FIGURES, TOLD_UNITS = 8, 10
_CHIEF = ("dot/", "kien-nghi/", "nhac/", "don-doc/")
_WORDS: Mapping[str, str] = {
    "plan_title": "tên kế hoạch",
    "legal_bases": "căn cứ",
    "authority": "cơ quan chủ trì",
    "superior": "cơ quan cấp trên",
    "place": "địa danh",
    "symbol": "ký hiệu",
    "signer_title": "chức vụ người ký",
    "signer_name": "người ký",
    "recipients": "nơi nhận",
}


def since(
    before: YearResults,
    after: YearResults,
    figures: tuple[Ledger, Ledger],
    answers: tuple[Ledger, Ledger],
    *,
    reworded: bool,
) -> list[str]:
    """Sentences. `figures`, `answers`: those of the edition before and of this one."""
    at = moment_text(before.as_of.astimezone(after.as_of.tzinfo))
    said = [f"Đây là bản {after.edition}, thay bản {before.edition} (số liệu đến {at})."]
    said += _moved_figures(moved(*figures))
    said += _moved_answers(moved(*answers), after)
    other = [name for field, name in _WORDS.items() if getattr(before, field) != getattr(after, field)]
    if other := [*other, *(["câu chữ của mẫu văn bản"] if reworded else [])]:
        said.append(f"Nội dung đổi: {', '.join(other)}.")
    if len(said) == 1:
        said.append("Các số liệu chính như bản trước; đổi ở chi tiết của từng đơn vị.")
    both = f"{before.edition} {after.edition} --year {after.year}"
    return [*said, f"Xem đủ: kiemtra year diff {both}."]


def _moved_figures(changes: Sequence[Moved]) -> Iterable[str]:
    if changes:
        chief = [one for one in changes if one.code.startswith(_CHIEF)][:TOLD_FIGURES]
        told = "; ".join(f"{one.words}: {one.before} → {one.after}" for one in chief)
        yield f"Số liệu đổi: {number_text(len(changes))}" + (f", trong đó {told}." if told else ".")


def _moved_answers(changes: Sequence[Moved], year: YearResults) -> Iterable[str]:
    if changes:
        named = {one.code.split("/")[1] for one in changes}
        names = [unit.name for unit in year.units if unit.code in named]
        more = len(names) - TOLD_UNITS
        told = ", ".join(names[:TOLD_UNITS]) + (f" và {number_text(more)} đơn vị khác" if more > 0 else "")
        yield f"Câu trả lời đổi: {number_text(len(changes))}" + (f", của {told}." if told else ".")
