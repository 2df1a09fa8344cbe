"""How long will a plan take? Asked of the workers themselves, before the first cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
    probes = [Probe(model, timed=book.of(keys[model]) is None) for model in plan.models]
    answers: dict[str, Probed] = {}
    report(Progress(0.0, "loading the models"))
    for outcome in executor.submit(probes):
        if outcome.error is not None:
            raise outcome.error
        probed = outcome.result
        assert isinstance(probed, Probed), "a probe is answered by what was probed"
        _refuse_enlarging(probed)
        if probed.speed is not None:
            book.record(keys[probed.model], probed.speed)
        answers[probed.model] = probed
        report(Progress(len(answers) / len(probes), f"timed {probed.model}"))
    speeds = {model: book.of(key) for model, key in keys.items()}
    return Prediction(
        {model: speed for model, speed in speeds.items() if speed is not None},
        {model: answers[model].weights_sha256 for model in plan.models},
    )


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
