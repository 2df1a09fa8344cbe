"""What bf16 arithmetic costs a model, in dB: the figure that its card records.

    python -m bench.precision --models unet-denoise --images DIR [--damage gaussian:25]

SwinIR's protocols (noise of seed 0 before every image, not clipped; JPEG); gray images stay gray.
PSNR of clipped, rounded pixels.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from restoration.degradations import Degradation, degrade
from restoration.engine import run
from restoration.fidelity import psnr
from restoration.models.catalogue import load


def main() -> None:
    """Print mean PSNR in both precisions and the difference, for each model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="+", required=True)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--damage", type=Degradation.parse, default="gaussian:25")
    parser.add_argument("--every", type=int, default=1, help="take every Nth image")
    options = parser.parse_args()
    paths = sorted(options.images.iterdir())[:: options.every]
    for model in options.models:
        means = [mean_psnr(model, dtype, paths, options.damage) for dtype in ("fp32", "bf16")]
        print(
            f"{model}: fp32 {means[0]:.3f} dB, bf16 {means[1]:.3f} dB, "
            f"loss {means[0] - means[1]:.3f} dB on {len(paths)} images"
        )


def mean_psnr(model: str, dtype: str, paths: list[Path], damage: Degradation) -> float:
    """Mean PSNR over the images, in one precision."""
    restorer = load(model, "cpu", dtype).restorer
    values = []
    for path in paths:
        with Image.open(path) as image:
            shown = image.convert("L" if image.mode == "L" else "RGB")
        clean = np.asarray(shown, np.float32).reshape(shown.height, shown.width, -1) / 255
        restored = run(restorer, degrade(clean, damage), damage.level).pixels
        values.append(psnr(clean, np.round(np.clip(restored, 0, 1) * 255) / 255))
    return float(np.mean(values))


if __name__ == "__main__":
    main()
