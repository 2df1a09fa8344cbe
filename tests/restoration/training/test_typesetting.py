"""Typeset patches: reproducible, dark strokes on paper, and scanned with the faults they should."""

import numpy as np
import pytest

from restoration.errors import UsageError
from restoration.training.degrading import UNKNOWN, JpegCompression
from restoration.training.scanning import ScannedPage
from restoration.training.typesetting import Typesetter

NOTHING = {"show_through": 0.0, "paper": 0.0, "stripes": 0.0, "noise": 0.0, "jpeg": 0.0}


@pytest.fixture(scope="module")
def typesetter():
    return Typesetter()


def test_a_patch_depends_on_the_generator_alone(typesetter):
    one = typesetter.patch(96, False, np.random.default_rng(4))
    typesetter.patch(96, False, np.random.default_rng(5))
    np.testing.assert_array_equal(one, typesetter.patch(96, False, np.random.default_rng(4)))


def test_patches_hold_strokes_on_paper(typesetter):
    for seed in range(40):
        patch = typesetter.patch(128, seed % 2 == 0, np.random.default_rng(seed))
        assert patch.shape == (128, 128, 1 if seed % 2 == 0 else 3)
        assert patch.dtype == np.float32
        assert 0 <= patch.min() <= patch.max() <= 1
    contrasts = [
        np.ptp(np.quantile(typesetter.patch(128, True, np.random.default_rng(seed)), (0.02, 0.98)))
        for seed in range(40)
    ]
    assert np.mean(np.array(contrasts) > 0.3) > 0.8, "most patches hold print"


def test_without_fonts_it_says_which_package_helps(tmp_path):
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    with pytest.raises(UsageError, match="fonts-dejavu-core"):
        Typesetter([tmp_path])


@pytest.mark.parametrize("fault", sorted(NOTHING))
def test_each_fault_of_a_scan_changes_the_page(typesetter, fault):
    clean = typesetter.patch(96, False, np.random.default_rng(1))
    untouched, _ = ScannedPage(**NOTHING)(clean, np.random.default_rng(0))
    np.testing.assert_array_equal(untouched, clean)
    changes = []
    for seed in range(6):
        scanned, level = ScannedPage(**{**NOTHING, fault: 1.0})(clean, np.random.default_rng(seed))
        assert np.isnan(level)
        assert (scanned.shape, scanned.dtype) == (clean.shape, np.float32)
        assert np.isfinite(scanned).all()
        changes.append(np.abs(scanned - clean).max())
    assert max(changes) > 2 / 255


def test_a_scan_of_a_page_darker_than_black_is_finite():
    black = np.zeros((48, 48, 3), np.float32)
    for seed in range(40):
        scanned, _ = ScannedPage(paper=1.0, jpeg=0.0)(black, np.random.default_rng(seed))
        assert np.isfinite(scanned).all()


def test_stripes_are_alike_along_the_whole_page():
    flat = np.full((64, 64, 1), 0.5, np.float32)
    striped, _ = ScannedPage(**{**NOTHING, "stripes": 1.0})(flat, np.random.default_rng(3))
    along = min(striped[..., 0].std(axis=0).max(), striped[..., 0].std(axis=1).max())
    assert along < 1e-6


def test_twice_compressed_has_no_single_quality():
    clean = np.random.default_rng(0).random((64, 64, 3), np.float32)
    drawn = [JpegCompression(10, 95, 2)(clean, np.random.default_rng(i))[1] for i in range(20)]
    unknown = sum(np.isnan(level) for level in drawn)
    assert 2 < unknown < 18
    assert all(10 <= level <= 95 for level in drawn if not np.isnan(level))
    assert np.isnan(UNKNOWN)
