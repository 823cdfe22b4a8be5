"""Which document a package is: by the content type of its main part (ECMA-376 part 2), not by what else it declares.

SheetJS declares types of parts that it does not write; an attachment inside a workbook has a type of its own.
"""

from collections.abc import Mapping
from posixpath import dirname, join, normpath, splitext
from urllib.parse import unquote

from infra.opening.guard import Parts
from infra.opening.refusals import refuse
from infra.opening.xml import attribute, local, named, root_of

TYPES_PART = "[Content_Types].xml"
_WORKBOOK = "xl/workbook.xml"
_MIMETYPE, _MANIFEST = "mimetype", "META-INF/manifest.xml"
# What stands in the type of a main part; read top to bottom. "" is a workbook that we read.
_MAIN_TYPES: tuple[tuple[str, str], ...] = (
    ("ms-excel.sheet.binary", "xlsb"),
    ("spreadsheetml.", ""),
    ("ms-excel.", ""),
    ("wordprocessingml.", "doc"),
    ("ms-word.", "doc"),
    ("presentationml.", "ppt"),
    ("ms-powerpoint.", "ppt"),
)
# By the first element of the main part, where some program has not declared its type.
_MAIN_ELEMENTS: Mapping[str, str] = {"workbook": "", "document": "doc", "presentation": "ppt"}
_OPEN_DOCUMENTS: tuple[tuple[str, str], ...] = (
    ("opendocument.spreadsheet", ""),
    ("opendocument.text", "doc"),
    ("opendocument.presentation", "ppt"),
)


def is_open_document(parts: Parts) -> bool:
    """OpenDocument or not; what is no spreadsheet at all is refused by what it is."""
    if declared := _open_document_type(parts):
        _refuse_unless(_kind_of(declared, _OPEN_DOCUMENTS))
        return True
    if not parts.actual(TYPES_PART):
        refuse("numbers" if any(name.endswith(".iwa") for name in parts.names) else "archive")
    _refuse_unless(_kind_of_main_part(parts, main_part(parts)))
    return False


def main_part(parts: Parts) -> str:
    """The part that the root relation names; without one, where all programs put it."""
    if parts.actual(relations_of("")):
        for kind, target in targets(parts, "").values():
            if kind == "officeDocument" and target in parts.names:
                return target
    return parts.actual(_WORKBOOK) or refuse("archive")


def targets(parts: Parts, source: str) -> dict[str, tuple[str, str]]:
    """Relation id -> (kind, name of the part). A relation that leaves the file is left alone."""
    folder, name = dirname(source), parts.actual(relations_of(source))
    if not name:
        refuse("corrupt")
    found = {}
    for one in named(root_of(parts.xml(name)), "Relationship"):
        if attribute(one, "TargetMode") != "External":
            target = attribute(one, "Target").replace("\\", "/")
            place = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
            place = parts.actual(place) or parts.actual(unquote(place)) or place
            found[attribute(one, "Id")] = (attribute(one, "Type").rpartition("/")[2], place)
    return found


def target_of(found: Mapping[str, tuple[str, str]], kind: str) -> str:
    return next((target for one, target in found.values() if one == kind), "")


def relations_of(source: str) -> str:
    return join(dirname(source), "_rels", f"{source.rpartition('/')[2]}.rels")


def _open_document_type(parts: Parts) -> str:
    """From the first member, or from the manifest where some program has written none."""
    if _MIMETYPE in parts.names:
        return parts.read(_MIMETYPE)[:200].decode("ascii", "replace")
    if _MANIFEST not in parts.names:
        return ""
    entries = named(root_of(parts.xml(_MANIFEST)), "file-entry")
    return next((attribute(one, "media-type") for one in entries if attribute(one, "full-path") == "/"), "")


def _kind_of_main_part(parts: Parts, main: str) -> str:
    kind = _kind_of(_declared_type(parts, main), _MAIN_TYPES)
    if kind != "archive":
        return kind
    return _MAIN_ELEMENTS.get(local(root_of(parts.xml(main))), "archive")


def _declared_type(parts: Parts, name: str) -> str:
    """Its own (Override), else that of its extension (Default); names of parts do not tell capitals apart."""
    wanted, extension = f"/{name}".lower(), splitext(name)[1].lstrip(".").lower()
    by_extension = ""
    for one in root_of(parts.xml(parts.actual(TYPES_PART))):
        if local(one) == "Override" and unquote(attribute(one, "PartName")).lower() == wanted:
            return attribute(one, "ContentType")
        if local(one) == "Default" and attribute(one, "Extension").lower() == extension:
            by_extension = attribute(one, "ContentType")
    return by_extension


def _kind_of(declared: str, kinds: tuple[tuple[str, str], ...]) -> str:
    return next((kind for marker, kind in kinds if marker in declared), "archive")


def _refuse_unless(kind: str) -> None:
    if kind:
        refuse(kind)
