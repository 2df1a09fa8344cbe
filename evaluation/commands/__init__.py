"""The command line of `evaluation`: `benchmark`, `report`, `metrics`, `sweep` and others.

As for `python -m restoration`, results go to stdout, progress and errors to stderr, and the exit
status is 0 or the code of the error's class.
"""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.commands import benchmark, metrics, report, segmentation, studies, sweep
from restoration.commands.running import run_command

COMMANDS = (benchmark, report, metrics, sweep, segmentation, studies)


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    return run_command(
        "python -m evaluation",
        "Judge restorations, so that the answer holds.",
        COMMANDS,
        arguments,
    )
