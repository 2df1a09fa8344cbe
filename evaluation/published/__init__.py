"""Published figures, to stand beside measured ones; each with its source.

PSNR in dB and SSIM of clipped, 8-bit results, averaged over a test set; noise is unclipped white
Gaussian noise, JPEG is libjpeg's at 4:2:0 for colour. The SSIM of QGAC is above everybody's at a
lower PSNR: it was probably computed in another way, and is given as published. CDnCNN is the blind
colour DnCNN as its authors measured it; SwinIR's table has 0.1 dB more for "DnCNN" on Kodak24.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from restoration.errors import UsageError

_FOLDER = Path(__file__).parent
_TABLES = ("gray_denoising.csv", "colour_denoising.csv", "colour_denoising_ffdnet.csv", "jpeg.csv")


@dataclass(frozen=True)
class Published:
    """One figure of a published table."""

    set: str
    """The test set, for instance "CBSD68"."""
    degradation: str
    """As on the command line, for instance "gaussian:25"."""
    channels: str
    """What was scored: "gray" or "RGB"."""
    method: str
    metric: str
    """"psnr", "ssim" or "psnr_b"."""
    value: float
    source: str


@lru_cache(maxsize=1)
def published() -> tuple[Published, ...]:
    """Every figure there is, table by table in the order of print."""
    return tuple(figure for name in _TABLES for figure in _read(_FOLDER / name))


def published_on(
    set: str, degradation: str, metric: str = "psnr", channels: str | None = None
) -> tuple[Published, ...]:
    """The figures on a test set (in any case); none where nobody published any for this damage.

    Raises UsageError for a set that is in no table.
    """
    named = [each for each in published() if each.set.casefold() == set.casefold()]
    if not named:
        raise UsageError(
            "No published table has this test set",
            actual=set,
            expected=" or ".join(dict.fromkeys(each.set for each in published())),
        )
    return tuple(
        each
        for each in named
        if (each.degradation, each.metric) == (degradation, metric)
        and channels in (None, each.channels)
    )


def _read(path: Path) -> list[Published]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Published(**{**line, "value": float(line["value"])})  # type: ignore[arg-type]
            for line in csv.DictReader(file)
        ]
