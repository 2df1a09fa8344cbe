"""What belongs to a page goes with it: alpha, resolution, units, what its file says of itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from restoration.batch import page_reader
from restoration.degradations import Degradation
from restoration.estimation import JpegSource, estimate
from restoration.models.catalogue import LoadedModel, find, load
from restoration.models.restorer import Descriptor
from restoration.page_restoration import Request, restore_page
from restoration.pages import FileFormat, Layout, Page, PageInfo, SampleType
from restoration.restoring import read_input


class Doubling:
    """Repeats every pixel."""

    descriptor = Descriptor(channels=(3,), halo=0, tile=64, scale=2)

    def __call__(self, batch: Any, level: Any) -> Any:
        return batch.repeat(2, 1).repeat(2, 2)


def page(**parts: Any) -> Page:
    pixels = np.random.default_rng(0).random((40, 30, 3), np.float32)
    info = PageInfo(FileFormat.PNG, 0, 30, 40, Layout.RGBA, SampleType.FLOAT32, **parts)
    return Page(pixels, info, np.linspace(0, 1, 1200, dtype=np.float32).reshape(40, 30))


def test_an_enlarged_page_keeps_its_size_on_paper_and_its_alpha() -> None:
    given = page(dpi=(300.0, 200.0))
    model = LoadedModel(find("identity"), Doubling())
    made = restore_page(given, estimate(given), "identity", lambda _: model, Request()).page
    assert made.pixels.shape == (80, 60, 3)
    assert (made.info.width, made.info.height) == (60, 80)
    assert made.info.dpi == (600.0, 400.0)
    assert made.alpha is not None
    assert given.alpha is not None
    assert made.alpha.shape == (80, 60)
    assert made.alpha.reshape(40, 2, 30, 2).mean(axis=(1, 3)) == pytest.approx(
        given.alpha, abs=0.02
    )


def test_expected_errors_are_shares_of_the_range_whatever_the_page_is_stored_in() -> None:
    given = page(value_scale=255.0)
    model = load("median")
    request = Request(ensemble=True)
    made = restore_page(given, estimate(given), "median", lambda _: model, request)
    assert made.expected_error is not None
    assert made.expected_error.info.value_scale == 1.0


def test_added_compression_is_what_is_measured(tmp_path: Any) -> None:
    source = tmp_path / "fine.jpg"
    picture = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    Image.fromarray(picture).save(source, quality=95)
    damaged = read_input(source, 0, Request(noise=Degradation.parse("jpeg:10")), page_reader())
    found = estimate(damaged)
    assert (found.jpeg_quality, found.jpeg_source) == (10, JpegSource.TABLES)
