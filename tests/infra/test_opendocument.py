"""What only OpenDocument files say in their own way: seen as it is seen in a workbook of Excel."""

from pathlib import Path

import pytest

from infra.opening.refusals import REASONS
from infra.workbook.findings import STRUCK
from tasks.domain.errors import UnreadableWorkbook
from tests.infra.office_programs import Job, worked
from tests.infra.test_opening import archive
from tests.infra.test_workbook import Clerk, filled, only_fault, read

# --- some letters of an answer struck through -------------------------------------------------------------------------

_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def document(cells: str, *, styles: str = "", table: str = "") -> bytes:
    """A form of one item, as small as it may be."""
    row = "".join(f"<table:table-cell><text:p>{words}</text:p></table:table-cell>" for words in ("Mã", "Kết quả"))
    content = (
        f"<office:document-content {_NAMESPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f'<office:body><office:spreadsheet><table:table table:name="Phiếu trả lời"><table:table-row>{row}'
        f"</table:table-row><table:table-row>{cells}</table:table-row></table:table>{table}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": content.encode()})


def partly_in(looks: str) -> bytes:
    style = f'<style:style style:name="T1" style:family="text"><style:text-properties {looks}/></style:style>'
    words = '<text:span text:style-name="T1">Không</text:span> Có'
    code = "<table:table-cell><text:p>M01</text:p></table:table-cell>"
    cell = f'<table:table-cell office:value-type="string"><text:p>{words}</text:p></table:table-cell>'
    return document(code + cell, styles=style)


@pytest.mark.parametrize(
    "looks",
    [
        'style:text-line-through-type="single"',
        'style:text-line-through-type="double"',
        'style:text-line-through-style="solid"',
        'style:text-line-through-style="solid" style:text-line-through-type="single"',
    ],
)
def test_letters_that_are_struck_through_are_seen_whichever_way_the_file_says_it(looks: str) -> None:
    assert only_fault(read(partly_in(looks))).sentence == STRUCK


@pytest.mark.parametrize(
    "looks",
    [
        "",
        'style:text-line-through-type="none"',
        'style:text-line-through-style="none" style:text-line-through-type="none"',
        'style:text-line-through-style="none" style:text-line-through-type="single"',
    ],
)
def test_a_style_that_draws_no_line_strikes_nothing_through(looks: str) -> None:
    assert not any(fault.sentence == STRUCK for fault in read(partly_in(looks)).faults)


@pytest.mark.libreoffice
def test_half_an_answer_that_was_struck_through_in_libreoffice_is_asked_back_from_every_format(tmp_path: Path) -> None:
    clerk = filled(M01="Không Có")
    place = Clerk(clerk.save()).cell("M01").coordinate
    (saved,) = worked(tmp_path, [Job(clerk.save(), struck=[(place, 5)], formats=("xlsx", "ods", "xls"))])
    for kind, data in saved.items():
        fault = only_fault(read(data))
        assert (fault.item, fault.sentence) == ("M01", STRUCK), kind


def test_a_spreadsheet_without_its_first_member_says_in_its_manifest_what_it_is() -> None:
    parts = {"META-INF/manifest.xml": MANIFEST.format("spreadsheet").encode(), "content.xml": CONTENT.encode()}
    with pytest.raises(UnreadableWorkbook, match="không có bảng trả lời theo mã mục"):  # it was opened and looked at
        read(archive(**parts))
    parts["META-INF/manifest.xml"] = MANIFEST.format("text").encode()
    with pytest.raises(UnreadableWorkbook) as refused:
        read(archive(**parts))
    assert str(refused.value) == REASONS["doc"]


CONTENT = (
    f"<office:document-content {_NAMESPACES}><office:body><office:spreadsheet><table:table table:name='Phiếu trả lời'>"
    "<table:table-row><table:table-cell><text:p>Mã</text:p></table:table-cell><table:table-cell><text:p>Kết quả"
    "</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
    "</office:document-content>"
)
MANIFEST = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.{}"/></m:manifest>'
)
