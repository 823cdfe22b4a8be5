"""What openpyxl writes otherwise than other programs want it: the order of a font, the prefix of a drawing."""

import re
from typing import Any
from zipfile import ZipFile

STYLES_PART, DRAWINGS = "xl/styles.xml", "xl/drawings/drawing"
_FONT, _OF_FONT = re.compile(rb"<font>(.*?)</font>", re.S), re.compile(rb"<(\w+)[^>]*/>")
_UNPREFIXED = re.compile(rb"<(/?)(\w+)(?=[\s/>])")
_ORDER = b"b i strike condense extend outline shadow u vertAlign sz color name family charset scheme".split()


def fonts_in_order(styles: bytes) -> bytes:
    """openpyxl has an order of its own; Excel forgives it, validators of the standard (18.8.22) do not."""
    return _FONT.sub(_font_in_order, styles)


def _font_in_order(font: re.Match[bytes]) -> bytes:
    inside = sorted(_OF_FONT.finditer(font[1]), key=lambda one: _ORDER.index(one[1]))
    return b"<font>" + b"".join(one[0] for one in inside) + b"</font>"


def with_prefix(drawing: bytes) -> bytes:
    """ExcelJS knows the elements of a drawing by the prefix that Excel gives them, and cannot open a book without."""
    named = _UNPREFIXED.sub(rb"<\1xdr:\2", drawing)
    return named.replace(b" xmlns=", b" xmlns:xdr=", 1)


class ExcelPackage(ZipFile):
    """Mends what openpyxl writes into it."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **more: Any) -> None:
        if zinfo_or_arcname == STYLES_PART:
            data = fonts_in_order(data)
        elif str(zinfo_or_arcname).startswith(DRAWINGS):
            data = with_prefix(data)
        super().writestr(zinfo_or_arcname, data, *args, **more)
