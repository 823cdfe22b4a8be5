"""`kiemtra templates …`: letters, documents and annexes that the office words itself."""

import argparse

from infra.own_files import KINDS, changes, chosen, own_names, own_templates, shipped_has_changed, take
from infra.settings import TEMPLATES, load_settings
from tasks.domain.errors import KiemtraError


def list_all(args: argparse.Namespace) -> None:
    own = own_templates(load_settings().folder)
    shipped = {path.relative_to(TEMPLATES).as_posix() for kind in KINDS for path in (TEMPLATES / kind).rglob("*.*")}
    for name in sorted(shipped | set(own_names(own))):
        whose = "của cơ quan" if chosen(name, TEMPLATES, own).is_relative_to(own) else "kèm chương trình"
        print(f"{name}  ({whose}{_news(name)})")


def copy(args: argparse.Namespace) -> None:
    file = take(args.name, TEMPLATES, own_templates(load_settings().folder))
    print(f"Đã chép ra {file}: sửa tệp này, từ nay nó thay mẫu kèm chương trình.")


def diff(args: argparse.Namespace) -> None:
    own = own_templates(load_settings().folder)
    names = [args.name] if args.name else own_names(own)
    if not names:
        print("Cơ quan chưa có mẫu riêng nào.")
    for name in names:
        if name not in own_names(own):
            raise KiemtraError(f"Cơ quan chưa có mẫu riêng “{name}”. Hãy chép ra trước: kiemtra templates copy {name}")
        theirs, ours, both = changes(name, TEMPLATES, own)
        print(f"{name}\nChương trình đã đổi:\n{_lines(theirs)}\nCơ quan đã đổi:\n{_lines(ours)}")
        lines = ", ".join(map(str, both))
        print(
            f"Cả hai cùng đổi ở dòng {lines} của bản gốc, cần người xem." if both else "Không chỗ nào cả hai cùng đổi."
        )


def _news(name: str) -> str:
    own = own_templates(load_settings().folder)
    if name not in own_names(own) or not shipped_has_changed(name, TEMPLATES, own):
        return ""
    return f"; bản kèm chương trình nay đã đổi, xem: kiemtra templates diff {name}"


def _lines(diffs: list[str]) -> str:
    return "\n".join(f"  {line}" for line in diffs) or "  Không có gì khác."
