"""The layers of AlexNet and VGG16 up to the last ReLU, under torchvision's numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Convolution:
    """One layer, followed by a ReLU; `index` is its place in torchvision's `features`."""

    index: int
    outputs: int
    inputs: int
    side: int = 3
    stride: int = 1
    pad: int = 1


@dataclass(frozen=True)
class Layout:
    """A network in stages, whose outputs are what a metric compares."""

    name: str
    stages: tuple[tuple[Convolution, ...], ...]
    halved_before: frozenset[int]
    """Numbers of the stages before which the size is halved."""
    pool_side: int
    """Of the window in which the network itself then takes the maximum."""
    smallest_side: int
    """Pixels; of a smaller image nothing is left before the last stage."""

    @property
    def layers(self) -> tuple[Convolution, ...]:
        """All of them, in order."""
        return tuple(layer for stage in self.stages for layer in stage)

    @property
    def channels(self) -> tuple[int, ...]:
        """Of the output of each stage."""
        return tuple(stage[-1].outputs for stage in self.stages)


ALEXNET = Layout(
    "AlexNet",
    (
        (Convolution(0, 64, 3, side=11, stride=4, pad=2),),
        (Convolution(3, 192, 64, side=5, pad=2),),
        (Convolution(6, 384, 192),),
        (Convolution(8, 256, 384),),
        (Convolution(10, 256, 256),),
    ),
    halved_before=frozenset({1, 2}),
    pool_side=3,
    smallest_side=31,
)
"""Krizhevsky, arXiv:1404.5997, section 5."""

VGG16 = Layout(
    "VGG16",
    (
        (Convolution(0, 64, 3), Convolution(2, 64, 64)),
        (Convolution(5, 128, 64), Convolution(7, 128, 128)),
        (Convolution(10, 256, 128), Convolution(12, 256, 256), Convolution(14, 256, 256)),
        (Convolution(17, 512, 256), Convolution(19, 512, 512), Convolution(21, 512, 512)),
        (Convolution(24, 512, 512), Convolution(26, 512, 512), Convolution(28, 512, 512)),
    ),
    halved_before=frozenset({1, 2, 3, 4}),
    pool_side=2,
    smallest_side=16,
)
"""Simonyan, Zisserman, arXiv:1409.1556, table 1, column D."""
