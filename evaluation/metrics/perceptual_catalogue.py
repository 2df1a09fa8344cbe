"""The metrics that look through a network of the user's; torch is loaded when one is taken."""

from __future__ import annotations

from evaluation.metrics import supplied
from evaluation.metrics.comparison import Comparison
from evaluation.metrics.metric import Better, ColourSpace, Input, Metric
from evaluation.metrics.networks import ALEXNET, VGG16

_MIDDLE = f"zeros beyond; middle {supplied.MIDDLE} x {supplied.MIDDLE} of a larger image"


def _lpips_alex(it: Comparison) -> float:
    from evaluation.metrics.perceptual import lpips_alex

    return lpips_alex(it.reference, it.restored)


def _lpips_vgg(it: Comparison) -> float:
    from evaluation.metrics.perceptual import lpips_vgg

    return lpips_vgg(it.reference, it.restored)


def _dists(it: Comparison) -> float:
    from evaluation.metrics.perceptual import dists

    return dists(it.reference, it.restored)


PERCEPTUAL: tuple[Metric, ...] = (
    Metric(
        id="lpips",
        name="LPIPS",
        better=Better.LOWER,
        needs=frozenset({Input.CLEAN}),
        data_range="8 bits, scaled as for AlexNet, version 0.1",
        colour_space=ColourSpace.RGB_TOGETHER,
        border="none cut, zeros beyond",
        smallest_side=ALEXNET.smallest_side,
        reading="How different people would find it side by side; 0 when equal.",
        function=_lpips_alex,
        supplied=(supplied.ALEXNET, supplied.LPIPS_ALEX),
    ),
    Metric(
        id="lpips_vgg",
        name="LPIPS (VGG16)",
        better=Better.LOWER,
        needs=frozenset({Input.CLEAN}),
        data_range="8 bits, scaled as for VGG16, version 0.1",
        colour_space=ColourSpace.RGB_TOGETHER,
        border=_MIDDLE,
        smallest_side=VGG16.smallest_side,
        reading="LPIPS through another network; not comparable with LPIPS above.",
        function=_lpips_vgg,
        supplied=(supplied.VGG16, supplied.LPIPS_VGG),
    ),
    Metric(
        id="dists",
        name="DISTS",
        better=Better.LOWER,
        needs=frozenset({Input.CLEAN}),
        data_range="8 bits, scaled as for VGG16, at the image's own size",
        colour_space=ColourSpace.RGB_TOGETHER,
        border=_MIDDLE,
        smallest_side=VGG16.smallest_side,
        reading="Like LPIPS, but texture may be another of the same kind; 0 when equal.",
        function=_dists,
        supplied=(supplied.VGG16, supplied.DISTS),
    ),
)
