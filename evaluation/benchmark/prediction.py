"""How long will a plan take? Asked of the workers themselves, before the first cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from evaluation.benchmark.plan import Cell, Plan
from evaluation.benchmark.work import Answer, Probe, Probed, Task
from restoration.errors import UsageError
from restoration.executors import Executor
from restoration.progress import Progress, Report, silent
from restoration.settings import settings
from restoration.speed import Speed, SpeedBook


@dataclass(frozen=True)
class Prediction:
    """Seconds of work for each model, and what is known of the models."""

    speeds: dict[str, Speed]
    weights_sha256: dict[str, str | None]

    def seconds(self, cells: Sequence[Cell], workers: int) -> float:
        """Predicted seconds by the clock for `cells` on `workers` workers."""
        work = sum(self.of(cell) for cell in cells)
        return work / max(1, min(workers, len(cells)))

    def of(self, cell: Cell) -> float:
        """Predicted seconds of one cell."""
        return self.speeds[cell.model].seconds(cell.image.megapixels)


def speed_file() -> Path:
    """Where the speeds of this machine's workers are kept."""
    return settings().data_dir / "benchmark-speeds.json"


def predict(
    plan: Plan,
    executor: Executor[Task, Answer],
    threads: int,
    book: SpeedBook,
    report: Report = silent,
) -> Prediction:
    """Load each model once in a worker, and time those that `book` does not know yet.

    Raises what loading a model raises, so that a run cannot begin with a model that is not
    there; UsageError for a model that enlarges, whose output no image of the plan compares with.
    """
    keys = {model: _key(model, plan, threads) for model in plan.models}
    probes = [
        Probe(model, timed)
        for model in plan.models
        for timed in [book.of(keys[model]) is None]
        # All workers at once, as they will be: side by side, cores are slower than alone.
        for _ in range(executor.workers if timed else 1)
    ]
    answers: dict[str, list[Probed]] = {model: [] for model in plan.models}
    report(Progress(0.0, "loading the models"))
    for number, outcome in enumerate(executor.submit(probes)):
        if outcome.error is not None:
            raise outcome.error
        probed = outcome.result
        assert isinstance(probed, Probed), "a probe is answered by what was probed"
        _refuse_enlarging(probed)
        answers[probed.model].append(probed)
        report(Progress((number + 1) / len(probes), f"loaded {probed.model}"))
    return Prediction(
        {model: _speed(answers[model], keys[model], book) for model in plan.models},
        {model: answers[model][0].weights_sha256 for model in plan.models},
    )


def _speed(answers: list[Probed], key: str, book: SpeedBook) -> Speed:
    """The mean of what was measured now, which goes into the book, or what the book has."""
    measured = [probed.speed for probed in answers if probed.speed is not None]
    if measured:
        mean = Speed(
            fmean(speed.per_page for speed in measured),
            fmean(speed.per_megapixel for speed in measured),
        )
        book.record(key, mean)
    known = book.of(key)
    assert known is not None, "models that the book does not know were timed"
    return known


def _key(model: str, plan: Plan, threads: int) -> str:
    """A cell's time depends on all of these."""
    metrics = ",".join(plan.metrics)
    return f"{model} ({plan.device}, {plan.dtype}, {threads} threads) scored by {metrics}"


def _refuse_enlarging(probed: Probed) -> None:
    if probed.scale != 1:
        raise UsageError(
            "A model that enlarges cannot be compared on these images",
            actual=f"{probed.model} enlarges {probed.scale} times",
            expected="models that keep the size",
            remedy="Leave it out",
        )
