"""One way to tell how far work has come, and one way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far a piece of work has come."""

    done: float
    """Share finished, 0 to 1; never falls within one job."""

    doing: str
    """What is being done, for a person: "page 2 of 3, nlm, tile 4 of 12"."""


Report = Callable[[Progress], None]
"""Receives progress. It may raise `Cancelled`; work calls it at least once a tile."""


def silent(progress: Progress) -> None:
    """Report to nobody."""


def within(report: Report, start: float, stop: float, prefix: str = "") -> Report:
    """Report a part of a job, 0 to 1, as the span `start` to `stop` of the whole."""

    def part(progress: Progress) -> None:
        report(Progress(start + (stop - start) * progress.done, prefix + progress.doing))

    return part
