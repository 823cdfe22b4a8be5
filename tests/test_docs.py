"""The documents checked against the program: every command, option, file, key and clock they name exists, and back."""

import argparse
import hashlib
import os
import re
import shlex
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.commands import parser
from infra.settings import SAMPLE

PROJECT = Path(__file__).parents[1]
README = PROJECT / "README.md"
GUIDE = PROJECT / "docs" / "huong-dan.md"
CHANGELOG = PROJECT / "CHANGELOG.md"
BOTH = [pytest.param(README, id="README"), pytest.param(GUIDE, id="huong-dan")]
ALL = [*BOTH, pytest.param(CHANGELOG, id="CHANGELOG")]
# As the Apache Software Foundation publishes it, with and without its empty first line.
APACHE_2 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
COMMAND = re.compile(r"(?:(?<=[\s:(/$“])|^)kiemtra +(?=[a-z<]|--)([^;|&#()`\n]*)", re.M)
REPO_PATH = re.compile(r"^(?:(?:flows|infra|tasks|templates|tests|docs|\.ci)/[\w*./-]*|[A-Z]+(?:\.md)?|Makefile)$")
# Tone marks as the program writes them: Ủy, Hòa, Thủy; not Uỷ, Hoà, Thuỷ.
NEW_STYLE = re.compile(r"(?<![qQ])[uU][ỳýỷỹỵ]\b|[oO][àáảãạèéẻẽẹ]\b")
KEY = re.compile(r"^#? ?([a-z_]+) = ", re.M)
SECTION = re.compile(r"^#? ?(\[[a-z.]+\])", re.M)
CLOCK = re.compile(r'Clock\((\w+), "[^"]*", "([^"]*)"\)')


def text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def fences(document: Path, language: str = "") -> Iterator[str]:
    return (body for kind, body in FENCE.findall(text(document)) if language in ("", kind))


def code(document: Path) -> Iterator[str]:
    """Everything that is set as code."""
    yield from fences(document)
    yield from INLINE.findall(FENCE.sub("", text(document)))


def commands(document: Path) -> list[str]:
    """What follows `kiemtra` wherever it is called: 'units import danh-sach.xlsx --yes'."""
    return [found.strip() for piece in code(document) for found in COMMAND.findall(piece)]


