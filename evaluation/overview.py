"""Everything that is shown of a run, as plain data: what the page draws and the report prints."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from evaluation.comparison.extremes import Disagreement, WorstCase, disagreements, worst_cases
from evaluation.comparison.leaderboard import IDENTITY, Leaderboard, leaderboard
from evaluation.comparison.pairs import Pair
from evaluation.comparison.ratings import Rated, rated
from evaluation.comparison.resampling import Interval
from evaluation.comparison.run_table import RunTable
from evaluation.comparison.series import Versus, grid, kinds_with_levels, level_points, versus
from evaluation.figures.front_figure import front_figure
from evaluation.figures.grid_figure import grid_figure
from evaluation.figures.labels import damage_name, in_words, number
from evaluation.figures.leaderboard_figure import leaderboard_figure
from evaluation.figures.level_figure import level_figure
from evaluation.figures.ratings_figure import ratings_figure
from evaluation.figures.theme import short_name
from evaluation.figures.versus_figure import difference_figure, versus_figure
from restoration.errors import UsageError

SECOND_METRICS = ("ssim", "ms_ssim", "gmsd", "edge_preservation", "noise_left", "psnr")
"""What disagreements are looked for with, the first that the run has besides the chosen one."""
METHOD = (
    "Intervals are 95 % bootstrap intervals over images, and hold for other images of the same "
    "kind; pages of one book are not independent images. Seeds and degradations are averaged "
    "within an image first. Two models are told apart only where the paired bootstrap and "
    "Wilcoxon's signed-rank test both have p < 0.05, Holm-corrected over all pairs."
)


@dataclass(frozen=True, eq=False)
class Overview:
    """One metric over some degradations of a run."""

    board: Leaderboard
    sentence: str
    figures: dict[str, go.Figure]
    """By name: leaderboard, level-KIND, front, grid, and ratings where there are some."""
    worst: tuple[WorstCase, ...]
    other_metric: str | None
    disagreements: tuple[Disagreement, ...]
    rated: Rated | None


def overview(
    run: RunTable,
    metric: str,
    degradations: Collection[str] | None = None,
    ratings: pd.DataFrame | None = None,
) -> Overview:
    """Compare by `metric` over `degradations` (None: all). Raises UsageError for unknown ones."""
    _check(metric, run.metrics, "metric")
    for name in degradations or ():
        _check(name, run.degradations, "degradation")
    chosen = tuple(degradations) if degradations else run.degradations
    board = leaderboard(run, metric, chosen)
    other = next((name for name in SECOND_METRICS if name in run.metrics and name != metric), None)
    people = None if ratings is None else rated(run, metric, ratings)
    figures = {"leaderboard": leaderboard_figure(board)}
    for kind in kinds_with_levels(run):
        figures[f"level-{kind}"] = level_figure(level_points(run, metric, kind), metric, kind)
    figures |= {"front": front_figure(board), "grid": grid_figure(grid(run, metric), metric)}
    if people is not None and people.images:
        figures["ratings"] = ratings_figure(people, metric)
    return Overview(
        board,
        verdict(board),
        figures,
        worst_cases(run, metric, chosen),
        other,
        disagreements(run, metric, other, chosen) if other else (),
        people,
    )


def pair_figures(
    run: RunTable, metric: str, first: str, second: str
) -> tuple[Versus, dict[str, go.Figure]]:
    """Two models image by image. Raises UsageError for models that the run does not have."""
    _check(metric, run.metrics, "metric")
    for name in (first, second):
        _check(name, run.models, "model")
    found = versus(run, metric, first, second)
    return found, {"versus": versus_figure(found), "difference": difference_figure(found)}


def verdict(board: Leaderboard) -> str:
    """The leaderboard in two or three plain sentences."""
    if not board.standings or not board.images:
        return (
            "No image has a figure of every model under all of these degradations, so there is "
            "nothing to rank. Choose degradations that the models have in common."
        )
    best, *others = board.standings
    name = short_name(best.model)
    said = in_words(best.mean, board.metric)
    parts = [f"{name} is first: {said} over {counted(board.images)}."]
    if others:
        like = [each.model for each in others if not _apart(board, best.model, each.model)]
        if like:
            parts.append(f"It cannot be told apart from {_listed(map(short_name, like))}.")
        else:
            parts.append("It can be told apart from every other model.")
    if board.images < board.needed_images:
        parts.append(
            f"With fewer than {board.needed_images} images no two of {len(board.standings)} "
            "models could be."
        )
    if best.model != IDENTITY and best.over_identity is not None:
        gain = in_words(best.over_identity, board.metric)
        parts.append(f"Its gain over doing nothing: {gain}.")
    return " ".join(parts)


def pair_sentence(board: Leaderboard, first: str, second: str) -> str:
    """What is known of two models of a leaderboard."""
    pair, turned = _pair(board, first, second)
    if pair is None:
        return "These two were not compared: one of them has too few figures."
    gain = _turned(pair.gain) if turned else pair.gain
    a, b = short_name(first), short_name(second)
    told = "They are told apart" if pair.told_apart else "They cannot be told apart"
    if math.isnan(pair.bootstrap_p):
        return f"{a} over {b}: {number(gain.mean, board.metric)}; one image is no test."
    return (
        f"{a} over {b}: {in_words(gain, board.metric)} over {counted(gain.images)}. "
        f"{told}: paired bootstrap {_p(pair.bootstrap_p)}, "
        f"Wilcoxon {_p(pair.wilcoxon_p)}, both corrected for {len(board.pairs)} pairs."
    )


def counted(images: int) -> str:
    """ "1 image", "12 images"."""
    return f"{images} image" if images == 1 else f"{images} images"


def board_records(board: Leaderboard) -> list[dict[str, Any]]:
    """The leaderboard as flat records, for tables and exports; unknown figures are None."""
    return [
        {
            "rank": position + 1,
            "model": short_name(each.model),
            "mean": _finite(each.mean.mean),
            "low": _finite(each.mean.low),
            "high": _finite(each.mean.high),
            **_gain("gain_over_identity", each.over_identity),
            **_gain("gain_over_classical", each.over_classical),
            "seconds_per_megapixel": _finite(each.seconds_per_megapixel),
            "peak_memory_mb": _finite(each.peak_memory_mb),
            "images": each.mean.images,
            "missing": each.missing,
            "not_told_apart_from": ", ".join(
                short_name(other.model)
                for other in board.standings
                if other is not each and not _apart(board, each.model, other.model)
            ),
        }
        for position, each in enumerate(board.standings)
    ]


def cell_label(run: RunTable, row: int) -> str:
    """ "moon-clean.png, gaussian σ 25, wavelet"."""
    line = run.frame.iloc[row]
    return f"{line['image']}, {damage_name(line['degradation'])}, {short_name(line['model'])}"


def _gain(name: str, gain: Interval | None) -> dict[str, float | None]:
    return {
        name: None if gain is None else _finite(gain.mean),
        f"{name}_low": None if gain is None else _finite(gain.low),
        f"{name}_high": None if gain is None else _finite(gain.high),
    }


def _pair(board: Leaderboard, first: str, second: str) -> tuple[Pair | None, bool]:
    """The pair, and whether it is stored the other way round."""
    places = {each.model: position for position, each in enumerate(board.standings)}
    wanted = (places.get(first), places.get(second))
    for pair in board.pairs:
        if (pair.first, pair.second) == wanted:
            return pair, False
        if (pair.second, pair.first) == wanted:
            return pair, True
    return None, False


def _apart(board: Leaderboard, first: str, second: str) -> bool:
    pair, _ = _pair(board, first, second)
    return pair is not None and pair.told_apart


def _turned(gain: Interval) -> Interval:
    return Interval(-gain.mean, -gain.high, -gain.low, gain.images)


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _listed(names: Iterable[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def _check(name: str, known: tuple[str, ...], what: str) -> None:
    if name not in known:
        raise UsageError(
            f"This run has no such {what}", actual=name[:80], expected=" or ".join(known[:12])
        )
