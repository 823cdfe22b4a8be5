"""`kiemtra checklist …`: what an office does while it edits a checklist; no database, no round, no letter."""

import argparse
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from flows.console import own_lists
from infra.definitions import FileDefinitions
from infra.law_sources import LawSources
from infra.settings import TEMPLATES, load_settings, settings_file
from infra.toolbox import clock
from infra.workbook import ExcelWorkbooks
from tasks.domain.addressing import SOMEBODY, addressed
from tasks.domain.calendar import house_day
from tasks.domain.checklist import UNIT_KIND_NAMES, Checklist, Column, Form, Item, UnitKind
from tasks.domain.citing import cited
from tasks.domain.clause import LawText, misplaced, short_words
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.domain.fitting import fitted
from tasks.domain.lineage import difference
from tasks.domain.vietnamese import day_text, number_text


def check(args: argparse.Namespace) -> None:
    definitions = _definitions()
    files = [Path(name) for name in args.files]
    read = []
    for checklist in definitions.read_files(files) if files else definitions.checklists.values():
        read.append(checklist)
        print(f"✓ {_summary(checklist)}")
    sources = LawSources(TEMPLATES)
    if not files:
        clauses = sum(len(text.words) for text in sources.read_texts.values())
        read_words = (
            f"{len(sources.read_texts)} văn bản đã đối chiếu từng điều ({number_text(clauses)} điều, khoản, điểm)"
        )
        print(f"✓ templates/laws.toml: {len(sources.laws)} văn bản; templates/laws: {read_words}")
        own_lists.tell(definitions)
    _list_unverified(read)
    _refuse_misplaced(read, sources.read_texts)


def _list_unverified(checklists: list[Checklist]) -> None:
    """By what is cited and why it was not read, so that one look into one text clears many items."""
    where: dict[str, list[str]] = {}
    for checklist in checklists:
        for code, basis in cited(checklist):
            if not basis.verified and code not in where.setdefault(basis.dated_words(), []):
                where[basis.dated_words()].append(code)
    if where:
        print(f"\n{len(where)} căn cứ chưa đối chiếu với văn bản; thư, phiếu, báo cáo ghi rõ như vậy hoặc bỏ đi:")
    for words, codes in sorted(where.items()):
        print(f"  {words}: {', '.join(codes)}")


def _refuse_misplaced(checklists: list[Checklist], texts: Mapping[str, LawText]) -> None:
    wrong = {
        Problem(f"bảng kiểm {checklist.code}, mục {code}", f"{basis.name()}: {what}")
        for checklist in checklists
        for code, basis in cited(checklist)
        if (what := misplaced(basis, texts))
    }
    if wrong:
        raise DefinitionError(sorted(wrong, key=str))


def list_all(args: argparse.Namespace) -> None:
    for checklist in _definitions().checklists.values():
        print(f"{_summary(checklist)}\n    {checklist.title}")


def _summary(checklist: Checklist) -> str:
    points = number_text(sum(item.points for item in checklist.items))
    without = sum(not item.basis for item in checklist.items)
    unverified = sum(not all(basis.verified for basis in item.basis) for item in checklist.items)
    further = (
        (len(checklist.narrative), "mục đề cương"),
        (len(checklist.tables), "bảng số liệu"),
        (len(checklist.checks), "kiểm tra chéo"),
        (without, "mục chưa có căn cứ"),
        (unverified, "mục có căn cứ chưa đối chiếu văn bản gốc"),
    )
    parts = [f"{len(checklist.items)} mục", f"{points} điểm", *(f"{count} {name}" for count, name in further if count)]
    return f"{checklist.code} (bản {checklist.version}): {', '.join(parts)}"


def show(args: argparse.Namespace) -> None:
    checklist, on = _named(args.list), _day(args)
    print(f"{checklist.title}\n{_summary(checklist)}")
    print(f"Áp dụng từ {day_text(checklist.effective_from)} cho: {_kinds(checklist)}. Căn cứ vào ngày {day_text(on)}.")
    for section, items in checklist.by_section():
        _show_part(f"{section.code}. {section.title}", items, on)
    for heading, items in checklist.by_heading():
        _show_part(heading.title, items, on)
    for table in checklist.tables:
        print(f"\nBảng {table.number}. {table.title} [{table.code}]")
        lines = "; ".join(row.title for row in table.rows) or f"ghi nhiều dòng, nhiều nhất {table.most_rows}"
        print(f"    dòng: {lines}\n    cột:  {'; '.join(_column_words(column) for column in table.columns)}")
    if checklist.checks:
        print("\nKiểm tra chéo")
    for one in checklist.checks:
        print(f"  {one.code} ({'phải sửa' if one.severity == 'cung' else 'hỏi lý do'}): {one.sentence}")


