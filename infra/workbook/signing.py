"""The words with which a form is signed, wherever they stand: titles, days, the line over a name. All folded."""

import re

LONGEST_SIGNATURE = 60
_CLERK = "nguoi (?:lap|tong hop|bao cao|ghi)"
_HEAD = "(?:thu truong|(?:pho )?(?:chu tich|hieu truong|giam doc)|ke toan)"
_FOR = r"(?:tm|kt|tl|tuq|q)\."
_BODY = r"(?: (?:ubnd|uy ban nhan dan))?(?: (?:xa|phuong|thi tran|huyen))?"
_PLACE = r"[^\d,]{2,40}, ?"
_OPEN_DAY = r"ngay [\d. …]{0,12} ?thang [\d. …]{0,12} ?nam [\d. …]{0,12}"
_SHORT_DAY = r"ngay \d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}"
_DAY = re.compile(rf"(?:{_PLACE})?(?:{_OPEN_DAY}|{_SHORT_DAY})")
_SIGNATURE = re.compile(
    rf"{_CLERK}(?: (?:bieu|bang|phieu|bao cao))?|{_HEAD}(?: (?:truong|don vi|co quan)|{_BODY})"
    rf"|{_FOR} ?(?:uy ban nhan dan|ubnd|chu tich|thu truong|hieu truong|giam doc).*"
    r"|noi nhan ?:.*|xac nhan cua .*"
    r"|\(? ?ky(?: ten)?,? ?(?:ghi ro|dong dau|ho ten|va ).*|\(ky(?: ten)?\)"
    # Without its place, a short day may be a day that was asked for.
    rf"|(?:{_PLACE})?{_OPEN_DAY}|{_PLACE}{_SHORT_DAY}"
)
_BEGINNING = re.compile(rf"(?:{_CLERK}|{_HEAD}|{_FOR}|\(ky|xac nhan cua)(?! de nghi| kien nghi).{{0,40}}")


def is_signature(folded: str) -> bool:
    """Surely nothing else, though it stands where figures are expected."""
    return _SIGNATURE.fullmatch(folded) is not None


def may_begin_signing(folded: str) -> bool:
    """Where nothing more is asked."""
    return is_day_signed(folded) or _BEGINNING.fullmatch(folded) is not None


def is_day_signed(folded: str) -> bool:
    return _DAY.fullmatch(folded) is not None
