"""Take several metrics of one restored image."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evaluation.metrics.catalogue import METRICS, metric
from evaluation.metrics.comparison import Comparison
from evaluation.metrics.metric import Input, Metric
from restoration.errors import UsageError
from restoration.fidelity import Image
from restoration.pages.page import Pixels


def measure(
    metric_ids: Iterable[str],
    clean: Image | None,
    noisy: Image | None,
    restored: Image,
    *,
    restore: Callable[[Pixels], Pixels] | None = None,
    noise_sigma: float | None = None,
) -> dict[str, float]:
    """Figures by metric id, in the order asked, of images (H, W, C), range [0, 1].

    `clean` and `restored` are clipped and rounded to 8 bits first, `noisy` is not. `restore` and
    `noise_sigma` (0-255 scale, estimated where None) serve SURE alone.

    A figure is NaN where the metric says nothing of these images: a side below its
    `smallest_side`, or a case that its function names, such as a constant clean image.
    Infinite is PSNR of equal images. Raises UsageError when shapes differ, a sample is not
    a finite float, the clean image is not on the scale of 0 to 1, an id is unknown, or an image
    that a metric needs is missing.
    """
    chosen = [metric(id) for id in metric_ids]
    given = _given(clean, noisy, restore)
    for each in chosen:
        _check_inputs(each, given)
    images = Comparison.of(clean, noisy, restored, restore, noise_sigma)

    side = min(restored.shape[:2])
    return {
        each.id: each.function(images) if side >= each.smallest_side else float("nan")
        for each in chosen
    }


def applicable(
    *, clean: bool = False, noisy: bool = False, restorer: bool = False
) -> tuple[str, ...]:
    """Ids of the metrics that can be taken with these inputs and a restored image."""
    there = {Input.CLEAN: clean, Input.NOISY: noisy, Input.RESTORER: restorer}
    return tuple(each.id for each in METRICS if all(there[need] for need in each.needs))


def _given(
    clean: Image | None, noisy: Image | None, restore: Callable[[Pixels], Pixels] | None
) -> set[Input]:
    offered = {Input.CLEAN: clean, Input.NOISY: noisy, Input.RESTORER: restore}
    return {kind for kind, thing in offered.items() if thing is not None}


def _check_inputs(chosen: Metric, given: set[Input]) -> None:
    missing = [need.value for need in Input if need in chosen.needs - given]
    if missing:
        raise UsageError(
            f"{chosen.name} cannot be measured",
            actual=f"no {' and no '.join(text.removeprefix('the ') for text in missing)}",
            expected=" and ".join(missing),
            remedy=f"Leave out {chosen.id!r}, or supply what it needs",
        )
