"""Vietnamese text: one spelling at every boundary, its own sorting, and the official way to write days and numbers."""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

from tasks.domain.rounding import Number, rounded

# Look-alikes of đ/Đ in files from old programs: eth and African D lower-case to other letters.
_D_LOOKALIKES = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"})
_D_LOOKALIKE = re.compile("[ÐðƉɖ]")
_MARKS = re.compile("[\u0300-\u036f]+")
# Normalising takes quadratic time over marks heaped on one letter; Unicode's own limit for streams is thirty.
_MARKS_HEAPED = re.compile(r"[^\w\s\x00-\x7f]{31,}")
_MOST_MARKS = 30
# With the marks that make a picture of a sign (✔️ is ✔ and U+FE0F).
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f]")
# Letters and figures as wide as a Chinese character, from keyboards set to it: １２％ is 12%.
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
# What nothing in `clean` could change, and nearly every text is: ASCII, the composed Latin letters but for the false đ,
# the quotes and dashes of print. Without combining marks, these are composed as they stand.
_AS_MEANT = re.compile("[\n -~\u00a1-\u00ac\u00ae-\u00cf\u00d1-\u00ef\u00f1-\u0188\u018a-\u0217\u1ea0-\u1ef9–—‘’“”•…]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_TONES = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # ngang, huyền, hỏi, ngã, sắc, nặng
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET, start=100)}
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")

SortKey = tuple[tuple[int, ...], tuple[int, ...], str]


def nfc(text: str) -> str:
    """Composed letters and one đ: what every boundary of the program stores and compares."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", _MARKS_HEAPED.sub(_thinned, text))
    return composed.translate(_D_LOOKALIKES) if _D_LOOKALIKE.search(composed) else composed


def _thinned(run: re.Match[str]) -> str:
    kept: list[str] = []
    heaped = 0
    for letter in run[0]:
        heaped = heaped + 1 if unicodedata.combining(letter) else 0
        if heaped <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def clean(text: str) -> str:
    """Text as a person meant it: no invisible or control characters, plain spaces, no blank ends."""
    if _AS_MEANT.fullmatch(text):
        return text.strip()
    composed = nfc(text)
    text = _INVISIBLE.sub("", composed).replace("\u00a0", " ").replace("\u202f", " ")
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    # Again where anything went: what was removed may have stood between a letter and its tone.
    return (text if text == composed else nfc(text)).strip()


def narrowed(text: str) -> str:
    return text if text.isascii() else text.translate(_WIDE)


# Marks that turn the direction of what follows (Unicode UAX 9): “gpj.exe” reads as “exe.jpg”.
_TURNING = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def straight(text: str) -> str:
    """Without marks that make a stranger's words read backwards; Vietnamese has no use for them."""
    return text.translate(_TURNING)


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def fold(text: str) -> str:
    """A key for searching and matching: 'Vĩnh Thủy', 'vinh thuỷ' and 'VINH THUY' are one."""
    plain = one_line(text).casefold()
    if plain.isascii():
        return plain
    letters = unicodedata.normalize("NFD", plain).replace("đ", "d")
    letters = _MARKS.sub("", letters)
    if letters.isascii():
        return letters
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def same_spelling(text: str) -> str:
    """A key under which two spellings of one word are one (thủy, thuỷ; any case), and two words are two (thanh, thành):
    each syllable's letters, then its tone."""
    return " ".join(_spelt(word) for word in one_line(text).casefold().split())


def _spelt(word: str) -> str:
    marks = unicodedata.normalize("NFD", word)
    tones = "".join(mark for mark in marks if mark in _TONES)
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES)) + tones


def folded_pattern(pattern: str) -> re.Pattern[str]:
    """To be matched against `fold(text)`; written in small letters and the way people spell, accents and all."""
    letters = unicodedata.normalize("NFD", pattern).replace("đ", "d")
    return re.compile("".join(letter for letter in letters if not unicodedata.combining(letter)))


def slug(text: str) -> str:
    """ASCII for a file name: 'Xã Vĩnh Thủy' -> 'xa-vinh-thuy'."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def sort_key(text: str) -> SortKey:
    """Order of CLDR 'vi': a ă â b c d đ ...; tones only break ties (ngang huyền hỏi ngã sắc nặng)."""
    letters: list[int] = []
    tones: list[int] = []
    for letter in one_line(text).casefold():
        decomposed = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in decomposed[1:] if mark in _TONES), "")
        bare = unicodedata.normalize("NFC", decomposed.replace(tone, "") if tone else decomposed)
        letters.append(_RANK.get(bare, ord(bare[0]) if ord(bare[0]) < 100 else 200 + ord(bare[0])))
        tones.append(_TONES[tone])
    return tuple(letters), tuple(tones), text


def day_text(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def day_words(day: date) -> str:
    """'thứ Năm, ngày 30/10/2025'."""
    return f"{WEEKDAYS[day.weekday()]}, ngày {day_text(day)}"


def official_day(day: date) -> str:
    """NĐ 30/2020, phụ lục I: a leading zero for days under 10 and for months 1 and 2 only."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def moment_text(moment: datetime) -> str:
    return moment.strftime("%H:%M ngày %d/%m/%Y")


def clock_text(clock: time) -> str:
    return f"{clock.hour} giờ {clock.minute:02d}" if clock.minute else f"{clock.hour} giờ"


def number_text(value: Number, decimals: int | None = None) -> str:
    """1234.5 -> '1.234,5'; decimals=None keeps what the number has, at most two."""
    text = f"{rounded(value, 2 if decimals is None else decimals):z,f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def exact_text(value: float) -> str:
    """1.002 -> '1,002': all that was typed. Fifteen digits, as Excel keeps: 0,1 + 0,2 is 0,3 to whoever typed it."""
    if isinstance(value, int):
        return number_text(value)
    whole, _, decimals = f"{Decimal(f'{value:.15g}'):z,f}".partition(".")
    grouped = whole.replace(",", ".")
    return f"{grouped},{decimals.rstrip('0')}" if decimals.rstrip("0") else grouped


def percent_text(part: int, whole: int) -> str:
    """15 of 18 -> '83,3%'; nothing of nothing is a dash, not a division."""
    return f"{number_text(Fraction(100 * part, whole), 1)}%" if whole else "–"
