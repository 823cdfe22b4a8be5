"""The order of what a font of a workbook is made of."""

import re
from typing import Any
from zipfile import ZipFile

STYLES_PART = "xl/styles.xml"
_FONT, _OF_FONT = re.compile(rb"<font>(.*?)</font>", re.S), re.compile(rb"<(\w+)[^>]*/>")
_ORDER = b"b i strike condense extend outline shadow u vertAlign sz color name family charset scheme".split()


def fonts_in_order(styles: bytes) -> bytes:
    """openpyxl has an order of its own; Excel forgives it, validators of the standard (18.8.22) do not."""
    return _FONT.sub(_font_in_order, styles)


def _font_in_order(font: re.Match[bytes]) -> bytes:
    inside = sorted(_OF_FONT.finditer(font[1]), key=lambda one: _ORDER.index(one[1]))
    return b"<font>" + b"".join(one[0] for one in inside) + b"</font>"


class OrderedFonts(ZipFile):
    """A package whose styles are put in order as they are written."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **more: Any) -> None:
        if zinfo_or_arcname == STYLES_PART:
            data = fonts_in_order(data)
        super().writestr(zinfo_or_arcname, data, *args, **more)
