"""The command line: `restore`, `degrade`, `inspect`, `explain`, `models`.

Results go to stdout, as text or with `--json` as one JSON document; progress and errors go to
stderr. The exit status is 0, or the code of the first error's class (`restoration.errors`).
"""

from __future__ import annotations

from collections.abc import Sequence

from restoration.commands import degrade, explain, inspect, models, restore
from restoration.commands.running import run_command

COMMANDS = (restore, degrade, inspect, explain, models)


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    return run_command(
        "python -m restoration",
        "Restore noisy scans, and say what was done to them.",
        COMMANDS,
        arguments,
    )
