"""A benchmark from the wish to the finished tables: what the command and a page's job both do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from evaluation.benchmark.dataset import read_dataset
from evaluation.benchmark.places import write_places
from evaluation.benchmark.plan import Cell, Plan, degradations_of, refuse_repeated_models
from evaluation.benchmark.prediction import Prediction, predict, speed_file
from evaluation.benchmark.rows import Row
from evaluation.benchmark.runner import run_plan
from evaluation.benchmark.store import Store, load_libraries
from evaluation.benchmark.work import Answer, Bench, Task
from evaluation.metrics import applicable, refuse_lacking
from restoration.batch import page_reader
from restoration.degradations import Degradation
from restoration.errors import UsageError
from restoration.executor_choice import Engine, Staffing
from restoration.executors import Executor
from restoration.models.catalogue import SUFFIXES, find
from restoration.progress import Report, silent, within
from restoration.speed import SpeedBook

METRICS = (
    "psnr",
    "ssim",
    "edge_preservation",
    "detail_kept",
    "residual_whiteness",
    "noise_left",
)
"""By default: likeness, edges and detail kept, and noise removed."""


@dataclass(frozen=True)
class Wish:
    """What a person asks of a benchmark."""

    images: Path
    models: tuple[str, ...]
    degradations: tuple[str, ...]
    output: Path
    references: Path | None = None
    """Clean originals, for images that are noisy already."""
    seeds: tuple[int, ...] = (0,)
    metrics: tuple[str, ...] = METRICS
    resume: bool = False
    retry_failed: bool = False
    """When resuming, run cells again that ended with an error."""
    device: str = "auto"
    dtype: str = "auto"
    workers: int | None = None
    """None: one for each core on a CPU, one in all on an accelerator, all that fit on a cluster."""
    engine: Engine = Engine.LOCAL


@dataclass(frozen=True)
class Listing:
    """What is about to run."""

    plan: Plan
    prediction: Prediction
    missing: tuple[Cell, ...]
    """The cells that are not finished yet."""
    workers: int
    threads: int
    """Of each worker."""

    @property
    def seconds(self) -> float:
        """Predicted seconds by the clock for what is missing."""
        return self.prediction.seconds(self.missing, self.workers)


def run_benchmark(
    wish: Wish, listed: Callable[[Listing], None], report: Report = silent
) -> tuple[Plan, tuple[Row, ...]]:
    """Check, plan, predict, run; the plan, and its rows in order. `listed` is told what will run.

    Nothing is written before everything was checked. Raises `RestorationError`s: for images,
    models or options that cannot be used, and whatever `report` raises to stop; then the rows so
    far are kept, and the same wish with `resume` goes on.
    """
    with (
        _crew(wish, within(report, 0.0, 0.1)) as crew,
        Store(wish.output, crew.plan, resume=wish.resume, retry_failed=wish.retry_failed) as store,
    ):
        write_places(wish.output, crew.plan)
        listed(crew.listing(store.missing()))
        run_plan(crew.plan, crew.prediction, store, crew.executor, within(report, 0.1, 1.0))
        return crew.plan, store.rows


def list_benchmark(wish: Wish, report: Report = silent) -> Listing:
    """What would run, all of it, and how long it would take; nothing is written."""
    with _crew(wish, report) as crew:
        return crew.listing(crew.plan.cells)


@dataclass(frozen=True)
class _Crew:
    """Workers that have the models of a plan at hand."""

    plan: Plan
    prediction: Prediction
    executor: Executor[Task, Answer]
    threads: int

    def listing(self, missing: tuple[Cell, ...]) -> Listing:
        return Listing(self.plan, self.prediction, missing, self.executor.workers, self.threads)


@contextmanager
def _crew(wish: Wish, report: Report) -> Iterator[_Crew]:
    choice = checked(wish)
    staffing = Staffing(wish.engine, wish.workers, _device(wish, choice.models) != "cpu")
    threads = staffing.threads
    bench = partial(Bench, wish.metrics, wish.device, wish.dtype, threads)
    executor: Executor[Task, Answer] = staffing.executor(bench)
    with executor:
        # The workers load their libraries while the images are checked here.
        executor.start()
        images = read_dataset(wish.images, page_reader(), wish.references, within(report, 0.0, 0.5))
        load_libraries()
        plan = Plan(
            images, choice.models, choice.degradations, wish.metrics, wish.device, wish.dtype
        )
        book = SpeedBook(speed_file())
        prediction = predict(plan, executor, threads, book, within(report, 0.5, 1.0))
        yield _Crew(plan, prediction, executor, threads)


@dataclass(frozen=True)
class Choice:
    """The models and degradations of a wish, each once and by its own name."""

    models: tuple[str, ...]
    degradations: tuple[Degradation | None, ...]


def checked(wish: Wish) -> Choice:
    """What was chosen; raises for any option that cannot be, before an image is looked at."""
    models = tuple(_known(name) for name in wish.models)
    refuse_repeated_models(models)
    degradations = degradations_of(list(wish.degradations), list(wish.seeds))
    if not models or not degradations:
        raise UsageError(
            "There is nothing to run",
            actual=f"{len(models)} models and {len(degradations)} degradations",
            expected="one of each or more",
        )
    if wish.references is not None and any(degradations):
        raise UsageError(
            "Images that have a clean original apart are noisy already",
            actual="; ".join(str(each) for each in degradations),
            expected="none as the only degradation",
        )
    _check_metrics(wish.metrics, clean=any(degradations) or wish.references is not None)
    return Choice(models, degradations)


def _device(wish: Wish, models: tuple[str, ...]) -> str:
    if wish.device != "auto" or not any(_is_network(model) for model in models):
        return wish.device if wish.device != "auto" else "cpu"
    # Loads torch, which takes seconds: only where there is a choice.
    from restoration.models.network import choose_device

    return choose_device(wish.device)


def _known(name: str) -> str:
    """A model's id for its alias; the full path of a weights file."""
    path = Path(name)
    if path.suffix.lower() in SUFFIXES and path.is_file():
        return str(path.resolve())
    return find(name).id


def _is_network(model: str) -> bool:
    if Path(model).suffix.lower() in SUFFIXES:
        return True
    card = find(model)
    return bool(card.weights or card.members)


def _check_metrics(metrics: tuple[str, ...], *, clean: bool) -> None:
    refuse_lacking(metrics)
    possible = applicable(clean=clean, noisy=True, restorer=True)
    if not set(metrics) & set(possible):
        raise UsageError(
            "None of these metrics can be taken without clean images",
            actual=", ".join(metrics),
            expected=", ".join(possible),
            remedy="Choose other metrics, or name the folder of clean originals",
        )
