"""Batches: reproducible, in range, and told what they should be told."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from restoration.training.batches import Batches, Schedule
from restoration.training.degrading import (
    CorrelatedGrain,
    GaussianNoise,
    JpegCompression,
    PoissonGaussianNoise,
)
from restoration.training.images import load_photographs
from restoration.training.recipes import RECIPES, Stage
from restoration.training.typesetting import Typesetter

STAGES = (Stage(10, 4, 8), Stage(20, 8, 16), Stage(float("inf"), 16, 32))


@pytest.fixture(scope="module")
def photographs(image_folder):
    return load_photographs([image_folder], smallest=64)


def test_stages_follow_the_patches_seen():
    schedule = Schedule(STAGES)
    seen = 0
    for step in range(12):
        stage = schedule.stage(step)
        assert schedule.patches(step) == seen
        assert stage == next(each for each in STAGES if seen < each.until)
        seen += stage.batch


def test_a_batch_depends_on_seed_and_step_alone(photographs, small_recipe):
    batches = Batches(photographs.train, small_recipe, seed=3)
    batches[0]
    again = Batches(photographs.train, small_recipe, seed=3)[5]
    assert all(torch.equal(a, b) for a, b in zip(batches[5], again, strict=True) if a.dim() > 1)
    other = Batches(photographs.train, small_recipe, seed=4)[5]
    assert not torch.equal(again.clean, other.clean)


def test_patches_are_in_range_and_gray_ones_keep_equal_channels(photographs, small_recipe):
    batches = Batches(photographs.train, replace(small_recipe, gray_share=1.0), seed=0)
    batch = batches[9]
    assert batch.clean.shape == (3, 3, 40, 40)
    assert 0 <= batch.clean.min() <= batch.clean.max() <= 1
    assert torch.equal(batch.degraded[:, 0], batch.degraded[:, 2])


def test_a_share_of_the_patches_is_typeset(photographs, small_recipe):
    text = replace(small_recipe, text_share=1.0)
    paper = Batches(photographs.train, text, 0, Typesetter())[9].clean
    assert not torch.equal(paper, Batches(photographs.train, small_recipe, 0)[9].clean)


def test_held_out_photographs_are_not_trained_on(photographs):
    held_out = {image.tobytes() for image in photographs.held_out}
    assert len(photographs.held_out) == 2
    assert not held_out & {image.tobytes() for image in photographs.train}


def test_shares_of_every_recipe_add_to_one():
    for recipe in RECIPES:
        assert sum(share for share, _ in recipe.degradations) == pytest.approx(1)


CLEAN = np.full((64, 64, 3), 0.5, np.float32)


def test_gaussian_noise_has_the_sigma_it_tells():
    noisy, level = GaussianNoise(25, 25)(CLEAN, np.random.default_rng(0))
    assert level == 25
    assert (noisy - CLEAN).std() * 255 == pytest.approx(25, rel=0.03)


def test_poisson_noise_grows_with_the_signal():
    ramp = np.broadcast_to(np.linspace(0, 1, 256, dtype=np.float32)[None, :, None], (256, 256, 3))
    noises = [PoissonGaussianNoise()(ramp, np.random.default_rng(i))[0] - ramp for i in range(8)]
    dark, light = (
        np.mean([n[:, part].std() for n in noises]) for part in (slice(64), slice(192, 256))
    )
    assert light > 1.2 * dark


def test_grain_is_alike_in_neighbouring_pixels():
    grain = CorrelatedGrain()(CLEAN, np.random.default_rng(1))[0][..., 0] - 0.5
    assert np.corrcoef(grain[:, :-1].ravel(), grain[:, 1:].ravel())[0, 1] > 0.1


def test_jpeg_tells_its_quality_and_keeps_the_size():
    compressed, quality = JpegCompression(10, 10)(
        np.random.default_rng(0).random((33, 40, 3), np.float32), np.random.default_rng(0)
    )
    assert quality == 10
    assert compressed.shape == (33, 40, 3)