def below(command: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def options(command: argparse.ArgumentParser) -> set[str]:
    return {option for action in command._actions for option in action.option_strings}


def leaves(command: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    if not below(command):
        yield name, command
    for word, child in below(command).items():
        yield from leaves(child, f"{name} {word}".strip())


def unknown(words: list[str]) -> list[str]:
    """The words of one command that the parser does not know; words after the command's name are free."""
    command, known = parser(), options(parser())
    wrong = []
    while words and below(command):
        word = words.pop(0)
        if word.startswith("--"):
            wrong += [word] if word not in known else []
            words = words[1:] if word == "--settings" else words
        elif word in below(command):
            command = below(command)[word]
            known = known | options(command)
        elif default := getattr(command, "default_verb", ""):
            command = below(command)[default]
            known = known | options(command)
        else:
            return [*wrong, word]
    return wrong + [word for word in words if word.startswith("--") and word.split("=")[0] not in known]


@pytest.mark.parametrize("document", BOTH)
def test_every_command_and_option_exists(document: Path) -> None:
    found = commands(document)
    assert len(found) > 20, "the commands of the document are not found any more"
    wrong = {one: bad for one in found if (bad := unknown(one.split()))}
    assert not wrong


@pytest.mark.parametrize("document", BOTH)
def test_every_shown_command_line_is_one_that_the_program_takes(document: Path) -> None:
    lines = [line for body in fences(document, "sh") for line in body.splitlines() if line.startswith("kiemtra ")]
    assert len(lines) > 10
    for line in lines:
        try:
            parser().parse_args(shlex.split(line, comments=True)[1:])
        except SystemExit:
            pytest.fail(f"{document.name}: {line}")


def test_every_command_is_in_the_guide() -> None:
    found = " ".join(f"kiemtra {one} ." for one in commands(GUIDE))
    missing = [name for name, _ in leaves(parser()) if not re.search(rf"kiemtra {name}\s", found)]
    assert not missing


def test_every_option_is_in_the_guide() -> None:
    said = "\n".join(code(GUIDE))
    for name, command in leaves(parser()):
        missing = [one for one in options(command) - {"-h"} if one not in said]
        assert not missing, name


@pytest.mark.parametrize("document", ALL)
def test_every_file_of_the_repository_that_is_named_exists(document: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text(document)) if "://" not in link]
    named = [one for one in INLINE.findall(FENCE.sub("", text(document))) if REPO_PATH.match(one) and "/" in one]
    missing = [one for one in named if not list(PROJECT.glob(one.rstrip("/")))]
    missing += [one for one in links if not (document.parent / one).exists()]
    assert not missing


@pytest.mark.parametrize("document", BOTH)
def test_every_setting_is_explained(document: Path) -> None:
    keys, said = set(KEY.findall(SAMPLE)), "\n".join(code(document))
    assert set(tomllib.loads(SAMPLE)["mail"]) <= keys
    missing = [key for key in keys if not re.search(rf"\b{key}\b", said)]
    missing += [section for section in SECTION.findall(SAMPLE) if section not in said]
    assert not missing


@pytest.mark.parametrize("document", BOTH)
def test_every_environment_variable_is_read_somewhere(document: Path) -> None:
    sources = [path for shelf in ("flows", "infra", "tests") for path in (PROJECT / shelf).rglob("*.py")]
    read = "\n".join(text(path) for path in sources if path.name != Path(__file__).name)
    named = set(re.findall(r"\bKIEMTRA_[A-Z_]+\b", text(document)))
    assert len(named) >= 4
    assert not [name for name in named if name not in read]


def test_the_guide_gives_every_flow_its_clock_in_the_words_of_the_timetable() -> None:
    clocks = CLOCK.findall(text(PROJECT / "flows" / "timetable.py"))
    assert len(clocks) == 6
    rows = [line for line in text(GUIDE).splitlines() if line.startswith("| `")]
    for flow, words in clocks:
        assert any(f"`{flow.replace('_', '-')}`" in row and words in row for row in rows), flow


def test_the_guide_speaks_of_every_alert() -> None:
    said = text(GUIDE)
    for sentence in re.findall(r'(?:Alarm\(|_if\(\s*\w+,\s*)f"([^"]*)"', text(PROJECT / "tasks" / "watch.py")):
        pieces = [piece.strip(" :") for piece in re.split(r"\{[^}]*\}", sentence) if piece.strip(" :")]
        assert all(piece in said for piece in pieces), sentence


@pytest.mark.parametrize("document", ALL)
def test_the_documents_are_plain_to_read(document: Path) -> None:
    words = text(document)
    assert unicodedata.is_normalized("NFC", words)
    assert not [word for word in re.findall(r"\w+", words) if NEW_STYLE.search(word)]
    assert words.endswith("\n")
    assert not [line for line in words.splitlines() if line != line.rstrip() or "\t" in line]


def test_the_licence_is_apache_2() -> None:
    licence = (PROJECT / "LICENSE").read_bytes()
    assert hashlib.sha256(licence).hexdigest() == APACHE_2
    assert "Copyright 2026 the kiemtra authors" in text(README)
    assert tomllib.loads(text(PROJECT / "pyproject.toml"))["project"]["license"] == "Apache-2.0"


def test_the_changelog_knows_this_version() -> None:
    version = tomllib.loads(text(PROJECT / "pyproject.toml"))["project"]["version"]
    assert f"## [{version}]" in text(CHANGELOG)


@pytest.mark.parametrize("document", ALL)
def test_the_documents_name_no_host_to_install_from(document: Path) -> None:
    hosts = set(re.findall(r"https?://([\w.-]+)", text(document)))
    assert hosts <= {"127.0.0.1", "keepachangelog.com", "semver.org"}
    assert os.sep + "work" + os.sep not in text(document)
