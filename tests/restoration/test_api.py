import numpy as np
import pytest

import restoration
from restoration.errors import OutOfRange, UnknownModel


@pytest.fixture
def noisy():
    ramp = np.linspace(0.2, 0.8, 160, dtype=np.float32)[None, :, None] * np.ones((120, 1, 3))
    noise = np.random.default_rng(0).normal(0, 25 / 255, ramp.shape)
    return (ramp + noise).astype(np.float32)


def test_a_model_restores_arrays_and_says_how(noisy):
    result = restoration.load_model("nlm").restore(noisy)
    assert result.pixels.shape == noisy.shape
    assert result.recipe["model"] == "nlm"
    assert result.recipe["level"] == pytest.approx(25, rel=0.15)
    assert result.recipe["level_source"] == "estimated"
    again = restoration.load_model("nlm").restore(noisy)
    assert again.recipe["pixels_sha256"] == result.recipe["pixels_sha256"]


def test_levels_and_progress_are_passed_on(noisy):
    seen = []
    result = restoration.load_model("nlm").restore(noisy, 40, seen.append)
    assert (result.recipe["level"], result.recipe["level_source"]) == (40, "given")
    assert seen[-1].done == 1


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 4), (0, 8, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(OutOfRange, match="shape"):
        restoration.load_model("identity").restore(np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    ("pixels", "actual"),
    [
        (np.zeros((8, 8, 1), np.uint8), "uint8"),
        (np.zeros((8, 8, 1)), "float64"),
        (np.full((8, 8, 1), np.nan, np.float32), "64 of 64"),
        (np.full((8, 8, 1), np.inf, np.float32), "64 of 64"),
    ],
)
def test_values_that_are_no_pixels_are_refused(pixels, actual):
    with pytest.raises(OutOfRange) as refusal:
        restoration.load_model("identity").restore(pixels)
    assert actual in refusal.value.actual
    assert refusal.value.expected
    assert refusal.value.remedy


def test_unknown_models_are_named(noisy):
    with pytest.raises(UnknownModel, match="nlmm"):
        restoration.load_model("nlmm")


def test_the_package_has_no_other_names():
    with pytest.raises(AttributeError):
        restoration.restore_everything  # noqa: B018
