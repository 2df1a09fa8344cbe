"""The leaderboard: models in order, how sure the order is, and what each gains and costs."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evaluation.comparison.groups import brackets
from evaluation.comparison.pairs import Pair, compare_all, fewest_images_to_tell_apart
from evaluation.comparison.resampling import Interval, intervals
from evaluation.comparison.run_table import RunTable
from evaluation.comparison.scores import Scores, figures_by_model, scores
from restoration.models.classical_catalogue import CLASSICAL_CARDS

IDENTITY = "identity"
CLASSICAL = frozenset(card.id for card in CLASSICAL_CARDS) - {IDENTITY}
RANKED_SHARE = 0.5
"""A model that lacks more of the images than this is left out: it would take them from all."""


@dataclass(frozen=True)
class Standing:
    """One model on the images that all ranked models have."""

    model: str
    mean: Interval
    goodness: float
    """Mean of the same turned so that more is better: what the order follows."""
    over_identity: Interval | None
    """Gain over doing nothing, positive is better; None without that contender, and for it."""
    over_classical: Interval | None
    """Gain over the best classical filter here; None without one, and for it."""
    seconds_per_megapixel: float
    """NaN where the rows tell no times, as the next."""
    peak_memory_mb: float
    missing: int
    """Cells that failed or are not there, though another ranked model has them."""
    worst_row: int
    """Number of the row of the image on which it does worst."""


@dataclass(frozen=True)
class Leaderboard:
    """Models in order of their mean, best first."""

    metric: str
    degradations: tuple[str, ...]
    images: int
    standings: tuple[Standing, ...]
    brackets: tuple[tuple[int, int], ...]
    """First and last position of each run of neighbours that cannot be told apart."""
    pairs: tuple[Pair, ...]
    """All pairs, by position in `standings`, the better mean first."""
    best_classical: str | None
    left_out: tuple[str, ...]
    """Models with too few figures to be ranked."""

    @property
    def needed_images(self) -> int:
        """Images without which no two of these models could be told apart."""
        return fewest_images_to_tell_apart(len(self.standings))


def leaderboard(
    run: RunTable, metric: str, degradations: Collection[str] | None = None
) -> Leaderboard:
    """Rank the models of a run by `metric` over `degradations` (None: all of them).

    Only images are compared that every ranked model has under the same degradations and seeds;
    these are averaged within an image first, since they are no images of their own. The best
    classical filter is chosen on these very images, which makes it a hard one to beat.
    """
    chosen = tuple(run.degradations if degradations is None else degradations)
    everything = scores(run, metric, chosen, _ranked(run, metric, chosen))
    shared = _best_first(everything.complete())
    pairs = compare_all(shared.goodness)
    apart = {frozenset((pair.first, pair.second)) for pair in pairs if pair.told_apart}
    classical = next((name for name in shared.models if name in CLASSICAL), None)
    return Leaderboard(
        metric,
        chosen,
        len(shared.images),
        _standings(run, shared, everything, chosen, classical),
        brackets(range(len(shared.models)), apart),
        pairs,
        classical,
        tuple(name for name in run.models if name not in everything.models),
    )


def _ranked(run: RunTable, metric: str, degradations: tuple[str, ...]) -> tuple[str, ...]:
    """Models with enough figures, then those of them with enough images that lack nothing.

    In this order, so that what a model with few figures alone was tried on is asked of no other.
    """
    figures = figures_by_model(run, metric, degradations)
    found = scores(run, metric, degradations, _with_most(run.models, figures))
    return _with_most(found.models, (~np.isnan(found.values)).sum(axis=0))


def _with_most(models: tuple[str, ...], counts: NDArray[np.int64]) -> tuple[str, ...]:
    least = max(1, RANKED_SHARE * counts.max(initial=0))
    return tuple(name for name, count in zip(models, counts, strict=True) if count >= least)


def _best_first(shared: Scores) -> Scores:
    order = np.argsort([-mean for mean in _mean_goodness(shared)], kind="stable")
    return replace(
        shared,
        models=tuple(shared.models[number] for number in order),
        values=shared.values[:, order],
        goodness=shared.goodness[:, order],
        rows=shared.rows[:, order],
        lacking=shared.lacking[:, order],
    )


def _mean_goodness(shared: Scores) -> list[float]:
    means = shared.goodness.mean(axis=0) if len(shared.images) else [math.nan] * len(shared.models)
    return [float(mean) for mean in means]


def _standings(
    run: RunTable,
    shared: Scores,
    everything: Scores,
    degradations: tuple[str, ...],
    classical: str | None,
) -> tuple[Standing, ...]:
    means, goodness = intervals(shared.values), _mean_goodness(shared)
    over_identity = _gains(shared, IDENTITY)
    over_classical = _gains(shared, classical)
    costs = run.frame[run.frame["degradation"].isin(degradations)].assign(
        megapixels=lambda frame: frame["width"] * frame["height"] / 1e6
    )
    groups = dict(list(costs.groupby("model", observed=True)))
    standings = []
    for number, name in enumerate(shared.models):
        rows = groups[name]
        timed = rows.dropna(subset=["seconds", "megapixels"])
        megapixels = float(timed["megapixels"].sum())
        standings.append(
            Standing(
                name,
                means[number],
                goodness[number],
                over_identity.get(name),
                over_classical.get(name),
                float(timed["seconds"].sum()) / megapixels if megapixels else math.nan,
                float(rows["peak_memory_mb"].max()),
                int(everything.lacking[:, everything.models.index(name)].sum()),
                shared.worst_row(number),
            )
        )
    return tuple(standings)


def _gains(shared: Scores, over: str | None) -> dict[str, Interval]:
    """The gain of every other model over one."""
    if over not in shared.models:
        return {}
    goodness = shared.goodness
    base = shared.models.index(over)
    gains = intervals(goodness - goodness[:, [base]])
    return {name: gain for name, gain in zip(shared.models, gains, strict=True) if name != over}
