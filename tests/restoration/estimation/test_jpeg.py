"""JPEG quality: exact from tables, exact from pixels, and none where there was none."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from restoration.degradations import jpeg_round_trip
from restoration.estimation.jpeg import luma_table, quality_from_blocking, quality_from_tables


def test_every_quality_that_libjpeg_writes_is_read_back():
    picture = Image.new("RGB", (16, 16))
    for quality in range(1, 101):
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=quality)
        tables = Image.open(file).quantization
        found = quality_from_tables([tables[key] for key in sorted(tables)])
        assert found is not None
        assert found.exact
        assert (luma_table(found.quality) == luma_table(quality)).all()
        assert abs(found.quality - quality) <= 1


def test_tables_of_another_encoder_give_the_nearest_quality():
    table = luma_table(60).ravel().copy()
    table[10] += 2
    found = quality_from_tables([table.tolist()])
    assert found is not None
    assert found.quality == 60
    assert not found.exact


@pytest.mark.parametrize("tables", [[], [[]], [[1, 2, 3]], [[0] * 64]])
def test_no_tables_no_quality(tables):
    assert quality_from_tables(tables) is None


@pytest.mark.parametrize("quality", [10, 40, 75, 90, 95])
@pytest.mark.parametrize("folder", ["test/set12_gray", "test/kodak24_500"])
def test_quality_is_read_from_the_pixels_of_a_cropped_page(folder, quality, photographs):
    for image in photographs(folder, 2):
        assert quality_from_blocking(jpeg_round_trip(image, quality)[3:, 5:]) == quality


@pytest.mark.parametrize("folder", ["test/classic5_gray", "test/kodak24_500", "histology/images"])
def test_pages_that_never_were_jpeg_are_not_called_so(folder, photographs):
    assert [quality_from_blocking(image) for image in photographs(folder, 4)] == [None] * 4


def test_photographs_that_were_jpeg_before_are_recognised(photographs):
    """The BSD photographs were published as JPEG of quality 95."""
    assert [quality_from_blocking(image) for image in photographs("test/bsd68_gray", 4)] == [95] * 4


def test_noise_over_compression_hides_it(photographs):
    image = jpeg_round_trip(photographs("test/set12_gray", 1)[0], 60)
    noisy = image + np.random.default_rng(0).normal(0, 0.1, image.shape).astype(np.float32)
    assert quality_from_blocking(noisy) is None
    assert quality_from_blocking(np.clip(noisy, 0, 1)) is None


@pytest.mark.parametrize("shape", [(1, 1, 1), (20, 500, 3), (64, 64, 1)])
def test_pages_without_content_have_no_quality(shape):
    assert quality_from_blocking(np.full(shape, 0.4, np.float32)) is None
