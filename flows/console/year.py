"""`kiemtra year …`: the editions of a year, each as it was made, and what moved between two."""

import argparse

from infra.toolbox import clock, open_toolbox
from tasks.domain.calendar import ZONE, house_day
from tasks.domain.results.ledger import Moved, moved
from tasks.domain.vietnamese import moment_text
from tasks.records import YearReport
from tasks.year_end.editions import all_editions, edition_files, edition_of, kept_inputs, ledgers_of, put_back
from tasks.year_end.remaking import remake


def list_editions(args: argparse.Namespace) -> None:
    year = _year(args)
    with open_toolbox() as tools, tools.sessions() as session:
        rows = all_editions(session, year)
        for row in rows:
            here = [path.is_file() for path in edition_files(tools, row).values()]
            again = f"; thiếu tệp, lấy lại: kiemtra year show {row.edition} --year {year}"
            print(_name(row) + ("" if here and all(here) else again))
    if not rows:
        print(f"Năm {year} chưa có bản nào. Lập bản: kiemtra run compile-year --year {year}")


def show_edition(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions() as session:
        row = edition_of(session, _year(args), args.number)
        print(_name(row))
        for line in (*put_back(session, tools, row), *map(str, edition_files(tools, row).values())):
            print(f"  {line}")
        if row.inputs is not None:
            figures, _ = ledgers_of(row)
            for sentence in kept_inputs(row).get("facts", {}).get("since", ()):
                print(f"  {sentence}")
            for code, (words, value) in figures.items():
                if code.startswith(("dot/", "nhac/", "don-doc/", "kien-nghi/")):
                    print(f"  {words}: {value}")


def remake_edition(args: argparse.Namespace) -> int:
    """The exit code is 1 when the figures are not those that the edition keeps."""
    with open_toolbox() as tools, tools.sessions() as session:
        row = edition_of(session, _year(args), args.number)
        print(_name(row))
        done = remake(tools, row)
        for line in (*done.sentences, *put_back(session, tools, row)):
            print(f"  {line}")
    if done.moved:
        _print("Số liệu khác", done.moved)
    return 1 if done.moved else 0


def compare_editions(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions() as session:
        before, after = (edition_of(session, _year(args), number) for number in (args.first, args.second))
        (old_figures, old_answers), (new_figures, new_answers) = ledgers_of(before), ledgers_of(after)
        print(f"{_name(before)}\n{_name(after)}")
    _print("Số liệu đổi", moved(old_figures, new_figures))
    _print("Câu trả lời đổi", moved(old_answers, new_answers))


def _print(head: str, changes: list[Moved]) -> None:
    print(f"{head}: {len(changes) or 'không có'}")
    for one in changes:
        print(f"  {one.words}: {one.before} → {one.after}")


def _name(row: YearReport) -> str:
    return f"Bản {row.edition} năm {row.year}, số liệu đến {moment_text(row.as_of.astimezone(ZONE))}"


def _year(args: argparse.Namespace) -> int:
    year: int = args.year or house_day(clock()).year
    return year
