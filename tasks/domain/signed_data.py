"""The content inside an opaquely signed S/MIME message (smime.p7m), read without judging the signature."""

_SEQUENCE, _OBJECT_ID, _OCTETS, _OCTETS_IN_PIECES, _CONTENT = 0x30, 0x06, 0x04, 0x24, 0xA0
_PKCS7 = bytes.fromhex("2a864886f70d0107")
_SIGNED = _PKCS7 + b"\x02"
_DEEPEST = 8


class _Misshapen(ValueError):
    """Not what RFC 5652 section 5 describes: encrypted, cut short or something else."""


def is_enveloped(data: bytes) -> bool:
    """Whether these are the first bytes of something signed, encrypted or compressed in the manner of PKCS #7."""
    return data[:1] == b"\x30" and _PKCS7 in data[:40]


def is_encrypted(data: bytes) -> bool:
    """Signed data without content, such as a bare certificate, is not."""
    return is_enveloped(data) and _SIGNED not in data[:40]


def signed_content(data: bytes) -> bytes:
    """b'' where the content is encrypted, absent or cannot be found."""
    try:
        outer = _item(data, 0, 0)[1]  # alone: mail programs leave line ends behind it
        kind, content = _items(outer)[:2]
        if kind != (_OBJECT_ID, _SIGNED):
            return b""
        (signed,) = _items(content[1])
        wrapped = next(value for tag, value in _items(signed[1]) if tag == _SEQUENCE)
        holder = next(value for tag, value in _items(wrapped) if tag == _CONTENT)
        return _octets(holder, 0)
    except (ValueError, StopIteration):
        return b""


def _octets(data: bytes, depth: int) -> bytes:
    """An octet string, whole or in pieces (BER, as Outlook and OpenSSL's streaming write it)."""
    if depth > _DEEPEST:
        raise _Misshapen
    pieces = []
    for tag, value in _items(data):
        if tag == _OCTETS:
            pieces.append(value)
        elif tag == _OCTETS_IN_PIECES:
            pieces.append(_octets(value, depth + 1))
        else:
            raise _Misshapen("chữ ký không theo RFC 5652")
    return b"".join(pieces)


def _items(data: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(data):
        tag, value, at = _item(data, at, 0)
        found.append((tag, value))
    return found


def _item(data: bytes, at: int, depth: int) -> tuple[int, bytes, int]:
    """Tag, content and where the next item begins. Only short tags: the others do not occur in this structure."""
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F or depth > 2 * _DEEPEST:
        raise _Misshapen
    tag, length, start = data[at], data[at + 1], at + 2
    if length == 0x80:
        end = start
        while data[end : end + 2] != b"\0\0":
            _, _, end = _item(data, end, depth + 1)
        return tag, data[start:end], end + 2
    if length > 0x80:
        start += length - 0x80
        length = int.from_bytes(data[at + 2 : start], "big")
    if start + length > len(data) or start - at > 10:
        raise _Misshapen
    return tag, data[start : start + length], start + length
