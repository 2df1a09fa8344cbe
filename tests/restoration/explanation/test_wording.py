"""Words that restoration changed are found and shown; no text and no Tesseract are said plainly."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from restoration.estimation.noise import estimate_noise
from restoration.explanation.subject import Subject, Truth
from restoration.explanation.wording import wording
from restoration.pages.page import Pixels
from restoration.text import probe

needs_tesseract = pytest.mark.skipif(probe().problem is not None, reason=str(probe().problem))


def _page(*lines: str) -> Pixels:
    image = Image.new("L", (256, 256), 255)
    for number, line in enumerate(lines):
        font = ImageFont.load_default(size=22)
        ImageDraw.Draw(image).text((12, 20 + 44 * number), line, 0, font)
    return np.asarray(image, np.float32)[..., None] / 255


def _subject(given: Pixels, truth: Pixels, origin: Truth = Truth.ORIGINAL) -> Subject:
    return Subject(given, estimate_noise(given), truth, given, 25.0, origin)


@needs_tesseract
def test_a_changed_digit_is_named_shown_and_held_against_the_truth():
    right, wrong = _page("Net amount 428.02", "To pay 509.34"), _page(
        "Net amount 428.02", "To pay 569.34"
    )  # fmt: skip
    found = wording(_subject(right, right), wrong)
    assert "1 read differently after restoration, 1 of them in a digit" in found.sentence
    assert "Unlike the truth read 0 before and 1 after" in found.sentence
    assert found.choice is not None
    assert "“509.34” to “569.34” (digits)" in found.choice.caption
    assert found.choice.image.shape == right.shape
    left, other = found.choice.image[:42, :124], found.choice.image[:42, 128:252]
    assert left.min() < 0.2 and np.abs(left - other).max() > 0.5, "both sides, and they differ"


@needs_tesseract
def test_equal_words_and_no_text_are_said():
    page = _page("Net amount 428.02")
    same = wording(_subject(page, page, Truth.STAND_IN), page)
    assert "none reads differently" in same.sentence and same.choice is None
    assert "truth" not in same.data, "a stand-in is the model's own result"
    grain = np.random.default_rng(0).normal(0.5, 0.1, (256, 256, 3)).astype(np.float32)
    assert "There is no text" in wording(_subject(grain, grain), grain).sentence


def test_without_tesseract_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    page = _page("words")
    assert wording(_subject(page, page), page).sentence == (
        "Words were not compared: Tesseract is not installed."
    )
