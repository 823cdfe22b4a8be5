"""`make bench` runs every bench; `make bench ARGS="letters --size 1000"` one; `classify FOLDER` reads real mails."""

import argparse
import sys
from collections.abc import Callable

from tests.bench import (
    classify,
    compiling,
    escalation,
    kills,
    letters,
    reading,
    rehearsal,
    replies,
    shifted,
    workbook,
    year,
)

BENCHES: dict[str, tuple[Callable[[int], None], int, str]] = {
    "year": (year.bench, 0, "the demo: seconds per verb, peak memory of its processes"),
    "compiling": (compiling.bench, 10_000, "a year's files for many units of 40 answers, against the same cells bare"),
    "workbook": (workbook.bench, 40, "forms built and read, against bare openpyxl"),
    "letters": (letters.bench, 1000, "letters written and sent by the flow, against a bare loop over the same bytes"),
    "replies": (replies.bench, 300, "replies stored, filed and put away, against a bare loop over the same folder"),
    "reading": (reading.bench, 60, "returned forms read behind guard and worker, against bare openpyxl"),
    "shifted": (
        shifted.bench,
        1,
        "answers moved by a row in each list's form: taken wrong in silence, and false alarms",
    ),
    "escalation": (escalation.bench, 10_000, "a sweep of the ladder over many open forms, against the bare SQL"),
    "kills": (
        kills.bench,
        20,
        "server, runner and runs of a living house killed at random: seconds until a clock comes",
    ),
    "rehearsal": (rehearsal.bench, 10_000, "a year rehearsed for many units: seconds of playing and of writing"),
}


def main() -> None:
    if sys.argv[1:2] == ["classify"]:
        classify.main(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help=", ".join(f"{name}: {about}" for name, (_, _, about) in BENCHES.items())
    )
    parser.add_argument("--size", type=int, help="how many forms or letters")
    args = parser.parse_args()
    unknown = [name for name in args.names if name not in BENCHES]
    if unknown:
        parser.error(f"no bench called {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    for name in args.names or BENCHES:
        bench, size, about = BENCHES[name]
        print(f"\n== {name}: {about}", flush=True)
        bench(args.size or size)


if __name__ == "__main__":
    main()
