"""Local means are those of a plain two-dimensional correlation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import correlate2d

from restoration.windows import gaussian_weights, local_means


@pytest.mark.parametrize("shape", [(11, 11), (48, 60), (107, 31)])
@pytest.mark.parametrize(("size", "sigma"), [(11, 1.5), (3, 0.6)])
def test_local_means_are_a_valid_correlation_in_the_precision_given(shape, size, sigma):
    image = np.random.default_rng(0).random(shape)
    weights = gaussian_weights(size, sigma)
    expected = correlate2d(image, np.outer(weights, weights), mode="valid")
    np.testing.assert_allclose(local_means(image, weights), expected, atol=1e-14)
    single = local_means(image.astype(np.float32), weights)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, expected, atol=1e-6)


def test_weights_are_a_gaussian_of_sum_one():
    weights = gaussian_weights(11, 1.5)
    assert weights.sum() == pytest.approx(1)
    assert weights[5] / weights[8] == pytest.approx(np.exp(0.5 * (3 / 1.5) ** 2))
