from dataclasses import dataclass

import numpy as np
import pytest

from restoration.errors import BadWeights
from restoration.models.bracket import bracket
from restoration.models.restorer import Descriptor, LevelKind


@dataclass(frozen=True)
class Constant:
    """Answers with one value everywhere, so that a blend shows its shares."""

    value: float
    descriptor: Descriptor

    def __call__(self, batch, level):
        return np.full_like(batch, self.value)


def denoiser(sigma, value, channels=(3,)):
    facts = Descriptor(channels, halo=8, level=LevelKind.SIGMA, level_range=(sigma, sigma))
    return Constant(value, facts)


def jpeg(quality, value):
    facts = Descriptor((3,), halo=8, level=LevelKind.JPEG_QUALITY, level_range=(quality, quality))
    return Constant(value, facts)


PAGE = np.zeros((1, 4, 4, 3), np.float32)


@pytest.mark.parametrize(
    ("level", "expected"),
    [(0, 0), (7.5, 0.5), (15, 1), (20, 1.5), (25, 2), (37.5, 3), (50, 4), (90, 4), (None, 4)],
)
def test_sigma_between_the_trained_levels(level, expected):
    joined = bracket([denoiser(50, 4), denoiser(15, 1), denoiser(25, 2)])
    np.testing.assert_allclose(joined(PAGE, level), expected, atol=1e-6)
    assert joined.descriptor.level_range == (0, 50)


@pytest.mark.parametrize(
    ("quality", "expected"), [(100, 0), (70, 0.5), (40, 1), (30, 1.5), (20, 2), (10, 3), (5, 3)]
)
def test_quality_counts_the_other_way(quality, expected):
    joined = bracket([jpeg(20, 2), jpeg(10, 3), jpeg(40, 1)])
    np.testing.assert_allclose(joined(PAGE, quality), expected, atol=1e-6)


def test_networks_of_different_kinds_are_not_joined():
    with pytest.raises(BadWeights, match="blended"):
        bracket([denoiser(15, 1), jpeg(20, 1)])
    with pytest.raises(BadWeights, match="blended"):
        bracket([denoiser(15, 1), denoiser(25, 1, channels=(1,))])
