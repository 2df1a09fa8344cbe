"""The desk: takes restorations in, keeps them while they are looked at, and clears them away."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from restoration.batch import FileOutcome, FileTask, restore_batch
from restoration.errors import UnreadableFile, UsageError
from restoration.job import Job, State
from restoration.jobs import LocalPool
from restoration.page_restoration import Request
from restoration.restoring import Target, output_name
from ui.panels import PanelStore
from ui.uploads import wipe


class SharedCase(UsageError):
    """Every visitor sees this case, so no single one may stop or delete it."""


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
    """True for the first sample, which every visitor sees and which stays."""
    uploads: tuple[Path, ...] = ()
    """The uploads it was made from, which go when its visitor deletes it."""
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
        uploads: Sequence[Path] = (),
    ) -> Case:
        """Copy the files, queue the work, and return the case.

        uploads: those of the sources that belong to the visitor, and go when the case is deleted.
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
                FileTask(
                    copy,
                    tuple(
                        Target.with_exact_copy(model, outputs / output_name(copy, model))
                        for model in models
                    ),
                )
                for copy in copies
            )
            job = self._pool.submit(restore_batch, tasks, request, id=id)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        case = Case(
            id, folder, tasks, tuple(names), request, models, job, kept, uploads=tuple(uploads)
        )
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
        """Stop the work of a case within one tile; raises `SharedCase`, `UnreadableFile`."""
        self._pool.cancel(_own(self.case(id)).job.id)

    def delete(self, id: str, also: Iterable[str] = ()) -> None:
        """Delete a case for its visitor, with the uploads that no other case was made from.

        also: ids of other cases of the visitor; those made from the same uploads go, too. A
        case that is gone already is deleted. Raises `SharedCase`.
        """
        case = self._cases.get(id)
        if case is None:
            return
        self.close(_own(case).id)
        for other in filter(None, map(self._cases.get, also)):
            if not other.kept and set(other.uploads) & set(case.uploads):
                self.close(other.id)
        in_use = {upload for other in list(self._cases.values()) for upload in other.uploads}
        for upload in set(case.uploads) - in_use:
            upload.unlink(missing_ok=True)

    def close(self, id: str) -> None:
        """End a case and clear its files away; unused uploads go in their own time."""
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
        for case in list(self._cases.values()):
            expired = time.monotonic() - self._last_look(case) > self._keep_seconds
            if expired and not case.kept and case.job.state.over:
                self.close(case.id)

    def _last_look(self, case: Case) -> float:
        """Whoever moves about in a page asks for its tiles and nothing else of the case."""
        return max(case.looked_at, self.panels.looked_at(f"{case.id}-"))


def _own(case: Case) -> Case:
    if case.kept:
        raise SharedCase(
            "This sample is shown to every visitor and stays",
            remedy="Take a sample or a scan of your own to stop or delete it",
        )
    return case


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
