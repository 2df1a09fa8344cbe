"""LPIPS and DISTS: how far apart two images are to a network that recognises objects.

The networks, and what was fitted to human judgements on them, are files that the user supplies.
Imports torch: load this only where one of them is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from evaluation.metrics import supplied
from evaluation.metrics.feature_stacks import FeatureStack, read_stack
from evaluation.metrics.networks import ALEXNET, VGG16, Layout
from evaluation.metrics.supplied import MIDDLE, SuppliedFile
from evaluation.metrics.supplied_tensors import read_shaped
from restoration.errors import BadWeights
from restoration.fidelity import Image, check_pair
from restoration.models.weights import sha256_of

_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet, range [0, 1]. LPIPS's own constants, for a range of [-1, 1], are these as well."""
_UNIT_EPSILON = 1e-10
_ROOT_EPSILON = 1e-12
_LIKENESS_CONSTANT = 1e-6
_CHANNELS_AT_ONCE = 8

_HEADS_OF_0_0 = (
    "18720f55913d0af89042f13faa7e536a6ce1444a0914e6db9461355ece1e8cd5",
    "b9e4236260c3dd988fc79d2a48d645d885afcbb21f9fd595e6744cf7419b582c",
)
"""SHA-256 of the linear layers of LPIPS 0.0: names and shapes are those of 0.1, values are not."""


def lpips_alex(clean: Image, restored: Image) -> float:
    """LPIPS 0.1 on AlexNet of two (H, W, C) images, range [0, 1]; 0 when equal.

    Zhang, Isola, Efros, Shechtman, Wang, CVPR 2018, equation 1, with the authors' scaling of the
    samples; gray counts as three equal channels. Valid for distances that people would judge side
    by side; it says nothing of text that can be read.
    Raises UsageError as `psnr` does, and for a side below 31; BadWeights for files of another kind.
    """
    check_pair(clean, restored, ALEXNET.smallest_side, "LPIPS")
    return _lpips(clean, restored, ALEXNET, supplied.ALEXNET, supplied.LPIPS_ALEX)


def lpips_vgg(clean: Image, restored: Image) -> float:
    """LPIPS 0.1 on VGG16 of the middle 1024 x 1024 of two images; otherwise as `lpips_alex`.

    Raises UsageError as `psnr` does, and for a side below 16; BadWeights for files of another kind.
    """
    check_pair(clean, restored, VGG16.smallest_side, "LPIPS on VGG16")
    a, b = _middle(clean), _middle(restored)
    return _lpips(a, b, VGG16, supplied.VGG16, supplied.LPIPS_VGG)


def dists(clean: Image, restored: Image) -> float:
    """DISTS of the middle 1024 x 1024 of two (H, W, C) images, range [0, 1]; 0 when equal.

    Ding, Ma, Wang, Simoncelli, IEEE TPAMI 44(5), 2022, equations 2 to 6; gray counts as three equal
    channels. At the image's own size, as the authors' module does it; their script makes the
    shorter side 256 first, and its figures are not comparable with these.
    Raises UsageError as `psnr` does, and for a side below 16; BadWeights for files of another kind.
    """
    check_pair(clean, restored, VGG16.smallest_side, "DISTS")
    stack = _stack(VGG16, supplied.VGG16.path)
    alpha, beta = _dists_weights(supplied.DISTS.path)
    with torch.inference_mode():
        a, b = (_tensor(_middle(image)) for image in (clean, restored))
        stages = zip(*(stack.stages(_scaled(x), _l2_pooled) for x in (a, b)), strict=True)
        found = [_likeness(a, b), *(_likeness(*stage) for stage in stages)]
    luminance, structure = (torch.cat(each) for each in zip(*found, strict=True))
    alike = (alpha * luminance).sum() + (beta * structure).sum()
    return float(1 - alike / (alpha.sum() + beta.sum()))


def read_supplied(files: Iterable[SuppliedFile]) -> None:
    """Read these files now, so that one of another kind is refused before anything runs."""
    for file in files:
        _READERS[file](file.path)


def _lpips(
    clean: Image, restored: Image, layout: Layout, network: SuppliedFile, heads: SuppliedFile
) -> float:
    stack, weights = _stack(layout, network.path), _heads(layout, heads.path)
    halve = partial(F.max_pool2d, kernel_size=layout.pool_side, stride=2)
    with torch.inference_mode():
        inputs = [_scaled(_tensor(image)) for image in (clean, restored)]
        stages = zip(weights, *(stack.stages(each, halve) for each in inputs), strict=True)
        return sum(_weighted_distance(*stage) for stage in stages)


