"""What comes instead of the form, or as the form by another program: the unit hears what it was and what to do."""

import zipfile
from io import BytesIO

from tasks.domain.letterbox import LetterKind
from tests.tasks.world import ADDRESS, ANSWERS, World

WHEN = "2025-04-22 09:00"
BINARY = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"


def declaring_binary(data: bytes) -> bytes:
    """As SheetJS saves every .xlsx: the list of types names one of binary workbooks that no part has."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "[Content_Types].xml":
                also = f'<Default Extension="bin" ContentType="{BINARY}"/><Override '.encode()
                part = part.replace(b"<Override ", also, 1)
                assert also in part
            target.writestr(name, part)
    return buffer.getvalue()


def test_a_form_that_sheetjs_has_saved_is_an_answer(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, declaring_binary(begun.filled("xa-vinh-o", ANSWERS)))
    begun.collect(WHEN)
    begun.send(WHEN)
    assert begun.letters_of("xa-vinh-o")[-1].kind is LetterKind.RECEIPT
    assert "4/4 mục" in " ".join(begun.outbox.to(ADDRESS["xa-vinh-o"])[-1].text.split())
