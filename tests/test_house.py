"""The drawing checked against the building: shelves, names, clocks and doors stand where the design says."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.domain.letterbox import LetterKind

PROJECT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
SHELVES = ("flows", "infra", "tasks")
VERBS = ("scheduling", "mailing", "collection", "escalation", "year_end", "watch")
TOP_LEVEL = {
    "flows",
    "tasks",
    "templates",
    "infra",
    "tests",
    "docs",
    "pyproject.toml",
    "requirements.lock",  # what `make` installs from: what runs …
    "requirements-dev.lock",  # … and what it is developed with, so that a server installs no test runner
    "README.md",
    "Makefile",
    "CHANGELOG.md",
    "LICENSE",
    ".ci",
    ".gitignore",
}


def modules(*shelves: str) -> Iterator[Path]:
    for shelf in shelves:
        yield from sorted((PROJECT / shelf).rglob("*.py"))


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def test_nothing_stands_at_the_top_that_nobody_defends() -> None:
    assert {name.split("/")[0] for name in tracked()} <= TOP_LEVEL


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_a_name_that_repeats_on_every_shelf(verb: str) -> None:
    assert (PROJECT / "flows" / f"{verb}.py").is_file()
    assert (PROJECT / "tasks" / f"{verb}.py").is_file() or (PROJECT / "tasks" / verb).is_dir()


def test_no_room_is_called_after_nothing() -> None:
    empty = re.compile(r"^(utils?|helpers?|common|managers?|services?|base|misc)$")
    assert [path for path in modules(*SHELVES) if empty.match(path.stem)] == []


def test_the_rules_import_the_standard_library_only() -> None:
    strangers = []
    for path in modules("tasks/domain"):
        for name in _imported(path):
            top = name.split(".")[0]
            if top not in sys.stdlib_module_names and not name.startswith("tasks.domain"):
                strangers.append(f"{path.name}: {name}")
    assert strangers == []


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_time_is_an_argument_everywhere_but_at_the_edge() -> None:
    """No clock is read under tasks/: a year can be replayed, rehearsed and tested."""
    clock = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
    assert [str(path) for path in modules("tasks") if clock.search(path.read_text(encoding="utf-8"))] == []


def test_only_one_door_changes_a_status() -> None:
    """Statuses are written by moves.move(), or by a conditional update that names the old status."""
    assignment = re.compile(r"\b(assignment|obligation|finding|row|letter)\.state\s*=[^=]")
    allowed = {"letters.py", "escalation.py", "filing.py"}  # rows that are being made, before they are stored
    guilty = [
        path.name for path in modules("tasks", "flows", "infra") if assignment.search(path.read_text(encoding="utf-8"))
    ]
    assert set(guilty) <= allowed


def test_no_rule_asks_prefect_how_a_run_went() -> None:
    """T68, T71, T73: rows are the truth. No state of a run is read, no automation drives the ladder, and approvals are
    no paused runs; the one automation only ends runs that a power loss left behind."""
    asking = re.compile(
        r"StateType|FlowRunFilter|read_flow_run|automations|pause_flow_run|suspend_flow_run|wait_for_input"
    )
    guilty = {path.name for path in modules(*SHELVES) if asking.search(path.read_text(encoding="utf-8"))}
    assert guilty == {"heartbeats.py"}


def test_smtplib_is_used_nowhere_and_send_message_never() -> None:
    for path in modules(*SHELVES):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(import|from) smtplib", text, re.M), path
        assert ".send_message(" not in text, path


def test_every_kind_of_letter_has_its_folder_of_words() -> None:
    for kind in (*(kind.value for kind in LetterKind), "digest"):
        for name in ("subject.txt", "body.txt", "body.html"):
            assert (PROJECT / "templates" / "letters" / kind / name).is_file(), f"{kind}/{name}"


def test_nothing_from_one_machine_is_in_the_tree() -> None:
    """No index of packages, no lock that names hosts, no home folder."""
    bad = re.compile(r"index-url|find-links|extra-index|/home/|/root/")
    for name in LOCKS:
        lock = (PROJECT / name).read_text(encoding="utf-8")
        assert not bad.search(lock)
        assert "://" not in lock
    assert "uv.lock" not in tracked()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    running = pinned("requirements.lock")
    assert {name_of(one) for one in project["project"]["dependencies"] + groups["build"]} - set(running) == set()
    developing = pinned("requirements-dev.lock")
    tools = {name_of(one) for one in groups["dev"] if isinstance(one, str)}
    assert tools - set(developing) == set()
    assert tools & set(running) == set()  # a server installs none of them
    assert {name: developing.get(name) for name in running} == running  # and what runs is what was tested


def pinned(lock: str) -> dict[str, str]:
    text = (PROJECT / lock).read_text(encoding="utf-8").lower()
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", text, re.M))


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=!~ ;]", requirement)[0].lower()


def test_help_is_there_before_a_person_looks_up() -> None:
    """Under half a second: the command line imports Prefect only for the commands that need it."""
    code = (
        "import sys; from flows.commands import parser; import flows.__main__; parser(); "
        "print([m for m in ('prefect', 'sqlalchemy') if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