def _weighted_distance(weights: Tensor, a: Tensor, b: Tensor) -> float:
    """Of two (1, C, h, w) outputs: weighted squares of differences of unit vectors, averaged."""
    squares = (_unit_length(a) - _unit_length(b)).square_()
    return float((squares.mean(dim=(0, 2, 3)).double() * weights).sum())


def _unit_length(features: Tensor) -> Tensor:
    return features / (features.square().sum(dim=1, keepdim=True).sqrt_() + _UNIT_EPSILON)


def _likeness(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """(C,) likeness of the means, and of what deviates from them, of two (1, C, h, w) outputs."""
    parts = zip(*(each[0].flatten(1).split(_CHANNELS_AT_ONCE) for each in (a, b)), strict=True)
    likeness = [_likeness_of_some(x.double(), y.double()) for x, y in parts]
    luminance, structure = zip(*likeness, strict=True)
    return torch.cat(luminance), torch.cat(structure)


def _likeness_of_some(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    # Double precision and deviations from the mean: equal images are then exactly alike.
    mean_a, mean_b = a.mean(dim=1), b.mean(dim=1)
    a, b = a - mean_a[:, None], b - mean_b[:, None]
    luminance = _ratio(mean_a * mean_b, mean_a.square() + mean_b.square())
    variances = a.square().mean(dim=1) + b.square().mean(dim=1)
    return luminance, _ratio((a * b).mean(dim=1), variances)


def _ratio(shared: Tensor, own: Tensor) -> Tensor:
    return (2 * shared + _LIKENESS_CONSTANT) / (own + _LIKENESS_CONSTANT)


def _l2_pooled(features: Tensor) -> Tensor:
    """Root of the local mean square under a Hann window of 3 x 3, every other pixel."""
    channels = features.shape[1]
    hann = torch.tensor([0.25, 0.5, 0.25])
    window = torch.outer(hann, hann).expand(channels, 1, 3, 3)
    squares = F.conv2d(features.square(), window, stride=2, padding=1, groups=channels)
    return squares.add_(_ROOT_EPSILON).sqrt_()


def _scaled(image: Tensor) -> Tensor:
    mean, spread = (torch.tensor(each).view(1, 3, 1, 1) for each in (_MEAN, _SPREAD))
    return (image - mean) / spread


def _tensor(image: Image) -> Tensor:
    """(1, 3, H, W)."""
    planes = np.ascontiguousarray(np.moveaxis(image, 2, 0), np.float32)
    return torch.from_numpy(planes)[None].expand(1, 3, -1, -1)


def _middle(image: Image) -> Image:
    top, left = (max(0, (side - MIDDLE) // 2) for side in image.shape[:2])
    return image[top : top + MIDDLE, left : left + MIDDLE]


@lru_cache(maxsize=2)
def _stack(layout: Layout, path: Path) -> FeatureStack:
    return read_stack(layout, path)


@lru_cache(maxsize=2)
def _heads(layout: Layout, path: Path) -> tuple[Tensor, ...]:
    """The weight of each channel at each stage."""
    shapes: dict[str, tuple[int, ...]] = {
        f"lin{number}.model.1.weight": (1, channels, 1, 1)
        for number, channels in enumerate(layout.channels)
    }
    found = read_shaped(path, shapes, f"the linear layers of LPIPS 0.1 on {layout.name}")
    if sha256_of(path) in _HEADS_OF_0_0:
        raise BadWeights(
            f"{path.name} belongs to another version of LPIPS",
            actual="linear layers of version 0.0",
            expected="linear layers of version 0.1",
            remedy=f"Put the file of that name from the folder v0.1 at {path}",
        )
    return tuple(tensor.double().flatten() for tensor in found.values())


@lru_cache(maxsize=1)
def _dists_weights(path: Path) -> tuple[Tensor, Tensor]:
    """(1475,) alpha and beta, of the image's channels and those of each stage."""
    channels = 3 + sum(VGG16.channels)
    shapes = dict.fromkeys(("alpha", "beta"), (1, channels, 1, 1))
    found = read_shaped(path, shapes, "the weights alpha and beta of DISTS")
    return found["alpha"].double().flatten(), found["beta"].double().flatten()


_READERS: dict[SuppliedFile, Callable[[Path], object]] = {
    supplied.ALEXNET: partial(_stack, ALEXNET),
    supplied.VGG16: partial(_stack, VGG16),
    supplied.LPIPS_ALEX: partial(_heads, ALEXNET),
    supplied.LPIPS_VGG: partial(_heads, VGG16),
    supplied.DISTS: _dists_weights,
}
