"""What a unit is sent says of its legal bases only what somebody has read in the text of the law."""

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tasks.domain.citing import Unverified
from tests.tasks.world import World

DECREE = "Điều 4 Nghị định 09/2019/NĐ-CP"


@pytest.mark.parametrize(
    ("unverified", "printed"), [(Unverified.MARK, f"{DECREE} (chưa đối chiếu)"), (Unverified.HIDE, "")]
)
def test_a_form_tells_an_unread_basis_as_unread_or_not_at_all(
    world: World, unverified: Unverified, printed: str
) -> None:
    world.found()
    world.tools = replace(world.tools, house=replace(world.tools.house, unverified_basis=unverified))
    world.open()
    sheet = load_workbook(BytesIO(world.form("xa-vinh-o"))).worksheets[0]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    found = [text for text in texts if DECREE in text]
    assert all(printed in text for text in found)
    assert bool(found) == bool(printed)
    assert any("mục III.1" in text for text in texts)
