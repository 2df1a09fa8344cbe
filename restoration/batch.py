"""Restore many files; a bad one is listed, not fatal."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from restoration.errors import Cancelled, RestorationError, WorkerLost
from restoration.page_restoration import Models, Request
from restoration.pages import Limits
from restoration.pages.limited import LimitedReader
from restoration.progress import Report, silent, within
from restoration.recipe import Recipe
from restoration.restoring import Target, restore_file
from restoration.settings import settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileTask:
    """One file and where its outputs go."""

    source: Path
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file: a recipe for each target, or the error."""

    source: Path
    recipes: tuple[Recipe, ...] = ()
    error: RestorationError | None = None


@lru_cache(maxsize=1)
def page_reader() -> LimitedReader:
    """This process's reader, with the limits of its settings."""
    return LimitedReader(Limits.from_settings(settings()), settings().pdf_dpi)


def restore_each(
    tasks: Iterable[FileTask], request: Request, report: Report = silent
) -> Iterator[FileOutcome]:
    """Restore files one after the other, as they are asked for; `Cancelled` ends it."""
    todo = tuple(tasks)
    models = Models(request, within(report, 0.0, 0.0))
    for number, task in enumerate(todo):
        prefix = f"file {number + 1} of {len(todo)}, " if len(todo) > 1 else ""
        part = within(report, number / len(todo), (number + 1) / len(todo), prefix)
        try:
            recipes = restore_file(task.source, task.targets, request, page_reader(), part, models)
        except Cancelled:
            raise
        except RestorationError as error:
            yield FileOutcome(task.source, error=error)
        except Exception:
            log.exception("A file could not be restored: %s", task.source)
            yield FileOutcome(task.source, error=_unforeseen())
        else:
            yield FileOutcome(task.source, recipes)


def _unforeseen() -> WorkerLost:
    return WorkerLost(
        "The file could not be restored, for a reason that was not foreseen",
        remedy="The log has the details; please report them",
    )


def restore_batch(
    tasks: tuple[FileTask, ...], request: Request, report: Report = silent
) -> tuple[FileOutcome, ...]:
    """The same, all at once: the work of a job."""
    return tuple(restore_each(tasks, request, report))
