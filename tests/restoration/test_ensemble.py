import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from restoration.engine import Run
from restoration.ensemble import ORIENTATIONS, oriented, restored_orientation, run_ensemble
from restoration.tiling import plan_tiles
from restoration.uncertainty import uncertainty


def as_run(pixels):
    plan = plan_tiles(*pixels.shape[:2], tile=512, halo=0)
    return Run(pixels, None, plan, 0, None, 0.0)


@pytest.fixture(scope="module")
def picture():
    """Flat on the left, texture on the right."""
    picture = np.full((96, 128, 1), 0.5, np.float32)
    texture = np.random.default_rng(1).normal(0, 0.25, (96, 64, 1))
    picture[:, 64:] += gaussian_filter(texture, (0.7, 0.7, 0)).astype(np.float32)
    return picture


@pytest.mark.parametrize(("turns", "mirrored"), ORIENTATIONS)
def test_every_orientation_is_undone(picture, turns, mirrored):
    page = picture[:, :50]
    again = restored_orientation(oriented(page, turns, mirrored), turns, mirrored)
    np.testing.assert_array_equal(again, page)


def test_the_orientations_are_eight_different_ones():
    page = np.arange(12, dtype=np.float32).reshape(3, 4, 1)
    seen = {
        oriented(page, *each).tobytes() + bytes(oriented(page, *each).shape[0])
        for each in ORIENTATIONS
    }
    assert len(seen) == 8


def test_a_model_without_preference_has_no_spread(picture):
    ensemble = run_ensemble(lambda page, report: as_run(gaussian_filter(page, (1, 1, 0))), picture)
    np.testing.assert_allclose(ensemble.mean, ensemble.upright.pixels, atol=1e-6)
    assert ensemble.spread.max() < 1e-6


def test_mean_and_spread_are_those_of_the_eight(picture):
    """A model that shifts its answer by half a pixel's gradient prefers a direction."""

    def shifting(page, report):
        return as_run((page + np.roll(page, 1, axis=1)) / 2)

    ensemble = run_ensemble(shifting, picture)
    answers = np.stack(
        [
            restored_orientation(shifting(oriented(picture, *each), None).pixels, *each)
            for each in ORIENTATIONS
        ]
    )
    np.testing.assert_allclose(ensemble.mean, answers.mean(0), atol=1e-5)
    np.testing.assert_allclose(ensemble.spread, answers.std(0, ddof=1)[..., 0], atol=1e-5)


def directional(page, report):
    return as_run(gaussian_filter(page, (1.2, 0.6, 0)))


def expected_and_true_error(truth, sigma):
    noise = np.random.default_rng(3).normal(0, sigma / 255, truth.shape).astype(np.float32)
    ensemble = run_ensemble(directional, truth + noise)
    found = uncertainty(directional, ensemble, sigma)
    expected = np.sqrt(np.square(found.expected_error).mean())
    return found, expected, np.sqrt(np.square(ensemble.mean - truth).mean())


def test_uncertainty_is_of_the_size_of_the_true_error(picture):
    smooth = gaussian_filter(picture, (2, 2, 0))
    found, expected, true = expected_and_true_error(smooth, 20)
    assert expected == pytest.approx(true, rel=0.15)
    assert 0 <= found.doubtful_share <= 1


def test_uncertainty_is_a_lower_bound_where_detail_was_wiped_out(picture):
    _, expected, true = expected_and_true_error(picture, 20)
    assert 0.5 * true < expected < true


def test_uncertainty_finds_where_the_errors_are(picture):
    found, _, _ = expected_and_true_error(picture, 20)
    assert found.correlation > 0.2
    assert found.expected_error[:, 70:].mean() > 1.1 * found.expected_error[:, :58].mean()
