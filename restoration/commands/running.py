"""Run one of several commands, and turn what goes wrong into a sentence and an exit status."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from types import ModuleType

from restoration.commands.environment import checked_settings
from restoration.errors import Cancelled, ExitCode, RestorationError


def run_command(
    program: str, description: str, commands: Sequence[ModuleType], arguments: Sequence[str]
) -> int:
    """Run the command that `arguments` name; returns the exit status.

    Each of `commands` is a module whose `add_to` declares a parser with a default for `run`.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    parser = argparse.ArgumentParser(prog=program, description=description)
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in commands:
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
