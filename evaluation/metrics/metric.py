"""What there is to know of a metric before its figures are compared with anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from evaluation.metrics.comparison import Comparison
from evaluation.metrics.supplied import SuppliedFile


class Better(Enum):
    """Which way a figure is better."""

    HIGHER = "higher is better"
    LOWER = "lower is better"
    NEARER_ONE = "nearer to 1 is better"
    NEITHER = "says what kind of image it is, not how good"


class Input(Enum):
    """What a metric looks at besides the restored image."""

    CLEAN = "the clean image"
    NOISY = "the noisy image"
    RESTORER = "the restorer itself"


class ColourSpace(Enum):
    """Which samples of a colour image are looked at; a gray image is looked at as it is."""

    RGB_TOGETHER = "RGB, all samples together"
    RGB_MEAN = "RGB, mean over channels"
    RGB_AVERAGED = "mean of R, G and B"
    STUDIO_LUMA = "Y of BT.601, studio range"
    LUMA = "Y of BT.601, full range"


@dataclass(frozen=True)
class Metric:
    """One metric: a label that leaves nothing open, and the function that takes it."""

    id: str
    """Column name of the figure."""
    name: str
    better: Better
    needs: frozenset[Input]
    data_range: str
    """Range of the samples, and of the constants in the formula."""
    colour_space: ColourSpace
    border: str
    """What happens at the image's border."""
    smallest_side: int
    """Pixels; on a smaller image the figure is NaN."""
    reading: str
    """What the figure says and where it misleads, in a plain sentence."""
    function: Callable[[Comparison], float]
    unit: str = ""
    supplied: tuple[SuppliedFile, ...] = ()
    """Weights that the user has to put on this machine."""

    @property
    def label(self) -> str:
        """Name, unit, colour space, data range and border, for tables and axes."""
        unit = f" [{self.unit}]" if self.unit else ""
        return f"{self.name}{unit} ({self.colour_space.value}; {self.data_range}; {self.border})"

    @property
    def lacking(self) -> tuple[SuppliedFile, ...]:
        """Those of its files that are not on this machine."""
        return tuple(file for file in self.supplied if not file.path.is_file())
