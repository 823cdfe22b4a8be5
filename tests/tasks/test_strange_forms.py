"""A form that is another's is called that to whoever sent it in the place of theirs, and nothing of it is taken."""

import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from tasks.domain.letterbox import LetterKind, Verdict
from tests.tasks.world import ADDRESS, ANSWERS, World

WHEN = "2025-04-22 09:00"
UNIT = "xa-vinh-o"


def recoded(data: bytes, old: str, new: str) -> bytes:
    """As another office's house would have made it: everything alike but the code."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(old.encode(), new.encode()))
    return buffer.getvalue()


def own(*rows: tuple[str, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def told(world: World) -> str:
    return " ".join(world.outbox.to(ADDRESS[UNIT])[-1].text.split())


def send(world: World, form: bytes) -> None:
    world.mail(UNIT, WHEN, form)
    world.collect(WHEN)
    world.send(WHEN)


def test_the_form_of_another_unit_is_called_by_its_unit(begun: World) -> None:
    send(begun, begun.filled("xa-vinh-ha", ANSWERS))
    assert "là phiếu của Xã Vĩnh Hà (mã DCCS-2025-" in told(begun)
    assert "không phải phiếu của Xã Vĩnh Ô nên chưa ghi nhận" in told(begun)
    assert begun.outbox.to(ADDRESS[UNIT])[-1].workbook, "with the unit's own form"
    assert begun.incoming()[-1].verdict is Verdict.UNMATCHED
    assert begun.replies("xa-vinh-ha") == begun.replies(UNIT) == []


def test_the_form_of_another_office_is_called_that(begun: World) -> None:
    code, _ = begun.case(UNIT)
    send(begun, recoded(begun.filled(UNIT, ANSWERS), code, "DCCS-2025-999999-ABCD"))
    assert "mang mã DCCS-2025-999999-ABCD không có trong sổ của chúng tôi" in told(begun)
    assert "phiếu của cơ quan hoặc phần mềm khác" in told(begun)
    assert begun.replies(UNIT) == []


@pytest.mark.parametrize(
    "rows",
    [
        (("Họ tên", "Số tiền"), ("Nguyễn Văn An", "5")),
        (("Mã", "Chỉ tiêu", "Kết quả"), ("CT01", "Số hội nghị", "5"), ("CT02", "Số người dự", "200")),
        (("Biểu 12/BNV", "", ""), ("Mã số", "Nội dung", "Thực hiện"), ("01", "Số xã", "18")),
    ],
    ids=["a list", "a form of another program", "a form of a ministry"],
)
def test_a_workbook_that_nobody_of_us_has_made_is_called_that(begun: World, rows: tuple[tuple[str, ...], ...]) -> None:
    send(begun, own(*rows))
    assert "không phải phiếu chúng tôi đã gửi" in told(begun)
    assert "biểu mẫu của cơ quan hoặc phần mềm khác" in told(begun)
    assert begun.letters_of(UNIT)[-1].kind is LetterKind.RETURNED
    assert begun.replies(UNIT) == []


def test_strangers_hear_nothing_of_whose_form_it_is(begun: World) -> None:
    before = len(begun.outbox.sent)
    begun.mail(UNIT, WHEN, begun.filled("xa-vinh-ha", ANSWERS), sender="la@nguoi.example")
    begun.collect(WHEN)
    begun.send(WHEN)
    assert [one.recipient for one in begun.outbox.sent[before:] if one.recipient == "la@nguoi.example"] == []
