"""The outcome of a sweep as one document: what pages draw and tables print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from evaluation.synthesis.plan import SweepPlan
from evaluation.synthesis.recovery import PUBLISHED_RECOVERY, Interval, mean_interval, recovery
from evaluation.synthesis.scoring import METRICS, Metric
from evaluation.synthesis.sweep import Scored
from restoration.synthesis.conditions import Cells, Condition, Noise, Polygons
from restoration.synthesis.tissues import Tissue


def summary(plan: SweepPlan, scored: Sequence[Scored], tissue: Tissue) -> dict[str, Any]:
    """Means, intervals, the best frequency and the recovery ratio of every metric, as JSON."""
    metrics = [_metric(metric, plan, scored) for metric in METRICS]
    return {
        "said": _said(metrics),
        "tissue": tissue.name,
        "nuclei_spacing": tissue.spacing,
        "train": plan.train,
        "test": plan.test,
        "seeds": plan.seeds,
        "steps": scored[0].card.steps,
        "batch": plan.batch,
        "crop": plan.crop,
        "device": scored[0].card.device,
        "minutes": round(sum(each.card.minutes for each in scored), 1),
        "published_recovery": PUBLISHED_RECOVERY,
        "metrics": metrics,
    }


def _metric(metric: Metric, plan: SweepPlan, scored: Sequence[Scored]) -> dict[str, Any]:
    values = {
        condition: [each.scores[metric.id] for each in scored if each.condition == condition]
        for condition in plan.conditions
    }
    noises = [condition for condition in plan.conditions if isinstance(condition, Noise)]
    best = min(noises, key=lambda condition: float(np.mean(values[condition])))
    ends = (values[Polygons()], values[Cells()])
    recovered: dict[Condition, Interval | None] = {
        condition: recovery(ends[0], values[condition], ends[1]) for condition in noises
    }
    return asdict(metric) | {
        "conditions": [
            _condition(condition, values[condition], recovered.get(condition))
            for condition in plan.conditions
        ],
        "best": str(best),
        "peak": _peaks(noises, values),
    }


def _said(metrics: Sequence[dict[str, Any]]) -> str:
    """In words: whether the peak and the recovery ratio appear, metric by metric."""
    peaks = [each["title"] for each in metrics if each["peak"]]
    peak = (
        f"a best frequency in between shows beyond chance in {_listed(peaks)}"
        if peaks
        else "no best frequency in between shows beyond chance in any measure"
    )
    best = {each["title"]: _best(each)["recovery"] for each in metrics}
    ratios = [f"{ratio['value']:.2f} in {title}" for title, ratio in best.items() if ratio]
    recovered = (
        "Where true cells help beyond chance, the best noise, chosen afterwards, recovers of "
        f"their gain {_listed(ratios)}; the paper reports {PUBLISHED_RECOVERY}."
        if ratios
        else "True cells help beyond chance in no measure, so that there is no ratio to compare "
        f"with the paper's {PUBLISHED_RECOVERY}."
    )
    return f"At this small scale {peak}. {recovered}"


def _best(metric: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(
        row for row in metric["conditions"] if row["condition"] == metric["best"]
    )
    return found


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _condition(
    condition: Condition, values: Sequence[float], recovered: Interval | None
) -> dict[str, Any]:
    frequency = 1 / condition.spacing if isinstance(condition, Noise) else None
    return {
        "condition": str(condition),
        "kind": condition.kind.value if isinstance(condition, Noise) else str(condition),
        "frequency": frequency,
        "values": [round(value, 6) for value in values],
        "mean": asdict(mean_interval(values)),
        "recovery": asdict(recovered) if recovered else None,
    }


def _peaks(noises: Sequence[Noise], values: dict[Condition, list[float]]) -> bool:
    """Whether a frequency between the outermost is better than both of them beyond chance.

    By paired differences over seeds, each t interval clear of 0; of the Bernoulli conditions only.
    """
    kinds = [each for each in noises if each.kind is noises[0].kind]
    ordered = sorted(kinds, key=lambda each: each.spacing)
    if len(ordered) < 3:
        return False
    best = min(ordered, key=lambda each: float(np.mean(values[each])))
    ends = (ordered[0], ordered[-1])
    if best in ends or len(values[best]) < 2:
        return False
    return all(mean_interval(list(np.subtract(values[end], values[best]))).low > 0 for end in ends)
