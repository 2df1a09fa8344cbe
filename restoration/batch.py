"""Restore many files; a bad one is listed, not fatal."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from restoration.errors import Cancelled, RestorationError, UnreadableFile, WorkerLost
from restoration.executors import Executor
from restoration.page_restoration import Models, Request
from restoration.pages import Limits
from restoration.pages.limited import LimitedReader
from restoration.progress import Progress, Report, silent, within
from restoration.recipe import Recipe, read_recipe, sha256_of_file
from restoration.repeating import as_asked
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
        yield _restored(task, request, models, part)


def restore_spread(
    tasks: Sequence[FileTask],
    request: Request,
    executor: Executor[FileTask, FileOutcome],
    report: Report = silent,
) -> Iterator[FileOutcome]:
    """The same on many workers, each made with `FileBench(request)`; outcomes as they are ready."""
    with closing(executor.submit(tasks)) as outcomes:
        for number, outcome in enumerate(outcomes):
            report(Progress((number + 1) / len(tasks), f"{number + 1} of {len(tasks)} files"))
            yield outcome.result or FileOutcome(outcome.task.source, error=outcome.error)


class FileBench:
    """A worker's bench: restores file after file with models that stay loaded."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._models = Models(request)

    def __call__(self, task: FileTask) -> FileOutcome:
        """Restore one file."""
        return _restored(task, self._request, self._models)


def is_restored(task: FileTask, request: Request) -> bool:
    """Whether every output is there, with a recipe that says it was made so from these bytes."""
    try:
        sha256 = sha256_of_file(task.source)
    except OSError:
        return False
    for target in task.targets:
        try:
            recipe = read_recipe(target.recipe)
        except UnreadableFile:
            return False
        made = (recipe.input_sha256, recipe.model, recipe.asked)
        if made != (sha256, target.model, as_asked(request)) or not target.output.is_file():
            return False
    return True


def _restored(
    task: FileTask, request: Request, models: Models, report: Report = silent
) -> FileOutcome:
    try:
        recipes = restore_file(task.source, task.targets, request, page_reader(), report, models)
    except Cancelled:
        raise
    except RestorationError as error:
        return FileOutcome(task.source, error=error)
    except Exception:
        log.exception("A file could not be restored: %s", task.source)
        return FileOutcome(task.source, error=_unforeseen())
    return FileOutcome(task.source, recipes)


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
