"""XML of strangers read with lxml: nothing is fetched, no entity is expanded, nothing grows huge."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from infra.opening.refusals import refuse

Element = Any  # of lxml, which tells mypy nothing
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def root_of(part: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from None
        refuse("corrupt")
    except ValueError:
        refuse("corrupt")


def local(element: Element) -> str:
    """The name without its namespace: strict, transitional and prefixed files then read alike."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """By its local name."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def named(root: Element, *names: str) -> Iterator[Element]:
    """Descendants by local name, in the order of the document."""
    yield from root.iter(*(f"{{*}}{name}" for name in names))


def unescaped(text: str) -> str:
    """'_x000D_' is how Excel writes a letter that XML cannot hold (ST_Xstring)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
