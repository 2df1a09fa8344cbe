"""One run as the desk knows it: where its rows are, what was noted about it, where it stands."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evaluation.benchmark.store import PARQUET, PLAN
from restoration.errors import RestorationError
from restoration.job import Job, State

SAMPLES = "samples"
"""The id of the finished run that every visitor sees first."""
ABOUT = "run.json"
STOPPED = "stopped"
"""The state of a run that the app was closed or cancelled in; its rows so far are there."""


@dataclass(frozen=True)
class About:
    """What is known of a run besides its rows; kept as a file beside them."""

    title: str
    created: float
    measured: str = ""
    """How it was measured, where that is told; with the command that does it again."""
    command: str = ""
    models: tuple[str, ...] = ()
    degradations: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (0,)
    metrics: tuple[str, ...] = ()
    """Empty, as models, for rows that were uploaded."""


@dataclass(frozen=True)
class RunCase:
    """One run, for whoever knows its id."""

    id: str
    folder: Path
    """Where its rows are."""
    about: About
    job: Job | None
    """None where nothing runs in this process."""
    ratings: Path | None

    @property
    def is_shared(self) -> bool:
        """Whether it belongs to every visitor."""
        return self.id == SAMPLES

    @property
    def state(self) -> str:
        """That of the job; else "done" or "stopped", as the rows say."""
        if self.job is not None and self.job.state is not State.CANCELLED:
            return self.job.state.value
        if not self.about.models or self.is_shared:
            return State.DONE.value
        return State.DONE.value if _is_whole(self.folder) else STOPPED


def write_about(home: Path, about: About) -> None:
    """Keep what is known of a run in its folder."""
    (home / ABOUT).write_text(json.dumps(asdict(about), indent=1), encoding="utf-8")


def read_about(home: Path) -> About:
    """What `write_about` kept; raises RestorationError where it cannot be read."""
    try:
        stored = json.loads((home / ABOUT).read_text(encoding="utf-8"))
        listed = {name: tuple(value) for name, value in stored.items() if isinstance(value, list)}
        return About(**{"created": 0.0, **stored, **listed})
    except (OSError, ValueError, TypeError) as error:
        raise RestorationError("What was noted about this run cannot be read") from error


def _is_whole(folder: Path) -> bool:
    """Whether the finished table has a row for each cell of the plan."""
    try:
        plan: dict[str, Any] = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        cells = len(plan["images"]) * len(plan["models"]) * len(plan["degradations"])
        return _row_count(folder / PARQUET) == cells
    except (OSError, ValueError, KeyError):
        return False


def _row_count(path: Path) -> int:
    from pyarrow.parquet import read_metadata

    return int(read_metadata(path).num_rows)
