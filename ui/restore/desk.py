"""The desk: takes restorations in, keeps them while they are looked at, and clears them away."""

from __future__ import annotations

import secrets
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from restoration.batch import FileOutcome, FileTask, restore_batch
from restoration.errors import UnreadableFile
from restoration.jobs import Job, LocalPool, State
from restoration.page_restoration import Request
from restoration.restoring import Target, output_name
from ui.panels import PanelStore
from ui.uploads import wipe


@dataclass
class Case:
    """One request of one visitor: its files, its job, and when it was last looked at."""

    id: str
    folder: Path
    tasks: tuple[FileTask, ...]
    names: tuple[str, ...]
    """The visitor's file names, for showing and for downloads."""
    request: Request
    models: tuple[str, ...]
    job: Job
    kept: bool = False
    """True for the first visitor's sample, which stays."""
    looked_at: float = field(default_factory=time.monotonic)

    @property
    def outcomes(self) -> tuple[FileOutcome, ...]:
        """What became of each file; empty until the job is done."""
        return self.job.result if self.job.state is State.DONE else ()


def new_case_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(16)


class RestorationDesk:
    """Every case of this installation, by id; an id is unguessable and opens the case."""

    def __init__(
        self, folder: Path, pool: LocalPool, panels: PanelStore, keep_seconds: float
    ) -> None:
        self.folder = folder
        self.panels = panels
        self._pool = pool
        self._keep_seconds = keep_seconds
        self._cases: dict[str, Case] = {}
        wipe(folder)

    def open(
        self,
        sources: list[Path],
        models: tuple[str, ...],
        request: Request,
        *,
        id: str | None = None,
        kept: bool = False,
    ) -> Case:
        """Copy the files, queue the work, and return the case.

        Raises `TooLarge` when too many jobs wait. The sources may vanish afterwards.
        """
        id = id or new_case_id()
        folder = self.folder / id
        names = _distinct([source.name for source in sources])
        inputs, outputs = folder / "input", folder / "output"
        inputs.mkdir(parents=True)
        outputs.mkdir()
        try:
            copies = [
                _copy(source, inputs / name) for source, name in zip(sources, names, strict=True)
            ]
            tasks = tuple(
                FileTask(copy, tuple(_target(outputs, copy, model) for model in models))
                for copy in copies
            )
            job = self._pool.submit(restore_batch, tasks, request, id=id)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        case = Case(id, folder, tasks, tuple(names), request, models, job, kept)
        self._cases[id] = case
        return case

    def case(self, id: str) -> Case:
        """The case of this id, which is kept for longer now; raises `UnreadableFile`."""
        case = self._cases.get(id)
        if case is None:
            raise UnreadableFile(
                "This restoration is not here any more",
                expected="one that was made a short while ago",
                remedy="Upload the file again",
            )
        case.looked_at = time.monotonic()
        return case

    def waiting_before(self, case: Case) -> int:
        """How many jobs come first."""
        return self._pool.ahead_of(case.job)

    def cancel(self, id: str) -> None:
        """Stop the work of a case within one tile."""
        self._pool.cancel(self.case(id).job.id)

    def close(self, id: str) -> None:
        """Delete a case and everything of it."""
        case = self._cases.pop(id, None)
        if case is None:
            return
        self._pool.cancel(id)
        case.job.ended.wait(timeout=30)
        self._pool.forget(id)
        self.panels.remove(id)
        shutil.rmtree(case.folder, ignore_errors=True)

    def close_all(self) -> None:
        """Delete every case, when the app stops."""
        for id in list(self._cases):
            self.close(id)

    def sweep(self) -> None:
        """Delete what nobody has looked at for the time that cases are kept."""
        now = time.monotonic()
        for case in list(self._cases.values()):
            expired = now - case.looked_at > self._keep_seconds
            if expired and not case.kept and case.job.state.over:
                self.close(case.id)


def _target(outputs: Path, source: Path, model: str) -> Target:
    output = outputs / output_name(source, model)
    return Target(model, output, lossless=output.with_name(f"{output.stem}-exact.png"))


def _copy(source: Path, copy: Path) -> Path:
    """A copy under the visitor's name; a hard link where the disk allows costs nothing."""
    try:
        copy.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, copy)
    return copy


def _distinct(names: list[str]) -> list[str]:
    """Number the names that occur twice: scan.png, scan-2.png."""
    given: set[str] = set()
    distinct = []
    for name in names:
        stem, suffix = Path(name).stem, Path(name).suffix
        number, candidate = 2, name
        while candidate.lower() in given:
            candidate, number = f"{stem}-{number}{suffix}", number + 1
        given.add(candidate.lower())
        distinct.append(candidate)
    return distinct
