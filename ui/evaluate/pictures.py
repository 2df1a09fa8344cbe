"""The pictures behind a mark: cells of a run done again in the worker, shown in the viewer."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from evaluation.benchmark.replay import Stored, replay_into, replay_of
from evaluation.comparison.run_table import RunTable
from evaluation.figures.browser import figure_record
from evaluation.figures.spectrum_figure import spectrum_figure
from evaluation.figures.theme import short_name
from restoration.errors import UnknownModel, UnreadableFile
from restoration.job import Job, State
from restoration.jobs import LocalPool
from restoration.models.catalogue import Availability, available, find
from ui.evaluate.run_case import RunCase
from ui.panels import PanelStore
from ui.uploads import wipe

MOST_MODELS = 3
"""At once: with noisy, clean and what each removed, more than a viewer can show side by side."""


@dataclass
class PictureCase:
    """One damaged image through some models, as it was in a run."""

    id: str
    rows: tuple[int, ...]
    job: Job
    looked_at: float
    spec: dict[str, Any] | None = None
    """The viewer's, once the pictures are registered."""


class PictureDesk:
    """Pictures on request; whoever asks for the same gets the same."""

    def __init__(
        self, folder: Path, pool: LocalPool, panels: PanelStore, keep_seconds: float
    ) -> None:
        self._folder = folder
        self._pool = pool
        self._panels = panels
        self._keep_seconds = keep_seconds
        self._cases: dict[str, PictureCase] = {}
        self._known: dict[tuple[str, tuple[int, ...]], str] = {}
        wipe(folder)

    def open(self, run: RunCase, table: RunTable, row: int, models: Sequence[str]) -> PictureCase:
        """Ask for the image of a row: its own model first, then others on the same image.

        Raises UnreadableFile where the row or its image is not here, UnknownModel where its model
        is not, TooLarge when too many jobs wait.
        """
        rows = _rows_beside(table, row, models)
        known = self._cases.get(self._known.get((run.id, rows), ""))
        if known is not None and known.job.state not in (State.FAILED, State.CANCELLED):
            return known
        for each in rows:
            _refuse_foreign(str(table.frame["model"].iat[each]))
        asked = replay_of(table, rows, run.folder if run.about.models else None)
        id = secrets.token_hex(16)
        job = self._pool.submit(replay_into, self._folder / id, asked, id=id)
        case = PictureCase(id, rows, job, time.monotonic())
        self._cases[id] = case
        self._known[run.id, rows] = id
        return case

    def case(self, id: str) -> PictureCase:
        """The pictures of this id; raises UnreadableFile."""
        case = self._cases.get(id)
        if case is None:
            raise UnreadableFile(
                "These pictures are not here any more", remedy="Choose the image again"
            )
        case.looked_at = time.monotonic()
        return case

    def shown(self, case: PictureCase) -> dict[str, Any]:
        """The viewer's spec and the spectra of finished pictures."""
        stored: Stored = case.job.result
        if case.spec is None:
            case.spec = self._register(case.id, stored)
        return {
            "viewer": case.spec,
            "spectra": figure_record(spectrum_figure(stored.spectra)),
            "same": [
                {"model": short_name(model), "same": same}
                for model, same in zip(stored.models, stored.same, strict=True)
            ],
        }

    def sweep(self) -> None:
        """Remove pictures that nobody has looked at for a while."""
        for case in list(self._cases.values()):
            looked_at = max(case.looked_at, self._panels.looked_at(f"{case.id}-"))
            if case.job.state.over and time.monotonic() - looked_at > self._keep_seconds:
                self._remove(case)

    def close(self) -> None:
        """Remove everything, when the app stops."""
        for case in list(self._cases.values()):
            self._remove(case)

    def _remove(self, case: PictureCase) -> None:
        self._cases.pop(case.id, None)
        self._known = {asked: id for asked, id in self._known.items() if id != case.id}
        self._panels.remove(case.id)
        self._pool.forget(case.id)
        shutil.rmtree(self._folder / case.id, ignore_errors=True)

    def _register(self, id: str, stored: Stored) -> dict[str, Any]:
        panels = [("noisy", "Noisy", "input", "")]
        for number, model in enumerate(stored.models):
            panels.append((f"restored{number}", short_name(model), "restored", ""))
        if stored.has_clean:
            panels.append(("clean", "Clean original", "original", ""))
        for number, model in enumerate(stored.models):
            note = f"{stored.gains[number]:.0f} × around gray"
            panels.append((f"removed{number}", f"Removed by {short_name(model)}", "removed", note))
        spec = []
        for name, label, role, note in panels:
            key = f"{id}-{name}"
            if not self._panels.has(key):
                self._panels.register(key, partial(stored.picture, name))
            spec.append({"key": key, "label": label, "role": role, "note": note})
        left = "restored1" if len(stored.models) > 1 else "noisy"
        start = {"mode": "split", "left": f"{id}-{left}", "right": f"{id}-restored0"}
        return {"panels": spec, "start": start}


def _rows_beside(table: RunTable, row: int, models: Sequence[str]) -> tuple[int, ...]:
    """The row, and those of other models on the same damaged image."""
    frame = table.frame
    if not 0 <= row < len(frame):
        raise UnreadableFile(
            "This run has no such row", actual=str(row), expected=f"0 to {len(frame) - 1}"
        )
    this = frame.iloc[row]
    same = frame[
        (table.units == table.units[row])
        & (frame["degradation"] == this["degradation"])
        & (frame["seed"] == this["seed"])
        & frame["error"].isna()
    ]
    by_model = {str(model): int(number) for number, model in same["model"].items()}
    others = [by_model[name] for name in models if name in by_model and by_model[name] != row]
    return (row, *dict.fromkeys(others))[:MOST_MODELS]


def _refuse_foreign(model: str) -> None:
    """Rows may come from anywhere: no file that they name is opened, and nothing is fetched."""
    if available(find(model)) is Availability.DOWNLOAD:
        raise UnknownModel(
            f"The weights of {model} are not on this machine, so its images cannot be made again",
            remedy="Put the weights there (python -m restoration models says where)",
        )
