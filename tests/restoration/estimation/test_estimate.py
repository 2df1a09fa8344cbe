"""The whole estimate of a page, and the sentence about it."""

from __future__ import annotations

import numpy as np
import pytest

from restoration.degradations import Degradation, DegradationKind, degrade, jpeg_round_trip
from restoration.estimation import Estimate, JpegSource, NoiseEstimate, PageKind, estimate
from restoration.estimation.jpeg import luma_table
from restoration.pages.page import FileFormat, Layout, Page, PageInfo, SampleType


def _page(pixels: np.ndarray, stored_as: FileFormat, tables: tuple = ()) -> Page:
    height, width, channels = pixels.shape
    layout = Layout.L if channels == 1 else Layout.RGB
    info = PageInfo(stored_as, 0, width, height, layout, SampleType.UINT8, quantisation=tables)
    return Page(pixels, info)


def test_noise_on_a_photograph(photographs):
    noisy = degrade(photographs("test/kodak24_500", 1)[0], Degradation.parse("gaussian:24"))
    found = estimate(_page(noisy, FileFormat.TIFF))
    assert found.kind is PageKind.PHOTOGRAPH
    assert found.jpeg_quality is None
    assert found.sentence == "Noise σ 24 (estimated), about the same everywhere."


def test_the_tables_of_a_file_outweigh_its_pixels(photographs):
    pixels = jpeg_round_trip(photographs("test/set12_gray", 1)[0], 30)
    table = tuple(luma_table(60).ravel().tolist())
    found = estimate(_page(pixels, FileFormat.JPEG, (table,)))
    assert (found.jpeg_quality, found.jpeg_source) == (60, JpegSource.TABLES)
    assert found.sentence.endswith("JPEG quality 60 from the file.")


def test_a_page_that_was_saved_anew_shows_its_compression(photographs):
    pixels = jpeg_round_trip(photographs("test/set12_gray", 1)[0], 30)
    found = estimate(_page(pixels, FileFormat.PNG))
    assert (found.jpeg_quality, found.jpeg_source) == (30, JpegSource.BLOCKING)
    assert found.sentence.endswith("JPEG quality 30 from traces of earlier compression.")


@pytest.mark.parametrize(
    ("noise", "phrase"),
    [
        (NoiseEstimate(0.1, blocks=9), "No noise to speak of"),
        (NoiseEstimate(0.0), "too small"),
        (NoiseEstimate(12, signal_dependent=True, slope=2, blocks=9), "stronger where the page"),
        (NoiseEstimate(12, correlated=True, correlation=0.4, blocks=9), "alike in neighbouring"),
    ],
)
def test_the_sentence_names_the_kind_of_noise(noise, phrase):
    assert phrase in Estimate(noise, None, None, PageKind.TEXT).sentence


def test_grain_is_named(photographs):
    grainy = degrade(photographs("test/kodak24_500", 1)[0], Degradation(DegradationKind.GRAIN, 20))
    assert "alike in neighbouring pixels" in estimate(_page(grainy, FileFormat.PNG)).sentence
