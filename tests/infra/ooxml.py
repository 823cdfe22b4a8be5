"""What a strict program holds against a workbook: its package, the order of its elements, everything that is counted.

Excel "repairs" a file in silence or with a frightening question; other programs forgive. So this looks as Excel does,
by ECMA-376 part 1 (18.3.1.99 worksheet, 18.2.27 workbook, 18.8.39 styleSheet, 18.8.22 font) and part 2 (packages).
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from defusedxml import ElementTree
from openpyxl.utils import column_index_from_string, range_boundaries

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
VML, OFFICE = "{urn:schemas-microsoft-com:vml}", "{urn:schemas-microsoft-com:office:office}"
_ORDERS: Mapping[str, str] = {
    "worksheet": "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection "
    "protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr "
    "conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks "
    "colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF "
    "picture oleObjects controls webPublishItems tableParts extLst",
    "workbook": "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups "
    "externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes "
    "webPublishing fileRecoveryPr webPublishObjects extLst",
    "styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst",
    "font": "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme",
}
ORDERS = {name: words.split() for name, words in _ORDERS.items()}
REPEATED = {"conditionalFormatting"}
_SHEET_IN_NAME = re.compile(r"^'?([^'!]+)'?!")


def mistakes(data: bytes) -> list[str]:
    return list(_mistakes(data))


def _mistakes(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        if broken := archive.testzip():
            yield f"checksum of {broken}"
        parts = {name: archive.read(name) for name in names}
    if len({name.lower() for name in names}) != len(names):
        yield "the same member twice"
    if names[0] != "[Content_Types].xml":
        yield f"first member is {names[0]}"
    trees: dict[str, Any] = {}
    for name in names:
        try:
            trees[name] = ElementTree.fromstring(parts[name])
        except ElementTree.ParseError as error:
            yield f"{name}: {error}"
    if len(trees) == len(names):
        yield from _inside(trees)


def _inside(trees: Mapping[str, Any]) -> Iterator[str]:
    yield from _types(trees)
    for name, tree in trees.items():
        if name.endswith(".rels"):
            yield from _links(name, tree, list(trees))
        yield from (f"{name}: {one}" for part in (tree, *tree.iter(f"{MAIN}font")) for one in _order(part))
    yield from _styles(trees["xl/styles.xml"])
    yield from _names(trees["xl/workbook.xml"])
    yield from _shapes(trees)
    formats = len(trees["xl/styles.xml"].find(f"{MAIN}cellXfs"))
    for name, tree in trees.items():
        if tree.tag == f"{MAIN}worksheet":
            yield from (f"{name}: {one}" for one in _sheet(name, tree, trees, formats))


def _types(trees: Mapping[str, Any]) -> Iterator[str]:
    types = trees["[Content_Types].xml"]
    overrides = [one.get("PartName").lstrip("/") for one in types if one.tag.endswith("Override")]
    defaults = [one.get("Extension").lower() for one in types if one.tag.endswith("Default")]
    if len(set(overrides)) != len(overrides) or len(set(defaults)) != len(defaults):
        yield "a content type given twice"
    yield from (f"content type of a missing part {name}" for name in overrides if name not in trees)
    for name in trees:
        if name != "[Content_Types].xml" and name not in overrides and name.rpartition(".")[2].lower() not in defaults:
            yield f"no content type for {name}"


def _links(name: str, tree: Any, names: list[str]) -> Iterator[str]:
    folder = posixpath.dirname(posixpath.dirname(name))
    if len({one.get("Id") for one in tree}) != len(tree):
        yield f"{name}: an Id twice"
    for one in tree:
        target = one.get("Target")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if one.get("TargetMode") != "External" and path not in names:
            yield f"{name}: nothing at {path}"


def _order(tree: Any) -> Iterator[str]:
    order = ORDERS.get(tree.tag.rpartition("}")[2])
    if order is None:
        return
    found = [child.tag.rpartition("}")[2] for child in tree]
    yield from (f"<{name}> does not belong here" for name in found if name not in order)
    places = [order.index(name) for name in found if name in order]
    if places != sorted(places):
        yield f"elements out of order: {found}"
    yield from (f"<{name}> twice" for name in set(found) - REPEATED if found.count(name) > 1)


def _styles(styles: Any) -> Iterator[str]:
    lists = {child.tag.rpartition("}")[2]: child for child in styles}
    for name, one in lists.items():
        if one.get("count") is not None and int(one.get("count")) != len(one):
            yield f"styles: {name} counts {one.get('count')}, has {len(one)}"
    for xf in [*lists["cellStyleXfs"], *lists["cellXfs"]]:
        for attribute, name in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            if int(xf.get(attribute, 0)) >= len(lists[name]):
                yield f"styles: no {attribute} {xf.get(attribute)}"
        if int(xf.get("xfId", 0)) >= len(lists["cellStyleXfs"]):
            yield f"styles: no xfId {xf.get('xfId')}"


def _names(workbook: Any) -> Iterator[str]:
    sheets = [sheet.get("name") for sheet in workbook.find(f"{MAIN}sheets")]
    if len({name.lower() for name in sheets}) != len(sheets) or any(len(name) > 31 for name in sheets):
        yield f"sheet names {sheets}"
    seen = set()
    for one in workbook.find(f"{MAIN}definedNames"):
        key = (one.get("name").lower(), one.get("localSheetId"))
        if key in seen:
            yield f"name {key} twice"
        seen.add(key)
        referred = _SHEET_IN_NAME.match(one.text)
        if not one.text.startswith('"') and not (referred and referred[1] in sheets):
            yield f"name {key} refers to {one.text}"
        if int(one.get("localSheetId") or 0) >= len(sheets):
            yield f"name {key} belongs to no sheet"


def _sheet(name: str, sheet: Any, trees: Mapping[str, Any], formats: int) -> Iterator[str]:
    last_row = 0
    cells = []
    for row in sheet.find(f"{MAIN}sheetData"):
        number, last_column = int(row.get("r")), 0
        if number <= last_row:
            yield f"row {number} after {last_row}"
        if row.get("ht") and not 0 < float(row.get("ht")) <= 409.5:
            yield f"row {number} is {row.get('ht')} high"
        last_row = number
        for cell in row:
            letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r")).groups()  # type: ignore[union-attr]
            column = column_index_from_string(letters)
            if int(digits) != number or column <= last_column:
                yield f"cell {cell.get('r')} out of place"
            if int(cell.get("s", 0)) >= formats:
                yield f"cell {cell.get('r')} has no format {cell.get('s')}"
            if len("".join(cell.itertext()).encode("utf-16-le")) > 2 * 32_767:
                yield f"cell {cell.get('r')} holds too much"
            last_column = column
            cells.append((column, number))
    yield from _extent(sheet, cells)
    yield from _ranges(sheet)
    yield from _rules(sheet)
    drawing = sheet.find(f"{MAIN}legacyDrawing")
    links = trees.get(posixpath.join(posixpath.dirname(name), "_rels", f"{posixpath.basename(name)}.rels"), ())
    kinds = {one.get("Id"): one.get("Type").rpartition("/")[2] for one in links}
    if drawing is not None and kinds.get(drawing.get(LINK)) != "vmlDrawing":
        yield "the drawing of the comments is not linked"
    if "comments" in kinds.values() and drawing is None:
        yield "comments without their drawing"


def _shapes(trees: Mapping[str, Any]) -> Iterator[str]:
    """Every shape has a number of its own in the whole book, from the blocks that its drawing claims (VML, idmap)."""
    seen: set[int] = set()
    claimed: set[int] = set()
    for name in (name for name in trees if name.endswith(".vml")):
        blocks = {int(one) for map_ in trees[name].iter(f"{OFFICE}idmap") for one in map_.get("data").split(",")}
        numbers = [int(shape.get("id").removeprefix("_x0000_s")) for shape in trees[name].iter(f"{VML}shape")]
        if blocks & claimed or len(seen.union(numbers)) != len(seen) + len(numbers):
            yield f"{name}: numbers of shapes that another has"
        if {number // 1024 for number in numbers} - blocks:
            yield f"{name}: numbers of shapes outside of {blocks}"
        seen.update(numbers)
        claimed |= blocks


def _extent(sheet: Any, cells: list[tuple[int, int]]) -> Iterator[str]:
    extent = sheet.find(f"{MAIN}dimension")
    if extent is None:  # it may be left out (18.3.1.35)
        return
    left, top, right, bottom = range_boundaries(extent.get("ref"))
    outside = [cell for cell in cells if not (left <= cell[0] <= right and top <= cell[1] <= bottom)]
    if outside:
        yield f"cells outside of the dimension: {outside[:3]}"


def _ranges(sheet: Any) -> Iterator[str]:
    merges = sheet.find(f"{MAIN}mergeCells")
    taken: set[tuple[int, int]] = set()
    for merge in merges if merges is not None else ():
        left, top, right, bottom = range_boundaries(merge.get("ref"))
        area = {(column, row) for column in range(left, right + 1) for row in range(top, bottom + 1)}
        if taken & area:
            yield f"merge {merge.get('ref')} overlaps another"
        taken |= area


def _rules(sheet: Any) -> Iterator[str]:
    rules = sheet.find(f"{MAIN}dataValidations")
    seen: set[str] = set()
    for rule in rules if rules is not None else ():
        cells = set(rule.get("sqref").split())
        if seen & cells:
            yield f"two rules for {seen & cells}"
        seen |= cells
        limits = {"errorTitle": 32, "promptTitle": 32, "error": 255, "prompt": 255}
        yield from (f"{name} too long" for name, most in limits.items() if len(rule.get(name, "")) > most)
        if len(rule.findtext(f"{MAIN}formula1") or "") > 255:
            yield "a rule's formula is too long"
