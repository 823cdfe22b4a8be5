"""The command `kiemtra`: reads the words, then imports only what the chosen command needs."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from flows.commands import parser
from tasks.domain.errors import KiemtraError


def main(arguments: Sequence[str] | None = None) -> int:
    args = parser().parse_args(arguments)
    if args.settings:
        os.environ["KIEMTRA_SETTINGS"] = args.settings
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


if __name__ == "__main__":
    sys.exit(main())
