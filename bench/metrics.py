"""How long every metric takes on a 1 MP colour pair, and how it compares with other code.

    python -m bench.metrics [--rounds N] [-o record.json] [--compare]

The pair is scikit-image's astronaut, four times side by side, cut to 1000 x 1000, with Gaussian
noise of sigma 25 and, as restored image, with sigma 8, all of seed 0. Seconds are the least of
the rounds, one metric after the other: by the clock, and of the processor (all cores together),
in which other work on the machine does not count. With --compare, values stand beside those of
scikit-image and, where it is installed, torchmetrics, whose MS-SSIM makes up the border that
is left out here.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from skimage import data

from evaluation.metrics import (
    applicable,
    luma,
    measure,
    ms_ssim,
    psnr,
    ssim,
    ssim_skimage,
    stored,
    vif,
)
from restoration.pages.page import Pixels

SIDE = 1000
LIMIT_SECONDS = 2.0


@dataclass(frozen=True)
class Seconds:
    """What a call took at best."""

    clock: float
    processor: float


def main() -> None:
    """Print one line for each metric, then the total against the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("-o", "--output", type=Path, help="write the figures as JSON too")
    parser.add_argument("--compare", action="store_true", help="values of other implementations")
    options = parser.parse_args()
    record = timed(options.rounds)
    if options.output:
        options.output.write_text(json.dumps(record, indent=1) + "\n")
    if options.compare:
        print("\nimage      sigma  metric        here       other      from")
        for name, sigma, id, here, other, source in compared():
            print(f"{name:10s} {sigma:5d}  {id:12s} {here:9.6f}  {other:9.6f}  {source}")


def timed(rounds: int) -> dict[str, Any]:
    """Seconds by metric, singly and all in one call."""
    clean, noisy, restored = pair()
    ids = applicable(clean=True, noisy=True)
    measure(ids, clean, noisy, restored)  # modules are loaded once, not for every pair
    singly = {}
    print("metric                    value  seconds  processor")
    for id in ids:
        seconds, figures = _least(rounds, lambda id=id: measure([id], clean, noisy, restored))
        singly[id] = seconds
        print(f"{id:22s} {figures[id]:8.4f}  {seconds.clock:7.3f}    {seconds.processor:7.3f}")
    together, _ = _least(rounds, lambda: measure(ids, clean, noisy, restored))
    print(
        f"all in one call, 1 MP in colour: {together.clock:.2f} s by the clock, "
        f"{together.processor:.2f} s of processor (limit {LIMIT_SECONDS:g} s)"
    )
    return {
        "seconds": {id: asdict(seconds) for id, seconds in singly.items()},
        "all_in_one_call": asdict(together),
        "limit": LIMIT_SECONDS,
        "cores": os.cpu_count(),
        "threads": os.environ.get("OMP_NUM_THREADS", "all"),
        "machine": platform.processor() or platform.machine(),
        "versions": {name: version(name) for name in ("numpy", "scipy", "scikit-image")},
    }


def pair() -> tuple[Pixels, Pixels, Pixels]:
    """Clean, noisy (unclipped) and restored."""
    clean = np.tile(data.astronaut(), (2, 2, 1))[:SIDE, :SIDE].astype(np.float32) / 255
    random = np.random.default_rng(0)
    noisy = (clean + random.normal(0, 25 / 255, clean.shape)).astype(np.float32)
    restored = (clean + random.normal(0, 8 / 255, clean.shape)).astype(np.float32)
    return clean, noisy, restored


def compared() -> Iterator[tuple[str, int, str, float, float, str]]:
    """Image, sigma, metric, value here, value there, and where that is."""
    for name in ("camera", "astronaut"):
        clean = getattr(data, name)().astype(np.float32) / 255
        clean = clean[..., None] if clean.ndim == 2 else clean
        for sigma in (5, 25):
            noise = np.random.default_rng(0).normal(0, sigma / 255, clean.shape)
            noisy = stored(clean + noise)
            for id, here, other, source in _others(clean, noisy):
                yield name, sigma, id, here, other, source


def _others(clean: Pixels, noisy: Pixels) -> Iterator[tuple[str, float, float, str]]:
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    library = "scikit-image " + version("scikit-image")
    theirs = structural_similarity(clean, noisy, channel_axis=2, data_range=1)
    yield "ssim_skimage", ssim_skimage(clean, noisy), float(theirs), library
    yield "psnr", psnr(clean, noisy), float(peak_signal_noise_ratio(clean, noisy)), library
    if find_spec("torchmetrics") is None:
        return
    import torch
    from torchmetrics.functional import image

    library = "torchmetrics " + version("torchmetrics")

    def tensor(planes: Pixels, gain: float = 1.0) -> Any:  # noqa: ANN401 - optional package
        return (
            torch.from_numpy(np.ascontiguousarray(planes.transpose(2, 0, 1)))[None].double() * gain
        )

    gray, gray_noisy = luma(clean)[..., None], luma(noisy)[..., None]
    # Its SSIM keeps 5 pixels at the border that were made up by reflection; ours leaves them out.
    theirs = image.structural_similarity_index_measure(
        tensor(noisy), tensor(clean), data_range=1.0, return_full_image=True
    )[1][..., 5:-5, 5:-5].mean()
    yield "ssim", ssim(clean, noisy), float(theirs), library
    theirs = image.multiscale_structural_similarity_index_measure(
        tensor(gray_noisy), tensor(gray), data_range=1.0
    )
    yield "ms_ssim", ms_ssim(clean, noisy), float(theirs), library
    theirs = image.visual_information_fidelity(tensor(gray_noisy, 255), tensor(gray, 255))
    yield "vif", vif(clean, noisy), float(theirs), library


def _least(rounds: int, call: Callable[[], dict[str, float]]) -> tuple[Seconds, dict[str, float]]:
    clock, processor = [], []
    for _ in range(rounds):
        started, worked = time.perf_counter(), time.process_time()
        figures = call()
        clock.append(time.perf_counter() - started)
        processor.append(time.process_time() - worked)
    return Seconds(round(min(clock), 3), round(min(processor), 3)), figures


if __name__ == "__main__":
    main()
