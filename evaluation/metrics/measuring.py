"""Take several metrics of one restored image."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evaluation.metrics.catalogue import METRICS, metric
from evaluation.metrics.comparison import Comparison
from evaluation.metrics.metric import Input, Metric
from evaluation.metrics.supplied import supplied_folder
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
    or a file that a metric needs is missing; BadWeights for a file of another kind.
    """
    chosen = [metric(id) for id in metric_ids]
    refuse_lacking(each.id for each in chosen)
    given = _given(clean, noisy, restore)
    for each in chosen:
        _check_inputs(each, given)
    images = Comparison.of(clean, noisy, restored, restore, noise_sigma)

    side = min(restored.shape[:2])
    return {
        each.id: each.function(images) if side >= each.smallest_side else float("nan")
        for each in chosen
    }


def suited(*, clean: bool = False, noisy: bool = False, restorer: bool = False) -> tuple[str, ...]:
    """Ids of the metrics that ask for no more than these inputs and a restored image."""
    there = {Input.CLEAN: clean, Input.NOISY: noisy, Input.RESTORER: restorer}
    return tuple(each.id for each in METRICS if all(there[need] for need in each.needs))


def applicable(
    *, clean: bool = False, noisy: bool = False, restorer: bool = False
) -> tuple[str, ...]:
    """Those of the suited metrics that can be taken on this machine."""
    ids = suited(clean=clean, noisy=noisy, restorer=restorer)
    return tuple(id for id in ids if not metric(id).lacking)


def refuse_lacking(metric_ids: Iterable[str]) -> None:
    """Raise UsageError that says where weights belong which one of these metrics lacks."""
    for chosen in map(metric, metric_ids):
        if chosen.lacking:
            raise UsageError(
                f"{chosen.name} needs weights that do not come with this program",
                actual="no " + " and no ".join(file.name for file in chosen.lacking),
                expected=" and ".join(f"{each.name} from {each.source}" for each in chosen.lacking),
                remedy=f"Put them, as they are published, into {supplied_folder().resolve()}",
            )


def prepare(metric_ids: Iterable[str]) -> None:
    """Read the supplied weights of these metrics, so that none is refused in the middle of a run.

    Raises UsageError for weights that are not there, BadWeights for a file of another kind.
    """
    ids = tuple(metric_ids)
    refuse_lacking(ids)
    files = [file for id in ids for file in metric(id).supplied]
    if files:
        from evaluation.metrics.perceptual import read_supplied

        read_supplied(files)


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
