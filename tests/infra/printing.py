"""A workbook printed by LibreOffice, and the words on its pages with their places."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from tests.infra.office_programs import program

SECONDS = 180
_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.S)
_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


@dataclass(frozen=True)
class Word:
    left: float
    top: float
    right: float
    bottom: float
    text: str


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    words: Sequence[Word]

    def within(self, left: float, right: float, top: float, bottom: float) -> str:
        """The words that begin in a rectangle, line by line."""
        found = [word for word in self.words if left <= word.left < right and top <= word.top < bottom]
        return " ".join(word.text for word in sorted(found, key=lambda word: (round(word.top), word.left)))


def printed(books: Mapping[str, bytes], folder: Path) -> Mapping[str, list[Page]]:
    """All in one run of LibreOffice, with a profile of its own."""
    office, to_text = program("soffice", "LibreOffice"), program("pdftotext", "poppler-utils")
    for name, data in books.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    sources = [str(folder / f"{name}.xlsx") for name in books]
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *sources]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    return {name: _pages(to_text, folder / f"{name}.pdf") for name in books}


def _pages(to_text: str, path: Path) -> list[Page]:
    shown = subprocess.run([to_text, "-bbox", str(path), "-"], check=True, capture_output=True, timeout=SECONDS)
    return [
        Page(
            float(width),
            float(height),
            [Word(*map(float, place), unescape(text)) for *place, text in _WORD.findall(body)],
        )
        for width, height, body in _PAGE.findall(shown.stdout.decode())
    ]
