"""The catalogue says what each metric is, and `measure` asks for what each needs."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.metrics import METRICS, Input, applicable, here, measure, metric, psnr
from restoration.errors import UsageError


def test_labels_state_colour_space_range_and_border_and_tell_metrics_apart():
    assert len({each.id for each in METRICS}) == len({each.label for each in METRICS})
    for each in METRICS:
        for part in (each.name, each.colour_space.value, each.data_range, each.border):
            assert part
            assert part in each.label
    assert metric("psnr").label == (
        "PSNR [dB] (RGB, all samples together; 8 bits, range 0-1; no border cut)"
    )


def test_figures_come_in_the_order_asked_of_images_as_stored(photograph):
    clean = photograph("camera")[:64, :64]
    restored = clean + np.float32(0.4 / 255)
    figures = measure(["ssim", "psnr"], clean, None, restored)
    assert list(figures) == ["ssim", "psnr"]
    assert figures["psnr"] == float("inf")
    assert psnr(clean, restored) < 60


def test_what_a_metric_needs_is_asked_for():
    image = np.zeros((16, 16, 1), np.float32)
    with pytest.raises(UsageError, match=r"PSNR cannot be measured.*no clean image"):
        measure(["psnr"], None, image, image)
    with pytest.raises(UsageError, match="no noisy image and no restorer"):
        measure(["estimated_psnr"], image, None, image)
    with pytest.raises(UsageError, match=r"no metric 'fid'.*psnr, psnr_y"):
        measure(["fid"], image, image, image)


def test_applicable_is_what_measure_accepts():
    assert set(applicable()) == {"noise_left", "sharpness", "blocking"}
    assert set(applicable(clean=True, noisy=True, restorer=True)) == {each.id for each in here()}
    image = np.random.default_rng(0).random((32, 32, 1)).astype(np.float32)
    ids = applicable(noisy=True)
    assert all(Input.CLEAN not in metric(id).needs for id in ids)
    assert list(measure(ids, None, image, image * 0.5)) == list(ids)
