"""What tuning on the noisy image alone gains, and where it would lose.

    python bench/self_supervision.py --images PHOTOGRAPHS_OR_PAGES [...]

Filters are told the noise level right, a fifth too low and a quarter too high. For each: PSNR of
the rule for the level told, after tuning as the restorers do, after tuning without the check that
noise outweighs detail, and with the best strength of the grid. Gaussian noise, unclipped, seed 0.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from unittest.mock import patch

import numpy as np
from PIL import Image

from restoration.models import nlm, self_supervision, tv, wavelet
from restoration.models.self_supervision import STRENGTHS, best_strength
from restoration.pages.page import Pixels

SIGMAS = (5, 10, 25, 50)
TOLD = (0.8, 1.0, 1.25)
SIDE = 256


def main() -> None:
    """Print one row for each filter, noise level and level told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, nargs="+", required=True)
    parser.add_argument("--count", type=int, default=4, help="images taken from each folder")
    options = parser.parse_args()
    clean = [image for folder in options.images for image in _images(folder, options.count)]
    print(f"{len(clean)} images, centre {SIDE} x {SIDE}; mean PSNR in dB, and the worst change")
    print("sigma  told  filter    rule  tuned  worst  unchecked  worst   best")
    for sigma in SIGMAS:
        noise = np.random.RandomState(0).normal(0, sigma / 255, (SIDE, SIDE, 1))
        noisy = [(image + noise[: image.shape[0], : image.shape[1]]) for image in clean]
        noisy = [image.astype(np.float32) for image in noisy]
        for told in TOLD:
            for filter in (wavelet.wavelet, nlm.nlm, tv.tv):
                rows = np.array(
                    [_row(filter, n, c, sigma * told) for n, c in zip(noisy, clean, strict=True)]
                )
                rule, tuned, unchecked, best = rows.mean(axis=0)
                worst, worst_unchecked = (rows[:, 1:3] - rows[:, :1]).min(axis=0)
                print(
                    f"{sigma:5d} {told:5.2f}  {filter.__name__:8s} {rule:5.2f}  {tuned:5.2f} "
                    f"{worst:6.2f}  {unchecked:9.2f} {worst_unchecked:6.2f}  {best:5.2f}",
                    flush=True,
                )


def _row(
    filter: self_supervision.Filter, noisy: Pixels, clean: Pixels, level: float
) -> tuple[float, float, float, float]:
    psnr = {s: _psnr(filter(noisy, level * s), clean) for s in STRENGTHS}
    tuned = best_strength(filter, noisy, level)
    with patch.multiple(
        self_supervision, MOST_LOSS=np.inf, LEAST_GAIN_OF_MORE=0, LEAST_GAIN_OF_LESS=0
    ):
        unchecked = best_strength(filter, noisy, level)
    return psnr[1.0], psnr[tuned], psnr[unchecked], max(psnr.values())


def _images(folder: Path, count: int) -> list[Pixels]:
    """Evenly spread over the sorted folder, in gray, the centre of each."""
    suffixes = {".jpg", ".png", ".webp", ".tif"}
    files = sorted(path for path in folder.iterdir() if path.suffix in suffixes)
    chosen = [files[len(files) * number // count] for number in range(min(count, len(files)))]
    return [_centre(np.asarray(Image.open(path).convert("L"))) for path in chosen]


def _centre(image: np.ndarray) -> Pixels:
    top, left = (max(0, (length - SIDE) // 2) for length in image.shape)
    return image[top : top + SIDE, left : left + SIDE, None].astype(np.float32) / 255


def _psnr(restored: Pixels, clean: Pixels) -> float:
    error = np.clip(restored, 0, 1).astype(np.float64) - clean
    return float(-10 * np.log10(np.mean(error**2)))


if __name__ == "__main__":
    main()
