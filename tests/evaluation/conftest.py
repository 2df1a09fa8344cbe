"""Runs that never ran: figures of known properties, in the shape of a benchmark's rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from evaluation.comparison.run_table import RunTable, run_table

MODELS = ("identity", "median", "wavelet", "nlm", "ffdnet-color-dn", "twin-of-ffdnet")
LEVELS = (15, 25, 50)


def rows(
    images: int = 12,
    models: tuple[str, ...] = MODELS,
    levels: tuple[int, ...] = LEVELS,
    seed: int = 0,
) -> pd.DataFrame:
    """PSNR rises with the model's place by 2 dB, but the last is the one before it and noise."""
    chance = np.random.default_rng(seed)
    content = chance.normal(0, 3, images)
    records = []
    for place, model in enumerate(models):
        strength = place if not model.startswith("twin") else place - 1
        for level in levels:
            for image in range(images):
                psnr = 30 - level / 5 + content[image] + 2 * strength + chance.normal(0, 0.4)
                records.append(
                    {
                        "image": f"image{image:02}.png",
                        "image_sha256": f"{image:064x}",
                        "width": 500,
                        "height": 400,
                        "model": model,
                        "degradation": f"gaussian:{level}",
                        "seed": 0,
                        "seconds": 0.01 * 3**place,
                        "peak_memory_mb": 100.0 + place,
                        "psnr": psnr,
                        "ssim": 1 - 10 ** (-psnr / 20),
                        "gmsd": 10 ** (-psnr / 20),
                    }
                )
    return pd.DataFrame(records)


@pytest.fixture
def make_rows() -> Callable[..., pd.DataFrame]:
    return rows


@pytest.fixture
def run() -> RunTable:
    return run_table(rows())
