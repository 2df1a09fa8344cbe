"""Where a run's rows are kept, so that no finished cell is ever lost.

A folder holds `plan.json`, what was asked for; `rows.jsonl`, the journal, to which a line is
added for each finished cell and from which nothing is ever removed; and `rows.parquet` and
`rows.csv`, the same rows in the order of the plan, made from the journal.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from evaluation.benchmark.plan import Cell, Key, Plan
from evaluation.benchmark.rows import Row, row_from, table
from restoration.errors import NotWritten, UnreadableFile, UsageError

PLAN = "plan.json"
JOURNAL = "rows.jsonl"
PARQUET = "rows.parquet"
CSV = "rows.csv"
VERSION = 1

TABLE_SHARE = 0.005
"""Tables are made anew during a run as often as costs no more than this share of its time."""


class Store:
    """The rows of one run, open for writing by one process at a time."""

    def __init__(
        self, folder: Path, plan: Plan, *, resume: bool, retry_failed: bool = False
    ) -> None:
        """Begin a run in `folder`, or go on with the one there, its failed cells too if asked.

        Resuming an empty folder begins; so the same command can be repeated until it is done.
        Raises UsageError where a run is there and was not to be resumed, where it is a run of
        another plan, or where another process is writing to it; NotWritten for the disk's errors.
        """
        self._folder = folder
        self._plan = plan
        self._retry_failed = retry_failed
        self._rows: dict[Key, Row] = {}
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._journal = _locked(folder / JOURNAL)
            try:
                self._begin_or_resume(resume)
            except BaseException:
                self._journal.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._journal.close()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows so far, in the order of the plan."""
        return tuple(self._rows[cell.key] for cell in self._plan.cells if cell.key in self._rows)

    def missing(self) -> tuple[Cell, ...]:
        """The cells still to run, in order: also those whose worker was lost."""
        return tuple(cell for cell in self._plan.cells if not self._finished(cell.key))

    def _finished(self, key: Key) -> bool:
        row = self._rows.get(key)
        return row is not None and not row.lost and not (self._retry_failed and row.failed)

    def append(self, row: Row) -> None:
        """Keep a row; when this returns, it outlasts a loss of power."""
        line = memoryview(json.dumps(row.record()).encode() + b"\n")
        with _writing(self._folder):
            while line:
                line = line[self._journal.write(line) :]
            os.fsync(self._journal.fileno())
        self._rows[row.key] = row
        if time.monotonic() >= self._next_tables:
            self.write_tables()

    def write_tables(self) -> None:
        """Make the Parquet and CSV tables from the rows so far, each in one piece."""
        started = time.monotonic()
        frame = table(self.rows, self._plan.metrics)
        with _writing(self._folder):
            with _in_one_piece(self._folder / PARQUET) as unfinished:
                frame.to_parquet(unfinished, index=False)
            with _in_one_piece(self._folder / CSV) as unfinished:
                frame.to_csv(unfinished, index=False)
        ended = time.monotonic()
        self._next_tables = ended + (ended - started) / TABLE_SHARE

    def _begin_or_resume(self, resume: bool) -> None:
        asked = {"version": VERSION, **self._plan.record()}
        plan_file = self._folder / PLAN
        if not plan_file.exists():
            with _in_one_piece(plan_file) as unfinished:
                unfinished.write_text(json.dumps(asked, indent=1))
        elif not resume:
            raise UsageError(
                "The folder holds a run already",
                actual=str(self._folder),
                remedy="Go on with it by --resume, or choose another folder with -o",
            )
        else:
            _refuse_another_plan(_read_plan(plan_file), asked)
        size, rows = _intact(self._journal)
        self._journal.truncate(size)
        self._journal.seek(size)
        planned = {cell.key for cell in self._plan.cells}
        self._rows = {row.key: row for row in rows if row.key in planned}
        # The first tables come soon, so that whoever watches sees something.
        self._next_tables = time.monotonic() + 1.0


def load_libraries() -> None:
    """Load now what makes tables, which takes a second, so that no worker waits for it later."""
    import pandas  # noqa: F401 - loaded for others
    import pyarrow.parquet  # noqa: F401


def read_rows(folder: Path) -> tuple[dict[str, Any], tuple[Row, ...]]:
    """The plan and the rows of a run that is finished or under way; the latest of each cell.

    Raises UnreadableFile where there is no run.
    """
    plan = _read_plan(folder / PLAN)
    try:
        with (folder / JOURNAL).open("rb") as journal:
            rows = {row.key: row for row in _intact(journal)[1]}
    except FileNotFoundError:
        rows = {}
    return plan, tuple(rows.values())


def _read_plan(path: Path) -> dict[str, Any]:
    try:
        plan = dict(json.loads(path.read_text()))
        list(plan["metrics"])  # as every plan has; other programs write a plan.json, too
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UnreadableFile(
            "There is no benchmark run in this folder",
            actual=f"{path}: {type(error).__name__}",
            expected=f"a folder with a {PLAN}, written by `python -m evaluation benchmark`",
        ) from error
    return plan


def _refuse_another_plan(stored: dict[str, Any], asked: dict[str, Any]) -> None:
    differing = [name for name in asked if stored.get(name) != asked[name]]
    if differing:
        raise UsageError(
            "The folder holds a run of another plan",
            actual=f"other {', '.join(differing)}",
            expected="the same images, models, degradations, seeds, metrics, device and precision",
            remedy="Repeat the options of the first start, or choose another folder with -o",
        )


def _intact(journal: BinaryIO) -> tuple[int, list[Row]]:
    """The rows of whole lines, and where they end: a kill may have cut the last one short.

    A line that is whole and yet no row, as a loss of power can leave behind, is passed over: its
    cell runs again.
    """
    journal.seek(0)
    *lines, torn = journal.read().split(b"\n")
    rows = []
    for line in lines:
        with contextlib.suppress(ValueError, TypeError):
            rows.append(row_from(json.loads(line)))
    return journal.tell() - len(torn), rows


def _locked(path: Path) -> BinaryIO:
    journal = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b", buffering=0)
    try:
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        journal.close()
        raise UsageError(
            "Another process is writing to this run",
            actual=str(path),
            remedy="Wait for it to end, or choose another folder with -o",
        ) from None
    return journal


@contextlib.contextmanager
def _in_one_piece(path: Path) -> Iterator[Path]:
    """A name to write to; the file gets its own name once it is whole and on the disk."""
    unfinished = path.with_name(path.name + ".part")
    yield unfinished
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotWritten(
            "The results could not be stored",
            actual=f"{folder}: {error.strerror or error}",
            remedy="Make room there or choose another folder with -o; then go on by --resume",
        ) from error
