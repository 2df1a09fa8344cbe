"""One figure for each image and model: what every comparison starts from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evaluation.comparison.run_table import RunTable, finite

NO_ROW = -1


@dataclass(frozen=True, eq=False)
class Scores:
    """Means over the seeds and degradations asked for, image by image."""

    metric: str
    images: tuple[str, ...]
    models: tuple[str, ...]
    values: NDArray[np.float64]
    """(images, models); NaN where a cell is missing or failed, as in the next."""
    goodness: NDArray[np.float64]
    """(images, models), more is better; turned cell by cell, since figures on both sides of 1
    have a mean near 1, however far they are from it."""
    rows: NDArray[np.int64]
    """(images, models) number of the worst row behind each figure, -1 where there is none."""
    lacking: NDArray[np.int64]
    """(images, models) cells that failed or are not there, though another model has them."""

    def complete(self) -> Scores:
        """Only images that every model has a figure for."""
        there = ~np.isnan(self.values).any(axis=1)
        return replace(
            self,
            images=tuple(np.array(self.images, object)[there]),
            values=self.values[there],
            goodness=self.goodness[there],
            rows=self.rows[there],
            lacking=self.lacking[there],
        )

    def worst_row(self, model: int) -> int:
        """The row of the image on which a model does worst; -1 without any."""
        there = np.flatnonzero(~np.isnan(self.values[:, model]))
        if not len(there):
            return NO_ROW
        return int(self.rows[there[np.argmin(self.goodness[there, model])], model])


def scores(
    run: RunTable,
    metric: str,
    degradations: Collection[str] | None = None,
    models: Collection[str] | None = None,
) -> Scores:
    """Figures of `metric`, averaged over seeds and `degradations`, image by image; None: all.

    An image that lacks a cell which it has with another of the `models` has no figure there: a
    mean over other, fewer or milder degradations would not be comparable.
    """
    names = tuple(name for name in run.models if models is None or name in models)
    numbers, values = _figures(run, metric, degradations, names)
    shape = (len(run.image_names), len(names))
    columns = np.array([names.index(name) if name in names else -1 for name in run.models])
    models_there = columns[run.frame["model"].cat.codes.to_numpy(np.int64)[numbers]]
    place = run.units[numbers] * shape[1] + models_there
    size = shape[0] * shape[1]
    counts = np.bincount(place, minlength=size).reshape(shape)
    lacking = _asked(run, numbers)[:, None] - counts
    there = np.asarray(counts.any(axis=1))
    full = there[:, None] & (lacking == 0)

    def mean(figures: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.bincount(place, figures, minlength=size).reshape(shape)
        return np.divide(sums, counts, out=np.full(shape, np.nan), where=full)[there]

    goodness = run.goodness(metric)[numbers]
    rows = np.full(size, NO_ROW)
    best_first = np.argsort(-goodness, kind="stable")
    rows[place[best_first]] = numbers[best_first]
    return Scores(
        metric,
        tuple(np.array(run.image_names, object)[there]),
        names,
        mean(values[numbers]),
        mean(goodness),
        rows.reshape(shape)[there],
        lacking[there],
    )


def figures_by_model(
    run: RunTable, metric: str, degradations: Collection[str]
) -> NDArray[np.int64]:
    """(models,) how many cells have a figure."""
    numbers, _ = _figures(run, metric, degradations, run.models)
    codes = run.frame["model"].cat.codes.to_numpy(np.int64)
    return np.bincount(codes[numbers], minlength=len(run.models))


def _figures(
    run: RunTable, metric: str, degradations: Collection[str] | None, models: Collection[str]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Numbers of the rows that are asked for and have a figure, and the figures of all rows."""
    values = finite(run.frame[metric].to_numpy(np.float64))
    wanted = ~np.isnan(values)
    if degradations is not None:
        wanted &= run.frame["degradation"].isin(list(degradations)).to_numpy()
    wanted &= run.frame["model"].isin(list(models)).to_numpy()
    return np.flatnonzero(wanted), values


def _asked(run: RunTable, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """(images,) how many cells any of these rows is about."""
    there = np.zeros(len(run.cell_units), bool)
    there[run.cells[numbers]] = True
    return np.bincount(run.cell_units[there], minlength=len(run.image_names))
