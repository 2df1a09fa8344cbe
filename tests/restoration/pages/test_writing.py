"""Writing: whole or not at all, and never silently other than asked."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restoration.errors import NotWritten
from restoration.pages import FileFormat, Layout, Page, PageInfo, SampleType, open_writer
from restoration.pages.png_writer import PngEncoder


def page(format: FileFormat = FileFormat.PNG, samples=SampleType.UINT8, channels: int = 3) -> Page:
    rng = np.random.default_rng(0)
    pixels = rng.random((20, 30, channels)).astype(np.float32)
    return Page(pixels, PageInfo(format, 0, 30, 20, Layout.RGB, samples))


@pytest.mark.parametrize("format", list(FileFormat))
def test_failure_leaves_nothing(tmp_path: Path, format: FileFormat) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"what was there before")
    with pytest.raises(RuntimeError), open_writer(target, format) as writer:
        writer.write(page(format))
        raise RuntimeError
    assert target.read_bytes() == b"what was there before"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("format", list(FileFormat))
def test_success_leaves_one_file(tmp_path: Path, format: FileFormat) -> None:
    target = tmp_path / "out"
    with open_writer(target, format) as writer:
        writer.write(page(format))
        assert not target.exists()
    assert list(tmp_path.iterdir()) == [target]


def test_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: PngEncoder, page: Page) -> tuple[str, ...]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(PngEncoder, "add", full)
    with (
        pytest.raises(NotWritten, match="No space left"),
        open_writer(tmp_path / "out.png", FileFormat.PNG) as writer,
    ):
        writer.write(page())
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="No such file"):
        open_writer(tmp_path / "nowhere" / "out.png", FileFormat.PNG)


def test_no_page_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="No page"), open_writer(tmp_path / "o", FileFormat.PDF):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "format", [FileFormat.PNG, FileFormat.JPEG, FileFormat.WEBP, FileFormat.BMP]
)
def test_second_page_is_refused(tmp_path: Path, format: FileFormat) -> None:
    with pytest.raises(NotWritten, match="one page"), open_writer(tmp_path / "o", format) as writer:
        writer.write(page(format))
        writer.write(page(format))


def test_pixels_that_are_not_numbers_are_refused(tmp_path: Path) -> None:
    bad = page()
    bad.pixels[3, 4, 0] = np.nan
    with (
        pytest.raises(NotWritten, match="NaN"),
        open_writer(tmp_path / "o", FileFormat.PNG) as writer,
    ):
        writer.write(bad)


def test_alpha_of_another_size_is_refused(tmp_path: Path) -> None:
    odd = replace(page(), alpha=np.ones((40, 60), np.float32))
    with pytest.raises(NotWritten, match="alpha"), open_writer(tmp_path / "o", FileFormat.PNG) as w:
        w.write(odd)


def test_too_long_for_webp_is_refused(tmp_path: Path) -> None:
    long = replace(page(), pixels=np.zeros((1, 20000, 3), np.float32))
    with (
        pytest.raises(NotWritten, match="16383"),
        open_writer(tmp_path / "o", FileFormat.WEBP) as w,
    ):
        w.write(long)


def test_out_of_range_is_clipped_and_halves_round_up(tmp_path: Path) -> None:
    values = np.array([[-0.5, 1.7, 0.5, 127.5 / 255, 127.49 / 255]], np.float32)
    target = tmp_path / "o.png"
    with open_writer(target, FileFormat.PNG) as writer:
        writer.write(replace(page(), pixels=values[..., None]))
    with Image.open(target) as image:
        assert np.asarray(image).tolist() == [[0, 255, 128, 128, 127]]


def test_jpeg_says_how_much_it_lost(tmp_path: Path) -> None:
    original = page(FileFormat.JPEG)
    target = tmp_path / "o.jpg"
    with open_writer(target, FileFormat.JPEG) as writer:
        (notice,) = writer.write(original)
    with Image.open(target) as image:
        off = np.abs(np.asarray(image) - np.floor(original.pixels * 255 + 0.5))
    assert f"at most {int(off.max())} of 255" in notice


@pytest.mark.parametrize(
    ("values", "told"), [((0.0, 1.0), False), ((0.0, 0.7), True)], ids=["bilevel", "gray"]
)
def test_one_bit_is_told_only_where_gray_is_lost(tmp_path: Path, values, told: bool) -> None:
    pixels = np.resize(np.array(values, np.float32), (8, 9, 1))
    bit = replace(page(samples=SampleType.BIT, channels=1), pixels=pixels)
    with open_writer(tmp_path / "o.png", FileFormat.PNG) as writer:
        assert bool(writer.write(bit)) is told