def _show_part(title: str, items: list[Item], on: date) -> None:
    print(f"\n{title}")
    for item in items:
        _show_item(item, on, LawSources(TEMPLATES).read_texts)


def _kinds(checklist: Checklist) -> str:
    return ", ".join(UNIT_KIND_NAMES[kind].lower() for kind in checklist.applies_to)


def _show_item(item: Item, on: date, texts: Mapping[str, LawText]) -> None:
    marks = [
        item.type.value,
        *([item.unit] if item.unit else []),
        *([f"{number_text(item.points)} điểm"] if item.points else []),
    ]
    marks += [words for flag, words in ((item.knock_out, "điểm liệt"), (not item.required, "không bắt buộc")) if flag]
    print(f"  {item.code} [{', '.join(marks)}] {item.question}")
    for name, words in (
        ("căn cứ", item.basis_words(on)),
        *((f"  {basis.name()}", short_words(basis, texts)) for basis in item.current_basis(on)),
        ("minh chứng", item.evidence),
        ("chỉ khi", item.condition),
        *(("không áp dụng", lapse.words()) for lapse in item.lapses),
        ("vì sao hỏi", item.why),
    ):
        if words:
            print(f"      {name}: {words}")


def _column_words(column: Column) -> str:
    return f"{column.name} ({column.unit})" if column.unit else column.name


def diff(args: argparse.Namespace) -> None:
    if args.new is None:
        own_lists.compare(_definitions(), args.old)
        return
    old, new = _named(args.old), _named(args.new)
    lines = difference(old, new)
    print(f"{old.code} bản {old.version} → {new.code} bản {new.version}")
    print("\n".join(f"  - {line}" for line in lines) if lines else "  Không có gì khác.")


def copy(args: argparse.Namespace) -> None:
    own_lists.take(_definitions(), load_settings().folder, args.list)


def preview(args: argparse.Namespace) -> None:
    checklist = _named(args.list)
    file = Path(args.output or f"{checklist.code}-xem-truoc.xlsx")
    if file.exists():
        raise KiemtraError(f"Đã có tệp {file}. Hãy xóa tệp ấy hoặc chọn tên khác: -o <tệp>.xlsx")
    on = _day(args)
    data = ExcelWorkbooks().build(_sample(fitted(checklist, _kind(args.kind, checklist), on), on))
    try:
        file.write_bytes(data)
    except OSError as error:
        raise KiemtraError(
            f"Không ghi được tệp {file} ({error.strerror}). Hãy chọn thư mục khác: -o <tệp>.xlsx"
        ) from error
    print(f"Đã ghi {file}: phiếu xem trước, không mở đợt, không gửi cho ai.")


def _kind(name: str, checklist: Checklist) -> UnitKind:
    if name and name not in checklist.applies_to:
        known = ", ".join(checklist.applies_to)
        raise KiemtraError(f"Bảng kiểm “{checklist.code}” không dùng cho loại hình “{name}”; chọn trong: {known}.")
    return UnitKind(name) if name else checklist.applies_to[0]


def _sample(checklist: Checklist, on: date) -> Form:
    """A form that no unit owes: whoever sends it in by mistake is told that no case has that code."""
    return Form(
        authority="CƠ QUAN CHỦ TRÌ",
        superior="",
        title=checklist.title,
        unit_code="xem-truoc",
        unit_name="Đơn vị xem trước",
        case_code="XEM-TRUOC",
        token="",
        due_words="(ghi theo kế hoạch)",
        period_words="(ghi theo kế hoạch)",
        reply_to="(địa chỉ của cơ quan chủ trì)",
        contact_words="(người phụ trách của cơ quan chủ trì)",
        as_of=on,
        checklist=checklist,
    )


def _named(name: str) -> Checklist:
    """By its code, or a file from anywhere."""
    definitions = _definitions()
    if name.endswith(".toml"):
        return addressed(definitions.read_files([Path(name)])[0], SOMEBODY)
    return addressed(definitions.checklist(name), SOMEBODY)


def _definitions() -> FileDefinitions:
    """With the lists of this office, where there is one: an editor of templates needs no settings."""
    return FileDefinitions(TEMPLATES, load_settings().folder if settings_file().is_file() else None)


def _day(args: argparse.Namespace) -> date:
    return house_day(args.on or clock())
