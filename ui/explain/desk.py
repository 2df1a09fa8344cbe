"""The desk of explanations: takes questions in, keeps what was found, and clears it away."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from restoration.errors import UnreadableFile, UsageError
from restoration.explanation.question import Question, explain_for_web
from restoration.job import Job, State
from restoration.jobs import LocalPool
from ui.uploads import wipe

ADDRESS = "explanations"


@dataclass
class Explained:
    """One explanation of one visitor, and when it was last looked at."""

    id: str
    folder: Path
    question: Question
    job: Job
    upload: Path | None = None
    """The visitor's own file that it was made from, which goes when they delete it."""
    kept: bool = False
    """True for the first sample, which every visitor sees."""
    looked_at: float = field(default_factory=time.monotonic)

    @property
    def results(self) -> Path:
        """Where the files are that a browser may fetch."""
        return self.folder / "results"


class ExplanationDesk:
    """Every explanation of this installation, by an id that nobody can guess."""

    def __init__(self, folder: Path, pool: LocalPool, keep_seconds: float, first: Question) -> None:
        """`first` is what a visitor sees who has asked nothing; it is made at the first visit."""
        self._folder = folder
        self._pool = pool
        self._keep_seconds = keep_seconds
        self._first_question = first
        self._first_id: str | None = None
        self._opening_first = threading.Lock()
        self._known: dict[str, Explained] = {}
        wipe(folder)

    def open(
        self, question: Question, *, upload: Path | None = None, kept: bool = False
    ) -> Explained:
        """Copy the file, queue the work, and return the explanation to be.

        upload: the source, where it is the visitor's and goes when the explanation is deleted.
        Raises `TooLarge` when too many jobs wait. The source may vanish afterwards.
        """
        id = secrets.token_hex(16)
        folder = self._folder / id
        folder.mkdir(parents=True)
        try:
            source = folder / question.source.name
            shutil.copyfile(question.source, source)
            own = replace(question, source=source)
            job = self._pool.submit(
                explain_for_web, own, folder / "results", f"{ADDRESS}/{id}", id=id
            )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        explained = Explained(id, folder, own, job, upload, kept)
        self._known[id] = explained
        return explained

    def first(self) -> Explained:
        """The explanation of the first sample, made when somebody first asks for it."""
        with self._opening_first:
            known = self._known.get(self._first_id or "")
            if known is None or known.job.state in (State.FAILED, State.CANCELLED):
                known = self.open(self._first_question, kept=True)
                self._first_id = known.id
            return known

    def again(self, id: str, place: tuple[int, int]) -> Explained:
        """Explain another crop of the same page."""
        shown = self.explained(id)
        return self.open(replace(shown.question, place=place), upload=shown.upload)

    def explained(self, id: str) -> Explained:
        """The explanation of this id, which is kept for longer now; raises `UnreadableFile`."""
        explained = self._known.get(id)
        if explained is None:
            raise UnreadableFile(
                "This explanation is not here any more",
                expected="one that was made a short while ago",
                remedy="Upload the file again",
            )
        explained.looked_at = time.monotonic()
        return explained

    def waiting_before(self, explained: Explained) -> int:
        """How many jobs come first."""
        return self._pool.ahead_of(explained.job)

    def cancel(self, id: str) -> None:
        """Stop a visitor's own explanation; the one that all see goes on."""
        if not self.explained(id).kept:
            self._pool.cancel(id)

    def delete(self, id: str) -> None:
        """Delete an explanation for its visitor, with the upload that no other was made from.

        One that is gone already is deleted. Raises UsageError for the one that all see.
        """
        explained = self._known.get(id)
        if explained is None:
            return
        if explained.kept:
            raise UsageError("This sample is shown to every visitor and stays")
        self.close(id)
        upload = explained.upload
        if upload and all(other.upload != upload for other in list(self._known.values())):
            upload.unlink(missing_ok=True)

    def close(self, id: str) -> None:
        """End an explanation and clear its files away."""
        explained = self._known.pop(id, None)
        if explained is None:
            return
        self._pool.cancel(id)
        explained.job.ended.wait(timeout=30)
        self._pool.forget(id)
        shutil.rmtree(explained.folder, ignore_errors=True)

    def close_all(self) -> None:
        """Delete everything, when the app stops."""
        for id in list(self._known):
            self.close(id)

    def sweep(self) -> None:
        """Delete what nobody has looked at for the time that jobs are kept."""
        for explained in list(self._known.values()):
            expired = time.monotonic() - explained.looked_at > self._keep_seconds
            if expired and not explained.kept and explained.job.state.over:
                self.close(explained.id)
