"""The command `kiemtra`: reads the words, then imports only what the chosen command needs."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module

from flows.commands import parser
from tasks.domain.errors import KiemtraError


def main(arguments: Sequence[str] | None = None) -> int:
    args = parser().parse_args(arguments)
    if args.settings:
        os.environ["KIEMTRA_SETTINGS"] = args.settings
    others = os.umask(0o077)  # letters and answers are nobody else's on this machine
    try:
        return _run(args)
    finally:
        os.umask(others)


def _run(args: argparse.Namespace) -> int:
    _give_prefect_a_home()
    from infra.house_clock import tell_clock

    tell_clock(args.as_of if args.at_its_moment else None)
    module, _, function = args.target.partition(":")
    command: Callable[[argparse.Namespace], int | None] = getattr(import_module(f"flows.console.{module}"), function)
    try:
        return command(args) or 0
    except KiemtraError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # `kiemtra … | head`: nobody reads on
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - else Python complains once more when it ends
        return 0
    except KeyboardInterrupt:
        print("Đã dừng.", file=sys.stderr)
        return 130
    except Exception as error:
        if not (said := _in_words(error)):
            raise
        print(said, file=sys.stderr)
        return 1


def _give_prefect_a_home() -> None:
    """Prefect makes itself one when it is imported, as most commands do: among our data, not in the user's home."""
    from infra.settings import load_settings

    with suppress(KiemtraError):
        os.environ.setdefault("PREFECT_HOME", str(load_settings().folder / "prefect"))


def _in_words(error: Exception) -> str:
    """What the machine or the database answered, as a sentence; '' of what is a mistake of ours."""
    from infra.settings import load_settings
    from infra.trouble import place_of, sentence

    try:
        return sentence(error, place_of(load_settings().database))
    except (KiemtraError, OSError):
        return sentence(error)


if __name__ == "__main__":
    sys.exit(main())
