"""Office files as packages: text that XML can hold, and the same bytes for the same content."""

import re
import struct
from io import BytesIO
from zipfile import ZipFile

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MIDNIGHT_1980 = struct.pack("<HH", 0, 0x21)  # the first moment a zip can name


def xml_text(text: str) -> str:
    """Without the characters that XML 1.0 forbids: one of them would make the whole file unreadable."""
    return _NOT_XML.sub("", text)


def timeless(data: bytes) -> bytes:
    """The zip with every member dated 1980-01-01. Only dates are overwritten, so nothing is compressed again."""
    with ZipFile(BytesIO(data)) as archive:
        members, directory = archive.infolist(), archive.start_dir
    fixed = bytearray(data)
    for member in members:
        fixed[member.header_offset + 10 : member.header_offset + 14] = _MIDNIGHT_1980
    for _ in members:
        fixed[directory + 12 : directory + 16] = _MIDNIGHT_1980
        name, extra, comment = struct.unpack_from("<HHH", fixed, directory + 28)
        directory += 46 + name + extra + comment
    return bytes(fixed)
