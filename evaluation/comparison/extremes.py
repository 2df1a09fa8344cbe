"""What people look for first: where a model does harm, and where two metrics disagree."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluation.comparison.leaderboard import IDENTITY
from evaluation.comparison.run_table import RunTable

SHOWN = 12


@dataclass(frozen=True)
class WorstCase:
    """A cell in which a model gains least over doing nothing, or scores least."""

    row: int
    value: float
    gain: float
    """Over doing nothing, negative where the model did harm; NaN without that contender."""


@dataclass(frozen=True)
class Disagreement:
    """A damaged image whose models two metrics put into different orders."""

    row: int
    """Of the model that the first metric likes best."""
    other_row: int
    """Of the model that the second metric likes best."""
    kendall: float
    """Kendall's tau-a of the two orders: 1 the same, -1 reversed."""


def worst_cases(
    run: RunTable, metric: str, degradations: Collection[str], shown: int = SHOWN
) -> tuple[WorstCase, ...]:
    """The cells with the least gain over doing nothing, worst first; one for each image.

    Without that contender, the cells with the least figures.
    """
    frame = _cells(run, degradations).assign(goodness=run.goodness(metric))
    frame = frame[frame["chosen"] & frame["goodness"].notna()]
    nothing = frame[frame["model"] == IDENTITY].set_index("cell")["goodness"]
    frame = frame.assign(gain=frame["goodness"] - frame["cell"].map(nothing))
    others = frame[frame["model"] != IDENTITY]
    by = "gain" if others["gain"].notna().any() else "goodness"
    found = others.sort_values(by, kind="stable").drop_duplicates("unit").head(shown)
    values = run.frame[metric].to_numpy(np.float64)
    return tuple(
        WorstCase(int(row), float(values[row]), float(gain))
        for row, gain in zip(found.index, found["gain"], strict=True)
    )


def disagreements(
    run: RunTable,
    metric: str,
    other: str,
    degradations: Collection[str],
    shown: int = SHOWN,
) -> tuple[Disagreement, ...]:
    """Damaged images on which the two metrics order the models most differently; one for each
    image, and only those where they differ in who is best."""
    frame = _cells(run, degradations)
    first, first_rows = _by_cell(frame, run.goodness(metric), len(run.models))
    second, _ = _by_cell(frame, run.goodness(other), len(run.models))
    both = ~np.isnan(first + second)
    # A model without any figure is passed over; a cell that lacks one of the others, too.
    models = both.any(axis=0)
    cells = both[:, models].all(axis=1)
    kept = np.ix_(cells, models)
    first, second, rows = first[kept], second[kept], first_rows[kept]
    if not len(first) or first.shape[1] < 2:
        return ()
    likes, prefers = first.argmax(axis=1), second.argmax(axis=1)
    tau = _kendall(first, second)
    chosen: list[Disagreement] = []
    seen: set[int] = set()
    for cell in np.argsort(tau, kind="stable"):
        row, other_row = (int(rows[cell, best[cell]]) for best in (likes, prefers))
        unit = int(run.units[row])
        if row == other_row or unit in seen:
            continue
        seen.add(unit)
        chosen.append(Disagreement(row, other_row, float(tau[cell])))
        if len(chosen) == shown:
            break
    return tuple(chosen)


def _cells(run: RunTable, degradations: Collection[str]) -> pd.DataFrame:
    """Which damaged image each row is about, as a number, and whether it was chosen."""
    return pd.DataFrame(
        {
            "cell": run.cells,
            "unit": run.units,
            "model": run.frame["model"],
            "chosen": run.frame["degradation"].isin(list(degradations)),
        }
    )


def _by_cell(
    frame: pd.DataFrame, goodness: NDArray[np.float64], models: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(cells, models) figures and row numbers of the cells that are chosen."""
    numbers = np.flatnonzero(frame["chosen"].to_numpy())
    cells, distinct = pd.factorize(frame["cell"].to_numpy()[numbers])
    codes = frame["model"].cat.codes.to_numpy(np.int64)[numbers]
    values = np.full((len(distinct), models), np.nan)
    rows = np.full((len(distinct), models), -1)
    values[cells, codes] = goodness[numbers]
    rows[cells, codes] = numbers
    return values, rows


def _kendall(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tau-a of each line of two (cells, models) arrays."""
    pairs = list(combinations(range(first.shape[1]), 2))
    agreed = np.zeros(len(first))
    for a, b in pairs:
        agreed += np.sign(first[:, a] - first[:, b]) * np.sign(second[:, a] - second[:, b])
    return agreed / len(pairs)
