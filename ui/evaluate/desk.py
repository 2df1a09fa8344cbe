"""The desk: runs of this installation, by id; they outlive pages and restarts of the app."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from evaluation.benchmark.session import Wish, checked, run_benchmark
from evaluation.benchmark.store import PARQUET
from evaluation.comparison.ratings import read_ratings
from evaluation.comparison.run_table import open_run
from evaluation.dataset_upload import lay_out
from evaluation.sample_images import SAMPLE_RUN
from restoration.errors import TooLarge, UnreadableFile, UsageError
from restoration.jobs import LocalPool
from restoration.progress import Progress, Report, silent
from ui.evaluate.run_case import ABOUT, SAMPLES, About, RunCase, read_about, write_about

MOST_CELLS = 20_000
ROWS, IMAGES, RATINGS = "run", "images", "ratings.csv"


class SharedRun(UsageError):
    """Every visitor sees this run, so no single one may stop, change or delete it."""


class RunDesk:
    """Takes runs in, keeps them for some days, and clears them away."""

    def __init__(
        self, folder: Path, pool: LocalPool, keep_seconds: float, most_bytes: float
    ) -> None:
        """`most_bytes`: room for all runs together."""
        self._folder = folder
        self._pool = pool
        self._keep_seconds = keep_seconds
        self._most_bytes = most_bytes
        folder.mkdir(parents=True, exist_ok=True)

    def start(
        self,
        files: Sequence[Path],
        title: str,
        wish: Wish,
        most_bytes: int,
    ) -> str:
        """Copy the images, queue the run, and return its id; `wish` needs no folders yet.

        Raises what laying out images raises, and `TooLarge` for too many cells, when too many jobs
        wait, or when there is no room.
        """
        self._refuse_without_room()
        id = _new_id()
        home = self._folder / id
        try:
            images = lay_out(files, home / IMAGES, most_bytes)
            _refuse_too_many(images * len(wish.models) * len(checked(wish).degradations))
            about = About(
                title,
                time.time(),
                models=wish.models,
                degradations=wish.degradations,
                seeds=wish.seeds,
                metrics=wish.metrics,
            )
            write_about(home, about)
            self._submit(id, about)
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        return id

    def take_rows(self, rows: Path, ratings: Path | None) -> str:
        """A run from a file of rows; its id. Raises where the file cannot be compared."""
        self._refuse_without_room()
        run = open_run(rows)
        id = _new_id()
        folder = self._folder / id / ROWS
        try:
            folder.mkdir(parents=True)
            run.frame.to_parquet(folder / PARQUET, index=False)
            write_about(folder.parent, About(rows.name, time.time(), measured="Uploaded rows"))
            if ratings is not None:
                self.rate(id, ratings)
        except BaseException:
            shutil.rmtree(folder.parent, ignore_errors=True)
            raise
        return id

    def rate(self, id: str, ratings: Path) -> str:
        """Put human ratings beside a run; the id of the run that has them.

        The shared run is copied first. Raises where the table cannot be read.
        """
        self._refuse_without_room()
        read_ratings(ratings)
        case = self.case(id)
        if case.is_shared:
            id = _new_id()
            shutil.copytree(case.folder, self._folder / id / ROWS)
            write_about(self._folder / id, replace(case.about, created=time.time()))
        shutil.copyfile(ratings, self._folder / id / RATINGS)
        return id

    def case(self, id: str) -> RunCase:
        """The run of this id, which is kept for longer now; raises `UnreadableFile`."""
        if id == SAMPLES:
            return RunCase(id, SAMPLE_RUN, read_about(SAMPLE_RUN), None, None)
        home = self._folder / id
        if not id.isalnum() or not (home / ABOUT).is_file():
            raise UnreadableFile(
                "This run is not here any more",
                expected="one that was made on this installation, within the days it keeps them",
                remedy="Start it again, or open its rows if you have downloaded them",
            )
        os.utime(home)
        ratings = home / RATINGS
        return RunCase(
            id,
            home / ROWS,
            read_about(home),
            self._pool.get(id),
            ratings if ratings.is_file() else None,
        )

    def waiting_before(self, case: RunCase) -> int:
        """How many runs come first."""
        return 0 if case.job is None else self._pool.ahead_of(case.job)

    def cancel(self, id: str) -> None:
        """Stop a run within one cell; its rows so far stay. Raises `SharedRun`."""
        self._pool.cancel(_own(self.case(id)).id)

    def resume(self, id: str) -> None:
        """Go on with a run that was stopped. Raises `SharedRun`, `UsageError`."""
        case = _own(self.case(id))
        if case.job is not None and not case.job.state.over:
            raise UsageError("This run is under way already")
        if not case.about.models:
            raise UsageError("These are uploaded rows: there is nothing to go on with")
        self._pool.forget(id)
        self._submit(id, case.about)

    def delete(self, id: str) -> None:
        """Delete a run with its images and rows. Raises `SharedRun`."""
        if id == SAMPLES:
            _own(self.case(id))
        if id.isalnum() and (self._folder / id).is_dir():
            self._pool.cancel(id)
            job = self._pool.get(id)
            if job is not None:
                job.ended.wait(timeout=30)
                self._pool.forget(id)
            shutil.rmtree(self._folder / id, ignore_errors=True)

    def sweep(self) -> None:
        """Delete what nobody has looked at for the time that runs are kept."""
        for home in self._folder.iterdir():
            job = self._pool.get(home.name)
            busy = job is not None and not job.state.over
            if not busy and time.time() - home.stat().st_mtime > self._keep_seconds:
                self.delete(home.name)

    def _refuse_without_room(self) -> None:
        kept = 0
        for path in self._folder.rglob("*"):
            with suppress(OSError):  # another request may delete it meanwhile
                kept += path.stat().st_size
        if kept >= self._most_bytes:
            raise TooLarge(
                "There is no room for another run",
                actual=f"{kept / 1e9:.1f} GB of runs",
                expected=f"less than {self._most_bytes / 1e9:.1f} GB",
                remedy="Delete runs that are not needed any more, or try again tomorrow",
            )

    def _submit(self, id: str, about: About) -> None:
        home = self._folder / id
        wish = Wish(
            home / IMAGES,
            about.models,
            about.degradations,
            home / ROWS,
            seeds=about.seeds,
            metrics=about.metrics,
            resume=True,
        )
        self._pool.submit(run_wish, wish, id=id)


def run_wish(wish: Wish, report: Report = silent) -> int:
    """A benchmark as the work of a job; the number of its rows."""
    _, rows = run_benchmark(
        wish,
        lambda listing: report(
            Progress(0.1, f"{len(listing.missing)} cells, about {listing.seconds:.0f} s")
        ),
        report,
    )
    return len(rows)


def _refuse_too_many(cells: int) -> None:
    """Raises TooLarge for more cells than a page should wait for."""
    if cells > MOST_CELLS:
        raise TooLarge(
            "The run is too large for this page",
            actual=f"{cells} cells",
            expected=f"at most {MOST_CELLS}",
            remedy="Run it by `python -m evaluation benchmark` and open its rows here",
        )


def _new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(16)


def _own(case: RunCase) -> RunCase:
    if case.is_shared:
        raise SharedRun(
            "This sample run is shown to every visitor and stays",
            remedy="Start a run of your own to stop or delete it",
        )
    return case
