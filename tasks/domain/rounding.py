"""Numbers as people count them: exact in decimals, and rounded half up, everywhere in the same way."""

from decimal import Decimal
from fractions import Fraction
from math import floor

Number = int | float | Fraction | Decimal


def exact(value: Number) -> Fraction:
    """The decimal that was typed: 0.1 is a tenth. Fifteen digits, as Excel keeps."""
    return Fraction(f"{value:.15g}") if isinstance(value, float) else Fraction(value)


def rounded(value: Number, decimals: int) -> Decimal:
    """Half up: 81,25 is 81,3, as Excel shows it and a school teaches it; less than nothing is rounded away from it."""
    scaled = exact(value) * 10**decimals
    whole = floor(abs(scaled) + Fraction(1, 2))
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-decimals)
