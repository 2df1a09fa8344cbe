"""One figure for each image and model: what every comparison starts from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evaluation.comparison.run_table import RunTable, finite, goodness_of

NO_ROW = -1


@dataclass(frozen=True, eq=False)
class Scores:
    """Means over the seeds and degradations asked for, image by image."""

    metric: str
    images: tuple[str, ...]
    models: tuple[str, ...]
    values: NDArray[np.float64]
    """(images, models); NaN where a cell is missing or failed."""
    rows: NDArray[np.int64]
    """(images, models) number of the worst row behind each figure, -1 where there is none."""

    @property
    def goodness(self) -> NDArray[np.float64]:
        """(images, models), more is better."""
        return goodness_of(self.metric, self.values)

    def complete(self) -> Scores:
        """Only images that every model has a figure for."""
        return self._take(images=np.asarray(~np.isnan(self.values).any(axis=1)))

    def of_models(self, keep: Collection[str]) -> Scores:
        """Only these models, in the order that they have."""
        return self._take(models=np.array([name in keep for name in self.models], bool))

    def worst_row(self, model: int) -> int:
        """The row of the image on which a model does worst; -1 without any."""
        there = np.flatnonzero(~np.isnan(self.values[:, model]))
        if not len(there):
            return NO_ROW
        return int(self.rows[there[np.argmin(self.goodness[there, model])], model])

    def _take(
        self,
        images: NDArray[np.bool_] | None = None,
        models: NDArray[np.bool_] | None = None,
    ) -> Scores:
        lines = np.ones(len(self.images), bool) if images is None else images
        columns = np.ones(len(self.models), bool) if models is None else models
        chosen = np.ix_(lines, columns)
        return replace(
            self,
            images=tuple(np.array(self.images, object)[lines]),
            models=tuple(np.array(self.models, object)[columns]),
            values=self.values[chosen],
            rows=self.rows[chosen],
        )


def scores(run: RunTable, metric: str, degradations: Collection[str] | None = None) -> Scores:
    """Figures of `metric`, averaged over seeds and `degradations` (None: all), for each image.

    An image that lacks a cell which it has with another model has no figure there: a mean over
    fewer or milder degradations would not be comparable.
    """
    chosen = run.degradations if degradations is None else degradations
    values = finite(run.frame[metric].to_numpy(np.float64))
    wanted = run.frame["degradation"].isin(list(chosen)).to_numpy() & ~np.isnan(values)
    numbers = np.flatnonzero(wanted)
    models = run.frame["model"].cat.codes.to_numpy(np.int64)
    shape = (len(run.image_names), len(run.models))
    place = run.units[numbers] * shape[1] + models[numbers]
    counts = np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape)
    sums = np.bincount(place, values[numbers], minlength=shape[0] * shape[1]).reshape(shape)
    full = (counts > 0) & (counts == counts.max(axis=1, keepdims=True))
    means = np.divide(sums, counts, out=np.full(shape, np.nan), where=full)
    rows = np.full(shape[0] * shape[1], NO_ROW)
    best_first = np.argsort(-run.goodness(metric)[numbers], kind="stable")
    rows[place[best_first]] = numbers[best_first]
    there = counts.any(axis=1)
    return Scores(
        metric,
        tuple(np.array(run.image_names, object)[there]),
        run.models,
        means[there],
        rows.reshape(shape)[there],
    )
