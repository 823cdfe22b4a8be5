"""Letters from before Unicode: Vietnamese typed with .VnTime (TCVN3) or VNI-Times fonts, which looks like 'Kh«ng'.

Such text is made Unicode where nothing else can be meant, and asked back where it may be something else.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum


class OldLetters(StrEnum):
    TCVN3 = "TCVN3 (phông .VnTime)"
    VNI = "VNI (phông VNI-Times)"


# TCVN 5712:1993, VN3: one sign a letter, in the order of the code page. Signs are written as a program shows them that
# takes them for Western letters. Capitals with a tone have no sign of their own: those fonts come in two cases.
_TCVN3_SIGNS = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦"
_TCVN3_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
# VNI: a plain letter and a sign for its tone or mark; some letters have one sign for both.
_VNI_TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_BREVE = {"ê": "", "è": "\u0300", "é": "\u0301", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_HAT = {"â": "", "à": "\u0300", "á": "\u0301", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_SINGLE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

_OLD_FONT = re.compile(r"^(\.vn|vn(time|arial|i[- ]))|^vni", re.I)
# A Vietnamese syllable without its tone: what begins it, what it sounds like, what ends it.
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|gh?|gi|kh|ph|th|tr|ch|qu|[bcdđhklmnprstvx])?"
    r"(?:iêu|yêu|uôi|ươi|ươu|oai|oao|oay|oeo|uây|uyu|uêu|uya|uyê|ia|iê|ya|yê|ua|uô|ưa|ươ|oa|oă|oe|oo|uâ|uê|uy|uơ"
    r"|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|[aăâeêioôơuưy])"
    r"(?:ch|ngh?|nh|[cmnpt])?"
)
_ABBREVIATION = re.compile(r"[A-ZĐ]{1,8}")
_UNICODE_ONLY = re.compile("[\u0102-\u01b0\u0300-\u0323\u1ea0-\u1ef9]")
_TONES = frozenset("\u0300\u0301\u0309\u0303\u0323")


class Doubtful(Exception):
    """The letters are those of an old font, perhaps; nobody can say."""


def _tcvn3() -> Mapping[str, str]:
    return dict(zip(_TCVN3_SIGNS, _TCVN3_LETTERS, strict=True))


def _vni() -> Mapping[str, str]:
    pairs = {}
    for base in "aeiouyôö":
        for sign, tone in _VNI_TONES.items():
            pairs[base + sign] = _VNI_SINGLE.get(base, base) + tone
    for sign, tone in _VNI_BREVE.items():
        pairs["a" + sign] = "ă" + tone
    for sign, tone in _VNI_HAT.items():
        pairs.update({base + sign: base + "\u0302" + tone for base in "aeo"})
    lower = {key: unicodedata.normalize("NFC", letter) for key, letter in (pairs | _VNI_SINGLE).items()}
    upper = {key.upper(): letter.upper() for key, letter in lower.items()}
    mixed = {key[0].upper() + key[1:]: letter.upper() for key, letter in lower.items()}
    return {**mixed, **lower, **upper}


_LETTERS: Mapping[OldLetters, Mapping[str, str]] = {OldLetters.TCVN3: _tcvn3(), OldLetters.VNI: _vni()}
_SIGNS = {
    old: re.compile("|".join(re.escape(sign) for sign in sorted(letters, key=len, reverse=True)))
    for old, letters in _LETTERS.items()
}
_ANY_SIGN = frozenset(sign for sign in _TCVN3_SIGNS + "".join(_LETTERS[OldLetters.VNI]) if not sign.isascii())


def is_old_font(name: str) -> bool:
    return bool(_OLD_FONT.match(name.strip()))


def decoded(text: str, old: OldLetters) -> str:
    return _SIGNS[old].sub(lambda found: _LETTERS[old][found[0]], text)


def encoded(text: str, old: OldLetters) -> str:
    """As an old font spells it: the other direction, for recognising known words exactly."""
    signs = {letter: sign for sign, letter in _LETTERS[old].items()}
    return "".join(
        signs.get(letter, signs.get(letter.lower(), letter)) for letter in unicodedata.normalize("NFC", text)
    )


def to_unicode(text: str, font: str = "") -> tuple[str, OldLetters | None]:
    """The text in Unicode, and what it was spelt in if it was not; raises Doubtful.

    `font`: of the cell, where it is an old one. It proves nothing alone: people type Unicode in any font.
    """
    if text.isascii() or not _ANY_SIGN.intersection(text) or _is_unicode(text):
        return text, None
    if _reads(text):
        if font:
            raise Doubtful
        return text, None
    readings = {old: decoded(text, old) for old in ([_of_font(font)] if font else OldLetters)}
    sound = [old for old, made in readings.items() if _reads(made) and _has_word(made)]
    if len(sound) == 1:
        made = readings[sound[0]]
        return made.upper() if font.lower().endswith("h") and sound == [OldLetters.TCVN3] else made, sound[0]
    if sound or font or any(_share(made) > max(0.5, _share(text)) and _has_word(made) for made in readings.values()):
        raise Doubtful
    return text, None


def _of_font(font: str) -> OldLetters:
    return OldLetters.VNI if font.strip().lower().startswith("vni") else OldLetters.TCVN3


def _is_unicode(text: str) -> bool:
    """A letter such as ơ or ạ, or a tone of its own, exists in no old code page."""
    return bool(_UNICODE_ONLY.search(text))


def _reads(text: str) -> bool:
    """Every word that is not plain ASCII could be a Vietnamese syllable."""
    return _share(text) == 1.0


def _share(text: str) -> float:
    words = [word for word in _words(text) if not word.isascii()]
    return sum(map(is_syllable, words)) / len(words) if words else 0.0


def _has_word(text: str) -> bool:
    """A letter or two may stand there by chance: a syllable of plain and other letters hardly ever does."""
    return any(not word.isascii() and re.search("[A-Za-z]", word) and is_syllable(word) for word in _words(text))


def _words(text: str) -> list[str]:
    return re.split(r"[\s\d.,;:!?()\[\]{}\"“”'‘’/+*=<>|%$#@~^_-]+", unicodedata.normalize("NFC", text))


def is_syllable(word: str) -> bool:
    if _ABBREVIATION.fullmatch(word):
        return True
    letters = unicodedata.normalize("NFD", word.casefold())
    tones = [letter for letter in letters if letter in _TONES]
    bare = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES))
    return len(tones) <= 1 and bool(_SYLLABLE.fullmatch(bare))
