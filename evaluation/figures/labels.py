"""What axes and hover boxes say: names with units, and which way is better."""

from __future__ import annotations

from evaluation.benchmark.plan import AS_IT_IS
from evaluation.comparison.resampling import Interval
from evaluation.metrics import Better, metric

_ARROWS = {Better.HIGHER: "higher is better", Better.LOWER: "lower is better"}


def with_unit(metric_id: str) -> str:
    """ "PSNR, dB", for a column or an axis."""
    it = metric(metric_id)
    return f"{it.name}, {it.unit}" if it.unit else it.name


def axis_title(metric_id: str) -> str:
    """ "PSNR, dB (higher is better)"."""
    better = metric(metric_id).better
    return f"{with_unit(metric_id)} ({_ARROWS.get(better, better.value)})"


def gain_title(metric_id: str) -> str:
    """For differences, turned so that positive is better."""
    return f"Gain in {with_unit(metric_id)}"


def decimals(metric_id: str) -> int:
    """Digits after the point that a table shows; more would be noise."""
    return 2 if metric(metric_id).unit == "dB" else 4


def number(value: float, metric_id: str) -> str:
    """A figure of the metric as a table shows it."""
    return f"{value:.{decimals(metric_id)}f}"


def spread(interval: Interval, metric_id: str) -> str:
    """ "31.02 (30.11 to 31.95)", or without bounds where there are none."""
    mean = number(interval.mean, metric_id)
    if not interval.known:
        return mean
    return f"{mean} ({number(interval.low, metric_id)} to {number(interval.high, metric_id)})"


def in_words(interval: Interval, metric_id: str) -> str:
    """ "PSNR 31.02 dB (30.11 to 31.95)", for a sentence."""
    it = metric(metric_id)
    mean, *bounds = spread(interval, metric_id).split(" ", 1)
    return " ".join((it.name, mean, *([it.unit] if it.unit else []), *bounds))


def damage_name(degradation: str) -> str:
    """ "gaussian σ 25", "jpeg quality 20"; other names as they are."""
    kind, _, level = degradation.partition(":")
    if not level:
        return "as they are" if kind == AS_IT_IS else degradation
    sign, unit = _LEVELS.get(kind, ("σ", ""))
    return f"{kind} {sign} {level}{unit}".replace("  ", " ")


def level_title(kind: str) -> str:
    """For an axis of levels of this kind of damage."""
    return _LEVEL_TITLES.get(kind, f"{kind.capitalize()} noise σ, gray levels of 255")


_LEVELS = {"jpeg": ("quality", ""), "salt-pepper": ("", " %")}
_LEVEL_TITLES = {
    "jpeg": "JPEG quality (lower is stronger damage)",
    "salt-pepper": "Pixels lost to dust, %",
}
