"""Lists that an office edits lie in its own folder and win; after an upgrade both changes are told, side by side."""

from pathlib import Path

from infra.definitions import FileDefinitions, own_checklists
from infra.settings import TEMPLATES
from tasks.domain.checklist import Checklist
from tasks.domain.errors import KiemtraError
from tasks.domain.lineage import changed_codes, difference

ORIGIN = "goc"


def take(definitions: FileDefinitions, folder: Path, code: str) -> None:
    """A copy to edit, and beside it what it was copied from."""
    definitions.shipped.checklist(code)  # or it is told which there are
    source = next(file for file in (TEMPLATES / "checklists").glob("*.toml") if file.stem == code)
    own = own_checklists(folder)
    if (own / source.name).exists():
        raise KiemtraError(f"Cơ quan đã có bảng kiểm {own / source.name}; hãy sửa tệp ấy.")
    (own / ORIGIN).mkdir(parents=True, exist_ok=True)
    for target in (own / ORIGIN / source.name, own / source.name):
        target.write_bytes(source.read_bytes())
    print(f"Đã chép ra {own / source.name}: sửa tệp này, từ nay nó thay bảng kiểm kèm chương trình.")


def tell(definitions: FileDefinitions) -> None:
    """Which lists are the office's own, and whether the shipped one has moved on since."""
    for code in sorted(definitions.own_codes):
        origin, shipped = _origin(definitions, code), definitions.shipped.checklists.get(code)
        state = "không có trong chương trình"
        if shipped is not None:
            state = "thay bảng kiểm kèm chương trình"
            if origin is not None and difference(origin, shipped):
                state += f"; bản kèm chương trình nay đã đổi, xem: kiemtra checklist diff {code}"
        print(f"✓ bang-kiem/{code}.toml của cơ quan: {state}")
        own = definitions.checklist(code)
        if origin is not None and own.version == origin.version and difference(origin, own):
            print(f"  Lưu ý: đã sửa nội dung nhưng vẫn ghi version = “{own.version}”; hãy đổi, ví dụ “{own.version}a”,")
            print("  để phiếu, báo cáo ghi đúng bản đã hỏi.")


def compare(definitions: FileDefinitions, code: str) -> None:
    if code not in definitions.own_codes:
        raise KiemtraError(
            f"Cơ quan chưa có bảng kiểm riêng “{code}”. Hãy chép ra trước: kiemtra checklist copy {code}"
        )
    own, shipped = definitions.checklist(code), definitions.shipped.checklist(code)
    origin = _origin(definitions, code)
    if origin is None:
        _print(f"Bản kèm chương trình {shipped.version} → bản của cơ quan {own.version}", difference(shipped, own))
        return
    _print(f"Chương trình đã đổi (bản {origin.version} → {shipped.version})", difference(origin, shipped))
    _print(f"Cơ quan đã đổi (bản {origin.version} → {own.version})", difference(origin, own))
    both = [one for one in changed_codes(origin, shipped) if one in changed_codes(origin, own)]
    print(f"Cả hai cùng đổi, cần người xem: {', '.join(both)}" if both else "Không mục nào cả hai cùng đổi.")


def _print(title: str, lines: list[str]) -> None:
    print(title)
    print("\n".join(f"  - {line}" for line in lines) if lines else "  Không có gì khác.")


def _origin(definitions: FileDefinitions, code: str) -> Checklist | None:
    file = definitions.own_file(code).parent / ORIGIN / f"{code}.toml"
    return definitions.shipped.read_files([file])[0] if file.is_file() else None
