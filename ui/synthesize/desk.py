"""The desk: takes drawings in, keeps them while they are looked at, and clears them away."""

from __future__ import annotations

import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from restoration.errors import UnreadableFile
from restoration.job import Job
from restoration.jobs import LocalPool
from restoration.synthesis.comparison import ComparisonTask, draw_comparison
from ui.panels import PanelStore
from ui.uploads import wipe


@dataclass
class Drawing:
    """One map of one visitor and what was drawn from it."""

    id: str
    task: ComparisonTask
    job: Job
    kept: bool = False
    """True for the first sample, which every visitor sees and which stays."""
    looked_at: float = field(default_factory=time.monotonic)

    @property
    def recipes(self) -> dict[str, dict[str, Any]]:
        """What was drawn, by condition; for a job that is done."""
        recipes: dict[str, dict[str, Any]] = self.job.result
        return recipes


def new_drawing_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(16)


class DrawingDesk:
    """Every drawing of this installation, by id; an id is unguessable and opens the drawing."""

    def __init__(
        self, folder: Path, pool: LocalPool, panels: PanelStore, keep_seconds: float
    ) -> None:
        self.panels = panels
        self._folder, self._pool, self._keep_seconds = folder, pool, keep_seconds
        self._drawings: dict[str, Drawing] = {}
        wipe(folder)

    def open(self, task: ComparisonTask, *, id: str | None = None, kept: bool = False) -> Drawing:
        """Queue the work and return the drawing. Raises `TooLarge` when too many jobs wait."""
        id = id or new_drawing_id()
        folder = self._folder / id
        folder.mkdir(parents=True)
        task = replace(task, folder=folder)
        try:
            job = self._pool.submit(draw_comparison, task, id=id)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        drawing = Drawing(id, task, job, kept)
        self._drawings[id] = drawing
        return drawing

    def drawing(self, id: str) -> Drawing:
        """The drawing of this id, kept for longer now; raises `UnreadableFile`."""
        drawing = self._drawings.get(id)
        if drawing is None:
            raise UnreadableFile(
                "This drawing is not here any more",
                expected="one that was made a short while ago",
                remedy="Generate it again",
            )
        drawing.looked_at = time.monotonic()
        return drawing

    def waiting_before(self, drawing: Drawing) -> int:
        """How many jobs come first."""
        return self._pool.ahead_of(drawing.job)

    def close(self, id: str) -> None:
        """End a drawing and clear its files away."""
        with suppress(KeyError):
            drawing = self._drawings.pop(id)
            self._pool.cancel(id)
            drawing.job.ended.wait(timeout=30)
            self._pool.forget(id)
            self.panels.remove(id)
            shutil.rmtree(drawing.task.folder, ignore_errors=True)

    def close_all(self) -> None:
        """Delete every drawing, when the app stops."""
        for id in list(self._drawings):
            self.close(id)

    def sweep(self) -> None:
        """Delete what nobody has looked at for the time that drawings are kept."""
        for drawing in list(self._drawings.values()):
            looked = max(drawing.looked_at, self.panels.looked_at(f"{drawing.id}-"))
            expired = time.monotonic() - looked > self._keep_seconds
            if expired and not drawing.kept and drawing.job.state.over:
                self.close(drawing.id)
