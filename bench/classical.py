"""Find the parameters of the classical filters, and say what the rules in the code achieve.

    python bench/classical.py --images TRAINING_PHOTOGRAPHS [...] [-o record.json]

For every filter and noise level: the best parameters of the grid, PSNR with them, PSNR with the
rule in restoration/models, and processor seconds per megapixel of the rule (all cores together,
so that other work on the machine does not count). Noise is Gaussian, unclipped, seed 0 before
every image. Use training photographs: the rules must not be fitted to a test set.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image

from restoration.models import bilateral, median, nlm, tv, wavelet
from restoration.models.classical import Classical, classical
from restoration.pages.page import Pixels

SIGMAS = (5, 10, 15, 25, 35, 50, 75)
SIDE = 256
Grid = dict[str, tuple[float, ...]]
GRIDS: tuple[tuple[Callable[..., Pixels], int, Grid], ...] = (
    (median.median, median.HALO, {"window": (3, 5, 7)}),
    (
        bilateral.bilateral,
        bilateral.HALO,
        {"tolerance": (1.0, 1.25, 1.5, 1.75, 2.0), "reach": (1.5, 2.0, 2.5, 3.0)},
    ),
    (tv.tv, tv.HALO, {"weight": (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2)}),
    (wavelet.wavelet, wavelet.HALO, {"excess": (1.1, 1.2, 1.3, 1.4, 1.5)}),
    (nlm.nlm, nlm.HALO, {"patch": (3, 5), "cut_off": (0.45, 0.5, 0.55, 0.6, 0.65, 0.7)}),
)


def main() -> None:
    """Print one table for all filters and levels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, nargs="+", required=True)
    parser.add_argument("--count", type=int, default=8, help="photographs taken from each folder")
    parser.add_argument("-o", "--output", type=Path, help="write the rows as JSON too")
    options = parser.parse_args()
    clean = [image for folder in options.images for image in _photographs(folder, options.count)]
    print(f"{len(clean)} photographs, centre {SIDE} x {SIDE}")
    print("sigma  filter     noisy   best   rule CPU s/MP  best parameters")
    rows = []
    for sigma in SIGMAS:
        noisy = [_with_noise(image, sigma) for image in clean]
        for filter, halo, grid in GRIDS:
            row = _row(filter, classical(filter, halo), grid, sigma, clean, noisy)
            rows.append(row)
            print(
                "{sigma:5d}  {filter:9s} {noisy:6.2f} {best:6.2f} {rule:6.2f} "
                "{cpu_seconds_per_megapixel:8.2f}  {parameters}".format(**row),
                flush=True,
            )
    if options.output:
        options.output.write_text(json.dumps(rows, indent=1))


def _row(
    filter: Callable[..., Pixels],
    restorer: Classical,
    grid: Grid,
    sigma: int,
    clean: list[Pixels],
    noisy: list[Pixels],
) -> dict[str, object]:
    def mean_psnr(restore: Callable[[Pixels], Pixels]) -> float:
        return float(np.mean([_psnr(restore(n), c) for n, c in zip(noisy, clean, strict=True)]))

    scored = [
        (mean_psnr(lambda image, chosen=chosen: filter(image, sigma, **chosen)), chosen)
        for chosen in _combinations(grid)
    ]
    best, parameters = max(scored, key=lambda pair: pair[0])
    started = time.process_time()
    rule = mean_psnr(lambda image: restorer(image[None], sigma)[0])
    seconds = time.process_time() - started
    return {
        "filter": filter.__name__,
        "sigma": sigma,
        "noisy": mean_psnr(lambda image: image),
        "best": best,
        "parameters": parameters,
        "rule": rule,
        "cpu_seconds_per_megapixel": seconds / sum(c.shape[0] * c.shape[1] for c in clean) * 1e6,
    }


def _combinations(grid: Grid) -> Iterator[dict[str, float]]:
    for values in product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def _photographs(folder: Path, count: int) -> list[Pixels]:
    """Evenly spread over the sorted folder, the centre of each."""
    files = sorted(path for path in folder.iterdir() if path.suffix in {".jpg", ".png", ".webp"})
    chosen = [files[len(files) * number // count] for number in range(min(count, len(files)))]
    return [_centre(np.asarray(Image.open(path).convert("RGB"))) for path in chosen]


def _centre(image: np.ndarray) -> Pixels:
    top, left = (max(0, (length - SIDE) // 2) for length in image.shape[:2])
    return image[top : top + SIDE, left : left + SIDE].astype(np.float32) / 255


def _with_noise(image: Pixels, sigma: float) -> Pixels:
    noise = np.random.RandomState(0).normal(0, sigma / 255, image.shape)
    return (image + noise).astype(np.float32)


def _psnr(restored: Pixels, clean: Pixels) -> float:
    error = np.clip(restored, 0, 1).astype(np.float64) - clean
    return float(-10 * np.log10(np.mean(error**2)))


if __name__ == "__main__":
    main()
