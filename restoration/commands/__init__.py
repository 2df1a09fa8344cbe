"""The command line: `restore`, `degrade`, `inspect`, `models`.

Results go to stdout, as text or with `--json` as one JSON document; progress and errors go to
stderr. The exit status is 0, or the code of the first error's class (`restoration.errors`).
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from restoration.commands import degrade, inspect, models, restore
from restoration.commands.environment import checked_settings
from restoration.errors import Cancelled, ExitCode, RestorationError

COMMANDS = (restore, degrade, inspect, models)


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m restoration",
        description="Restore noisy scans, and say what was done to them.",
    )
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(choices)
    options = parser.parse_args(arguments)
    try:
        checked_settings()
        return int(options.run(options))
    except KeyboardInterrupt:
        error: RestorationError = Cancelled()
    except RestorationError as raised:
        error = raised
    except BrokenPipeError:
        return ExitCode.OK
    sys.stderr.write(f"{error}\n")
    return error.exit_code
