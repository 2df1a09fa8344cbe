"""Run a plan: what is missing, cell by cell, each kept before it is told."""

from __future__ import annotations

from contextlib import closing

from evaluation.benchmark.plan import Cell, Plan
from evaluation.benchmark.prediction import Prediction
from evaluation.benchmark.rows import Row, described
from evaluation.benchmark.store import Store
from evaluation.benchmark.work import Answer, Task
from restoration.errors import BadWeights
from restoration.executors import Executor, Outcome
from restoration.progress import Progress, Report, silent


def run_plan(
    plan: Plan,
    prediction: Prediction,
    store: Store,
    executor: Executor[Task, Answer],
    report: Report = silent,
) -> None:
    """Work off the cells that `store` does not have, and make the tables.

    A cell that fails becomes a row with its error. Raises what `report` raises, which stops the
    run; then, as after a kill, the same plan and folder go on where it stopped. Raises BadWeights
    where the weights of a model are not those of the rows that are there already.
    """
    _refuse_other_weights(store.rows, prediction)
    missing = store.missing()
    whole = sum(map(prediction.of, plan.cells))
    left = sum(map(prediction.of, missing))
    count = len(plan.cells)
    done = count - len(missing)
    try:
        report(Progress(1 - left / whole, f"{done} of {count} cells"))
        with closing(executor.submit(missing)) as outcomes:
            for outcome in outcomes:
                cell, row = _row(outcome)
                store.append(row)
                done += 1
                left -= prediction.of(cell)
                doing = f"{done} of {count} cells, {row.model} on {row.image}"
                report(Progress(min(1 - left / whole, 1.0), doing))
    finally:
        store.write_tables()


def _row(outcome: Outcome[Task, Answer]) -> tuple[Cell, Row]:
    assert isinstance(outcome.task, Cell), "only cells were handed in"
    if outcome.error is not None:
        kind, text = type(outcome.error).__name__, str(outcome.error)
        return outcome.task, Row(**described(outcome.task), error_class=kind, error=text)
    assert isinstance(outcome.result, Row), "a cell is answered by a row"
    return outcome.task, outcome.result


def _refuse_other_weights(rows: tuple[Row, ...], prediction: Prediction) -> None:
    for row in rows:
        now = prediction.weights_sha256.get(row.model)
        if not row.failed and row.weights_sha256 != now:
            raise BadWeights(
                f"The weights of {row.model} have changed since this run began",
                actual=f"SHA-256 {now}",
                expected=f"SHA-256 {row.weights_sha256}, as in the rows that are there",
                remedy="Put the former weights back, or begin a new run in another folder",
            )
