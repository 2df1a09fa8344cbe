"""What commands print: results on stdout, progress on stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

from restoration.errors import RestorationError
from restoration.progress import Progress


def print_json(document: Any) -> None:  # noqa: ANN401
    """One JSON document on stdout; what has no finite value is null."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def print_text(line: str) -> None:
    """One line on stdout."""
    sys.stdout.write(line + "\n")


def as_record(error: RestorationError) -> dict[str, str | int | None]:
    """An error as JSON."""
    return {
        "class": type(error).__name__,
        "exit_code": int(error.exit_code),
        "problem": error.problem,
        "actual": error.actual,
        "expected": error.expected,
        "remedy": error.remedy,
    }


class ProgressLine:
    """Progress on stderr: one line that is overwritten on a terminal, silence elsewhere."""

    def __init__(self) -> None:
        self._shown = 0

    def __call__(self, progress: Progress) -> None:
        """Show how far the work has come."""
        if not sys.stderr.isatty():
            return
        line = f"{100 * progress.done:3.0f} %  {progress.doing}"
        sys.stderr.write("\r" + line.ljust(self._shown))
        sys.stderr.flush()
        self._shown = len(line)

    def clear(self) -> None:
        """Make room for the next line."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            self._shown = 0
