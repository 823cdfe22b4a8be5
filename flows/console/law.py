"""`kiemtra law …`: who cites a law, and whether the citation holds on a day."""

import argparse
from collections.abc import Iterable

from infra.law_sources import LawSources
from infra.settings import TEMPLATES
from infra.toolbox import clock
from tasks.domain.calendar import house_day
from tasks.domain.law import Change, Law, citing, in_force, mentions, standing, validity
from tasks.domain.vietnamese import day_text


def law(args: argparse.Namespace) -> None:
    sources, on = LawSources(TEMPLATES), house_day(args.on or clock())
    if args.code is None:
        for known in sources.laws.values():
            print(f"{known.code}: {known.document}, {known.title}, {in_force(known)}")
        print(f"\nCơ quan, cấp, loại hình, xét vào ngày {day_text(on)}:")
        print("\n".join(f"  {office.words(on)}" for office in sources.offices))
        return
    named = sources.law(args.code)
    print(f"{named.document} — {named.title}")
    print(f"Hiệu lực {in_force(named)}" + ("" if named.verified else " (chưa đối chiếu văn bản gốc)"))
    for change in named.changes:
        print(f"  {_change_words(change)}")
    for other in sources.laws.values():
        for change in other.changes:
            if change.by == named.document:
                print(f"  {_changed_words(other, change)}")
    found = citing(named, sources.citations())
    print(f"\n{len(found)} chỗ viện dẫn, xét vào ngày {day_text(on)}:")
    for one in found:
        cited = f"{one.basis.name()} ({validity(one.basis, named)})"
        print(f"  {one.where}: {one.code} — {cited}: {standing(named, one, on)}")
    if not found:
        print(f"  {_why_none(named, sources.laws.values())}")
    texts = mentions(named, sources.texts())
    print(f"\n{len(texts)} chỗ nêu tên trong lời câu hỏi, mẫu thư, mẫu văn bản, kế hoạch:")
    print("\n".join(f"  {line}" for line in texts) or "  (không có)")


def _why_none(law: Law, laws: Iterable[Law]) -> str:
    """None at all looks like a mistake of the command."""
    changed = [other for other in laws if any(change.by == law.document for change in other.changes)]
    if changed:
        codes = " hoặc ".join(f"kiemtra law {other.code}" for other in changed)
        return f"(không mục nào ghi căn cứ là văn bản này: các mục ghi văn bản được nó sửa hoặc thay; xem bằng {codes})"
    return (
        "(không mục, bảng số liệu, kiểm tra chéo nào ghi căn cứ là văn bản này; "
        "nếu có mục dựa vào nó, hãy thêm vào dòng basis của mục ấy trong templates/checklists)"
    )


def _changed_words(law: Law, change: Change) -> str:
    """An amending law is cited nowhere: its items are those of the law it amends."""
    articles = f" ({', '.join(change.articles)})" if change.articles else ""
    verb = "thay cho" if change.ends else "sửa"
    see = f"xem từng mục: kiemtra law {law.code} --on {change.on.isoformat()}"
    return f"từ {day_text(change.on)} {verb} {law.document}{articles}; {see}"


def _change_words(change: Change) -> str:
    articles = f" ({', '.join(change.articles)})" if change.articles else ""
    verb = "thay bằng" if change.ends else "sửa bởi"
    unverified = "" if change.verified else " (chưa đối chiếu văn bản gốc)"
    return f"từ {day_text(change.on)} {verb} {change.by}{articles}: {change.what}{unverified}"
