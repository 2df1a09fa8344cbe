"""Text, photographs and blank pages are told apart, clean and noisy."""

from __future__ import annotations

import numpy as np
import pytest

from restoration.degradations import Degradation, DegradationKind, degrade
from restoration.estimation import PageKind, estimate_noise, page_kind


def _kinds(pages: list[np.ndarray], sigma: float) -> list[PageKind]:
    if sigma:
        level = Degradation(DegradationKind.GAUSSIAN, sigma)
        pages = [np.clip(degrade(page, level), 0, 1) for page in pages]
    return [page_kind(page, estimate_noise(page).sigma) for page in pages]


@pytest.mark.parametrize("sigma", [0, 25])
@pytest.mark.parametrize(
    ("folder", "pattern", "kind"),
    [
        ("documents/binarization", "*scan*", PageKind.TEXT),
        ("documents/text_lines", "*.tif", PageKind.TEXT),
        ("documents/text_pages", "phototest*", PageKind.TEXT),
        ("test/cbsd68", "*", PageKind.PHOTOGRAPH),
        ("documents/old_photos", "*", PageKind.PHOTOGRAPH),
        ("histology/images", "*", PageKind.PHOTOGRAPH),
    ],
)
def test_four_pages_in_five_are_what_they_are(folder, pattern, kind, sigma, photographs):
    kinds = _kinds(photographs(folder, 5, pattern), sigma)
    assert kinds.count(kind) >= 0.8 * len(kinds)


@pytest.mark.parametrize("sigma", [0, 5, 25, 60])
@pytest.mark.parametrize("paper", [1.0, 0.8])
def test_empty_paper_is_blank_however_noisy(paper, sigma):
    assert _kinds([np.full((500, 400, 1), paper, np.float32)], sigma) == [PageKind.BLANK]


def test_one_line_on_an_empty_page_is_text(photographs):
    page = np.ones((1200, 1400, 1), np.float32)
    line = photographs("documents/text_lines", 1)[0]
    page[300 : 300 + line.shape[0], 100 : 100 + line.shape[1]] = line
    assert _kinds([page], 0) == [PageKind.TEXT]


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 300, 3), (300, 2, 1)])
def test_thin_pages_do_not_fail(shape):
    assert page_kind(np.full(shape, 0.9, np.float32)) is PageKind.BLANK


@pytest.mark.parametrize("shape", [(1, 400, 1), (400, 1, 3)])
def test_a_line_of_pixels_has_a_kind(shape):
    line = np.full(shape, 0.95, np.float32)
    line.reshape(-1, shape[2])[::9] = 0.1
    assert page_kind(line, 0.5) in PageKind
