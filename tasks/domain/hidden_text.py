"""Whether an HTML page may keep some of its text from whoever looks at it: then no line of it acts by itself.

Rather too often than too seldom: what is taken for hiding costs a person one look, and nearly every mail has a plain
twin, of which none of this is asked.
"""

import re
from collections.abc import Iterator
from html import unescape

from tasks.domain.mail_text import own_html

_STYLE_SHEET = re.compile(r"<style\b[^<>]*>(.*?)(?:</style|\Z)", re.I | re.S)
_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]{0,30})([^<>]*)>")
_ATTRIBUTE = re.compile(r"(?<![-\w])(style|color|text|bgcolor)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.I)
# What no mail program shows as text, or shows only when somebody touches it; and what brings rules from elsewhere.
_NOT_SHOWN = frozenset(
    {
        *("template", "noscript", "noframes", "noembed", "iframe", "frameset", "object", "dialog", "details", "base"),
        *("textarea", "select", "option", "datalist", "canvas", "audio", "video", "svg", "math", "xmp", "plaintext"),
    }
)
_ATTRIBUTE_HIDES = re.compile(r"(?:^|[\s\"'/])hidden(?=[\s=/\"']|$)|stylesheet", re.I)

_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.I | re.S)
_RULE_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|line-through|@import|expression\("
    r"|(?<![-\w])(?:clip|clip-path|transform|filter|opacity|position|overflow(?:-[xy])?|content-visibility|mask|z-index"
    r"|-webkit-text-[\w-]+)\s*:"
    r"|(?<![-\w])(?:max-)?(?:height|width)\s*:\s*0(?![\d.]*[1-9])"
    r"|(?<![-\w])(?:left|top|right|bottom|text-indent|margin[\w-]*|(?:letter|word)-spacing)\s*:[^;}]{0,100}-\s*\d{3}"
)
_SIZE = re.compile(r"(?<![-\w])(?:font|font-size|line-height)\s*:([^;}]*)")
_NUMBER = re.compile(r"(?<![\w.#-])(\d*\.?\d+)\s*(px|pt|%|mm)?")
_SMALLEST = {"px": 6.0, "pt": 5.0, "%": 40.0, "mm": 2.0}
_COLOUR = re.compile(r"(?<![-\w])(color|background|background-color)\s*:([^;}]*)")
_HEX, _RGB = re.compile(r"#([0-9a-f]{3,8})\b"), re.compile(r"rgba?\(([^()]{0,60})\)")
_DARK_NAMES = re.compile(r"black|windowtext|navy|blue|red|green|maroon|purple|gr[ae]y|teal|dark\w+|inherit|initial")
_LIGHT_NAMES = re.compile(r"white|window|none|transparent|inherit|initial|repeat|scroll|0%?")
_DARKEST_PAPER, _LIGHTEST_INK = 0.8, 0.7


def hides_text(html: str) -> bool:
    """By rules of style, wherever they stand, and by elements that are not shown; what is left out anyway aside."""
    if any(_hides(found[1]) for found in _STYLE_SHEET.finditer(html)):
        return True
    return any(_tag_hides(found[1].lower(), found[2]) for found in _TAG.finditer(own_html(html)))


def _tag_hides(name: str, attributes: str) -> bool:
    if name in _NOT_SHOWN or _is_cut(attributes) or _ATTRIBUTE_HIDES.search(attributes):
        return True
    return any(_hides(rules) for rules in _rules_of(attributes))


def _is_cut(attributes: str) -> bool:
    """A quoted '>': where the tag ends is then told otherwise by every program."""
    rest = re.sub(r'"[^"]*"', "", attributes)
    return '"' in rest or rest.count("'") % 2 == 1


def _rules_of(attributes: str) -> Iterator[str]:
    for found in _ATTRIBUTE.finditer(attributes):
        name, value = found[1].lower(), unescape(found[2].strip("\"'"))
        yield value if name == "style" else f"{'background' if name == 'bgcolor' else 'color'}:{value}"


def _hides(rules: str) -> bool:
    plain = _CSS_ESCAPE.sub(_unescaped, _CSS_COMMENT.sub("", rules)).lower()
    if _RULE_HIDES.search(plain) or any(_is_tiny(found[1]) for found in _SIZE.finditer(plain)):
        return True
    return any(not _is_plain_colour(*found.groups()) for found in _COLOUR.finditer(plain))


def _unescaped(found: "re.Match[str]") -> str:
    return chr(int(found[1], 16) % 0x110000) if found[1] else found[2]


def _is_tiny(value: str) -> bool:
    return any(float(found[1]) < _SMALLEST.get(found[2] or "", 0.4) for found in _NUMBER.finditer(value))


def _is_plain_colour(name: str, value: str) -> bool:
    """Dark ink, light paper; a colour that is not known is none of them."""
    shades = [_shade(found[1]) for found in _HEX.finditer(value)]
    shades += [_shade_of_numbers(found[1]) for found in _RGB.finditer(value)]
    words = _RGB.sub(" ", _HEX.sub(" ", value)).replace("!important", " ").split()
    if name == "color":
        return all(shade <= _LIGHTEST_INK for shade in shades) and all(map(_DARK_NAMES.fullmatch, words))
    return all(shade >= _DARKEST_PAPER for shade in shades) and all(map(_LIGHT_NAMES.fullmatch, words))


def _shade(digits: str) -> float:
    """0 is black, 1 is white; a colour that one sees through counts as white ink and as black paper: half of both."""
    if len(digits) in {4, 8}:
        return 0.75
    wide = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    return _brightness(*(int(wide[at : at + 2] or "f", 16) / 255 for at in (0, 2, 4)))


def _shade_of_numbers(inside: str) -> float:
    numbers = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", inside)]
    if len(numbers) != 3 or "%" in inside:
        return 0.75
    return _brightness(*(min(one, 255.0) / 255 for one in numbers))


def _brightness(red: float, green: float, blue: float) -> float:
    return 0.299 * red + 0.587 * green + 0.114 * blue
