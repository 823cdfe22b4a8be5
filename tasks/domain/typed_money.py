"""Money with its unit behind it: '15 triệu', '15 tr', '1 tỷ 200 triệu đồng', '15.000.000 đồng', in what the item asks.

Who writes a larger unit than the one asked, or "nghìn", means it. A bare "đồng" may also be the end of "triệu đồng":
there it is converted only where the other reading cannot be.
"""

import re
from collections.abc import Mapping
from fractions import Fraction

from tasks.domain.cell import Refusal, quoted
from tasks.domain.typed_number import read_number
from tasks.domain.vietnamese import exact_text, fold

# Money of a commune outside of these was most likely counted in another unit: 125.500.000 where millions are asked.
USUAL_MONEY: Mapping[str, tuple[float, float]] = {"triệu đồng": (0.001, 100_000), "đồng": (1_000, 10**12)}
_FACTORS: Mapping[str, int] = {"đồng": 1, "nghìn đồng": 1_000, "triệu đồng": 1_000_000, "tỷ đồng": 10**9}
_SPELT: Mapping[str, int] = {
    **dict.fromkeys(("ty", "ti"), 10**9),
    **dict.fromkeys(("trieu", "tr"), 1_000_000),
    **dict.fromkeys(("nghin", "ngan"), 1_000),
}
_DONG = r"(?:dong(?: chan)?|vnd|d)"
_NUMBER = r"\d[\d.,]{0,30}(?: \d{3}){0,5}"
_UNIT = f"(?:{'|'.join(_SPELT)})"
_PART = re.compile(rf"({_NUMBER}) ?({_UNIT})?(?![a-z])")
# A unit behind every number but the last, or a long row of digits could be cut in endless ways.
_WHOLE = re.compile(rf"(?P<parts>(?:{_NUMBER} ?{_UNIT} ?){{0,3}}(?:{_NUMBER} ?)?)(?P<dong>{_DONG})?")


def read_money(unit: str, text: str) -> tuple[float, str] | None:
    """The value in the item's own unit and a flag; None where no unit of money stands behind a number. Raises Refusal.

    `unit`: 'triệu đồng'.
    """
    asked = _FACTORS.get(unit)
    found = _WHOLE.fullmatch(fold(text)) if asked else None
    if asked is None or found is None or not found["parts"]:
        return None
    parts = [(words, _SPELT[spelt] if spelt else 0) for words, spelt in _PART.findall(found["parts"])]
    if not any(factor for _, factor in parts):
        return _bare(unit, asked, parts[0][0], text) if found["dong"] and len(parts) == 1 else None
    total, last = Fraction(0), 0
    for words, factor in parts:
        figure = Fraction(str(read_number(words, whole=False)[0]))
        if not factor or (last and figure * factor >= last):
            raise Refusal(f"“{quoted(text)}” không rõ là bao nhiêu tiền; hãy ghi một số, đơn vị tính là {unit}")
        total, last = total + figure * factor, factor
    return _taken(total / asked, unit, text, is_same=len(parts) == 1 and parts[0][1] == asked)


def _bare(unit: str, asked: int, words: str, text: str) -> tuple[float, str] | None:
    """'15.000.000 đồng': where đồng are asked, it is a number with its unit like any other."""
    if asked == 1:
        return None
    figure = Fraction(str(read_number(words, whole=True)[0]))
    least, most = USUAL_MONEY.get(unit, (0, float("inf")))
    if least <= figure / asked <= most and not least <= figure <= most:
        return _taken(figure / asked, unit, text, is_same=False)
    raise Refusal(f"“{quoted(text)}” là đồng hay {unit}? Hãy chỉ ghi con số, tính theo {unit}")


def _taken(value: Fraction, unit: str, text: str, *, is_same: bool) -> tuple[float, str]:
    plain = int(value) if value.denominator == 1 else float(value)
    return plain, f"“{quoted(text)}” được hiểu là {exact_text(plain)}{'' if is_same else f' {unit}'}"
