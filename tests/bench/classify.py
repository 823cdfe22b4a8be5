"""What the reader makes of a folder of real mails: how many of each kind, how long each took, and what went wrong.

`python -m tests.bench classify FOLDER` walks .eml, .txt, .mbox and extensionless files; `--show bounce` lists them.
"""

import argparse
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tasks.domain.message import read_message
from tasks.domain.triage import Facts, triage

_MAIL_FILES = frozenset({"", ".eml", ".email", ".txt", ".msg", ".mbox"})
_MBOX = re.compile(rb"^(?=From \S+ .{10,60}$)", re.M)
_HEAD = re.compile(
    rb"^(?:From|Return-Path|Received|Message-ID|Subject|To|Date|Content-Type|MIME-Version):", re.I | re.M
)


@dataclass
class Tally:
    verdicts: Counter[str] = field(default_factory=Counter)
    bounces: Counter[str] = field(default_factory=Counter)
    named: int = 0
    files: int = 0
    unopened: int = 0
    raised: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)


def messages(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each; an mbox holds several, what has no head of a mail is passed over."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix.lower() not in _MAIL_FILES or ".git" in path.parts:
            continue
        raw = path.read_bytes()
        several = [one for one in _MBOX.split(raw) if one.strip()] if raw.startswith(b"From ") else [raw]
        for number, one in enumerate(several):
            if _HEAD.search(one[:4_000].replace(b"\r", b"\n")):
                yield f"{path.relative_to(folder)}{f' #{number + 1}' if len(several) > 1 else ''}", one


def classify(folder: Path, show: str = "") -> Tally:
    tally = Tally()
    for name, raw in messages(folder):
        start = time.perf_counter()
        try:
            message = read_message(raw)
            rule = triage(Facts(message, from_ourselves=False))
        except Exception as error:  # the very thing that is counted here
            tally.raised.append(f"{name}: {error!r}")
            continue
        tally.spent.append(time.perf_counter() - start)
        tally.verdicts[rule.verdict.value] += 1
        tally.files += len(message.attachments)
        tally.unopened += len(message.unopened)
        if message.bounce:
            tally.bounces[f"{message.bounce.kind.value}, {message.bounce.severity or 'no severity'}"] += 1
            tally.named += bool(message.returned_ids or message.bounce_tags or message.bounce.envelope_ids)
        if rule.verdict.value == show:
            tally.shown.append(f"{name}: {rule.why} | {message.sender} | {message.subject[:60]}")
    return tally


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench classify", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--show", default="", help="list the messages with this verdict, e.g. bounce, auto_reply, reply"
    )
    args = parser.parse_args(arguments)
    tally = classify(args.folder, args.show)
    for line in (*tally.shown, *tally.raised):
        print(f"  {line}")
    count = len(tally.spent)
    print(f"messages {count + len(tally.raised)}, raised {len(tally.raised)}")
    print("verdicts: " + ", ".join(f"{name} {number}" for name, number in tally.verdicts.most_common()))
    print("notices:  " + ", ".join(f"{name} {number}" for name, number in tally.bounces.most_common()))
    print(f"notices that name their letter: {tally.named} of {sum(tally.bounces.values())}")
    print(f"files found {tally.files}, not to be opened {tally.unopened}")
    if count:
        print(f"time: {1000 * sum(tally.spent) / count:.2f} ms a message, slowest {1000 * max(tally.spent):.1f} ms")
