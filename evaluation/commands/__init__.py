"""The command line of `evaluation`: `benchmark`.

As for `python -m restoration`, results go to stdout, progress and errors to stderr, and the exit
status is 0 or the code of the error's class.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from evaluation.commands import benchmark
from restoration.errors import Cancelled, ExitCode, RestorationError

COMMANDS = (benchmark,)


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m evaluation", description="Judge restorations, so that the answer holds."
    )
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(choices)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        error: RestorationError = Cancelled()
    except RestorationError as raised:
        error = raised
    except BrokenPipeError:
        return ExitCode.OK
    sys.stderr.write(f"{error}\n")
    return error.exit_code
