"""The log of the Prefect server stays small, and says what went wrong last."""

from pathlib import Path

from infra.server_log import KEPT, last_error, rotate, tail

FAILED = """\
07:00:01.100 | INFO    | uvicorn - started
07:01:01.100 | ERROR   | docket.worker - failed
Traceback (most recent call last):
  File "scheduler.py", line 12, in schedule
    raise ValueError("x")
sqlalchemy.exc.InvalidRequestError: Can't evaluate bulk DML statement; please supply a bulk of rows
[SQL: INSERT INTO flow_run]
07:02:01.100 | INFO    | uvicorn - goes on
"""


def test_the_last_error_is_the_line_that_names_the_exception() -> None:
    assert last_error(FAILED).startswith("sqlalchemy.exc.InvalidRequestError: Can't evaluate bulk DML")
    assert last_error("07:01 | ERROR   | docket - gone\n07:02 | INFO | fine\n") == "07:01 | ERROR   | docket - gone"
    assert last_error("07:02 | INFO | fine\n") == ""


def test_only_the_end_of_a_long_log_is_read(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("x" * 500_000 + "\nMemoryError: end\n")
    assert len(tail(log)) < 100_000
    assert last_error(tail(log)) == "MemoryError: end"
    assert tail(tmp_path / "none") == ""


def test_a_log_that_grows_is_moved_on_while_the_server_writes_and_old_ones_go(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    with log.open("ab", buffering=0) as server:
        for number in range(KEPT + 3):
            server.write(f"{number}\n".encode() * 100)
            rotate(log, most=150)
    assert log.stat().st_size == 0
    there = sorted(path.name for path in tmp_path.iterdir())
    assert there == ["server.log", *(f"server.log.{number}" for number in range(1, KEPT + 1))]
    assert (tmp_path / "server.log.1").read_text().startswith(f"{KEPT + 2}\n")
    assert (tmp_path / f"server.log.{KEPT}").read_text().startswith("3\n")


def test_a_small_log_is_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("one line\n")
    rotate(log)
    rotate(tmp_path / "none")
    assert [path.name for path in tmp_path.iterdir()] == ["server.log"]
