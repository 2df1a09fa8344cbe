"""What a file carries besides plain samples: order of pages, EXIF, inks, odd ways of storing."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, TiffImagePlugin

from restoration.pages import (
    AlphaKind,
    FileFormat,
    Layout,
    Limits,
    Page,
    PageInfo,
    SampleType,
    open_document,
    open_writer,
)


def round_trip(source: Path, limits: Limits) -> tuple[Path, list[Page]]:
    """Read every page and write it unchanged, in the same format."""
    target = source.with_name("out" + source.suffix)
    with open_document(source, limits) as document:
        pages = [document.read(index) for index in range(document.page_count)]
        with open_writer(target, document.format) as writer:
            for page in pages:
                writer.write(page)
    return target, pages


@pytest.mark.parametrize("kind", [SampleType.UINT8, SampleType.UINT16])
def test_every_level_survives(limits: Limits, tmp_path: Path, kind: SampleType) -> None:
    whole = np.uint8 if kind is SampleType.UINT8 else np.uint16
    levels = np.arange(np.iinfo(whole).max + 1, dtype=whole).reshape(-1, 256)
    source = tmp_path / "levels.tif"
    tifffile.imwrite(source, levels)
    target, _ = round_trip(source, limits)
    assert np.array_equal(tifffile.imread(target), levels)


@pytest.mark.parametrize("bigtiff", [False, True])
def test_tiff_pages_keep_their_order_and_kind(limits, tmp_path: Path, bigtiff: bool) -> None:
    rng = np.random.default_rng(0)
    pages = [
        rng.integers(0, 256, (20, 30), np.uint8),
        rng.integers(0, 65536, (10, 12, 3), np.uint16),
        rng.random((8, 9)).astype(np.float32),
        rng.random((17, 19)) > 0.5,
    ]
    source = tmp_path / "book.tif"
    with tifffile.TiffWriter(source, bigtiff=bigtiff, byteorder=">") as writer:
        for number, samples in enumerate(pages):
            resolution = (100 + number, 200 + number)
            writer.write(
                samples, metadata=None, resolution=resolution, resolutionunit="inch",
                photometric="rgb" if samples.ndim == 3 else "minisblack",
            )  # fmt: skip
    target, _ = round_trip(source, limits)
    with tifffile.TiffFile(target) as tiff:
        assert len(tiff.pages) == len(pages)
        for number, (page, samples) in enumerate(zip(tiff.pages, pages, strict=True)):
            assert page.asarray().dtype == samples.dtype
            assert np.array_equal(page.asarray(), samples)
            assert page.tags[282].value == (100 + number, 1)


def test_tiff_thumbnails_are_not_pages(limits: Limits, tmp_path: Path) -> None:
    source = tmp_path / "scan.tif"
    with tifffile.TiffWriter(source) as writer:
        writer.write(np.full((40, 40), 9, np.uint8), metadata=None)
        writer.write(np.full((4, 4), 9, np.uint8), metadata=None, subfiletype=1)
    with open_document(source, limits) as document:
        assert document.page_count == 1
        assert any("thumbnail" in notice for notice in document.notices)


@pytest.mark.parametrize(
    "options",
    [
        {"compression": "packbits"}, {"compression": "zlib", "predictor": True},
        {"compression": "zstd"}, {"tile": (16, 16)}, {"rowsperstrip": 7},
        {"planarconfig": "separate"}, {"planarconfig": "separate", "tile": (16, 16)},
    ],
    ids=str,
)  # fmt: skip
def test_ways_of_storing_tiff(limits: Limits, tmp_path: Path, options: dict) -> None:
    samples = np.random.default_rng(0).integers(0, 65536, (37, 53, 3), np.uint16)
    planar = options.get("planarconfig") == "separate"
    source = tmp_path / "scan.tif"
    stored = np.moveaxis(samples, 2, 0) if planar else samples
    tifffile.imwrite(source, stored, photometric="rgb", metadata=None, **options)
    target, _ = round_trip(source, limits)
    assert np.array_equal(tifffile.imread(target), samples)


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt", "packbits", "raw"])
@pytest.mark.parametrize("white_is_zero", [False, True])
def test_one_bit_tiff(limits, tmp_path: Path, compression: str, white_is_zero: bool) -> None:
    picture = np.random.default_rng(0).random((33, 41)) > 0.5
    source = tmp_path / "fax.tif"
    tags = {262: 0} if white_is_zero else {}
    Image.fromarray(picture).save(source, "TIFF", compression=compression, tiffinfo=tags)
    with Image.open(source) as image:
        seen = np.asarray(image)
    target, (page,) = round_trip(source, limits)
    assert np.array_equal(page.pixels[..., 0] > 0.5, seen)
    with Image.open(target) as image:
        assert image.mode == "1"
        assert np.array_equal(np.asarray(image), seen)


def test_white_is_zero_gray(limits: Limits, tmp_path: Path) -> None:
    samples = np.arange(256, dtype=np.uint8).reshape(16, 16)
    source = tmp_path / "scan.tif"
    tifffile.imwrite(source, samples, photometric="miniswhite", metadata=None)
    target, _ = round_trip(source, limits)
    with tifffile.TiffFile(target) as tiff:
        assert tiff.pages[0].photometric.name == "MINISBLACK"
        assert np.array_equal(tiff.asarray(), 255 - samples)


@pytest.mark.parametrize(("kind", "code"), [("assocalpha", 1), ("unspecified", 0)])
def test_other_alpha_is_passed_through(limits, tmp_path: Path, kind: str, code: int) -> None:
    samples = np.random.default_rng(0).integers(0, 256, (9, 8, 4), np.uint8)
    source = tmp_path / "scan.tif"
    tifffile.imwrite(source, samples, photometric="rgb", extrasamples=[kind], metadata=None)
    target, _ = round_trip(source, limits)
    with tifffile.TiffFile(target) as tiff:
        assert tuple(tiff.pages[0].extrasamples) == (code,)
        assert np.array_equal(tiff.asarray(), samples)


@pytest.mark.parametrize("scale", [1.0, 255.0, 65535.0])
def test_float_keeps_its_scale_and_its_overshoot(limits, tmp_path: Path, scale: float) -> None:
    samples = np.random.default_rng(0).normal(0.5, 0.3, (64, 64)).astype(np.float32) * scale
    source = tmp_path / "scan.tif"
    tifffile.imwrite(source, samples, metadata=None)
    target, (page,) = round_trip(source, limits)
    assert page.info.value_scale == scale
    assert page.pixels.min() < 0 < 1 < page.pixels.max()
    assert bool(page.info.notices) == (scale != 1)
    assert np.allclose(tifffile.imread(target), samples, rtol=1e-6, atol=0)


def test_exif_of_tiff_is_carried(limits: Limits, tmp_path: Path) -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[0x013B] = "The artist"
    tags[0x8769] = {0xA434: "A lens of some name", 0x829A: TiffImagePlugin.IFDRational(1, 250)}
    tags[0x8825] = {0x0001: "N"}
    source = tmp_path / "scan.tif"
    images = [Image.new("L", (9, 8), number) for number in (1, 2)]
    images[0].save(source, "TIFF", tiffinfo=tags, save_all=True, append_images=images[1:])
    target, _ = round_trip(source, limits)
    with Image.open(target) as image:
        for frame in range(2):
            image.seek(frame)
            carried = image.getexif()
            assert carried[0x013B] == "The artist"
            assert carried.get_ifd(0x8769)[0xA434] == "A lens of some name"
            assert carried.get_ifd(0x8769)[0x829A] == pytest.approx(1 / 250)
            assert carried.get_ifd(0x8825)[0x0001] == "N"


@pytest.mark.parametrize(
    "target", [FileFormat.PNG, FileFormat.JPEG, FileFormat.TIFF, FileFormat.WEBP]
)
def test_exif_crosses_formats(build, limits, tmp_path: Path, target: FileFormat) -> None:
    source, path = tmp_path / "in.jpg", tmp_path / "out"
    pixels = np.zeros((8, 9, 3), np.uint8)
    source.write_bytes(build.jpeg(pixels, "RGB", build.Extras(orientation=6, dpi=(300, 200))))
    with open_document(source, limits) as document, open_writer(path, target) as writer:
        writer.write(document.read(0))
    with open_document(path, limits) as document:
        info = document.describe(0)
    assert (info.width, info.height) == (8, 9)
    assert info.dpi == pytest.approx((200, 300), abs=0.01)
    with Image.open(path) as image:
        exif = image.getexif()
        assert exif.get(0x0112, 1) == 1
        assert exif.get_ifd(0x8769)[0xA434] == "A lens"


def test_thumbnail_is_gone(limits: Limits, tmp_path: Path) -> None:
    """A thumbnail would go on showing the page as it was."""
    main = struct.pack(">H", 1) + struct.pack(">HHIHH", 0x0112, 3, 1, 3, 0)
    picture = b"\xff\xd8the old thumbnail\xff\xd9"
    at = 8 + len(main) + 4
    entries = ((0x0201, at + 2 + 24 + 4), (0x0202, len(picture)))
    second = struct.pack(">H", 2) + b"".join(
        struct.pack(">HHII", tag, 4, 1, value) for tag, value in entries
    )
    block = b"MM\0*\0\0\0\x08" + main + struct.pack(">I", at) + second + bytes(4) + picture
    source = tmp_path / "photo.jpg"
    Image.new("L", (8, 8)).save(source, exif=b"Exif\0\0" + block)
    target, (page,) = round_trip(source, limits)
    assert b"the old thumbnail" in source.read_bytes()
    assert b"the old thumbnail" not in target.read_bytes()
    with Image.open(target) as image:
        assert dict(image.getexif()) == {0x0112: 1}
    assert page.info.exif is not None


def test_dots_per_centimetre_come_back_equal(limits: Limits, tmp_path: Path) -> None:
    data = io.BytesIO()
    Image.new("L", (8, 8)).save(data, "JPEG", dpi=(300, 300))
    metric = bytearray(data.getvalue())
    struct.pack_into(">BHH", metric, 13, 2, 118, 79)
    source = tmp_path / "scan.jpg"
    source.write_bytes(metric)
    target, (page,) = round_trip(source, limits)
    assert page.info.dpi == pytest.approx((118 * 2.54, 79 * 2.54))
    assert struct.unpack(">BHH", target.read_bytes()[13:18]) == (2, 118, 79)


def test_cmyk_goes_through_its_profile(build, limits: Limits, tmp_path: Path) -> None:
    """In this profile black takes half the light, so the plain formula would be far off."""
    inks = np.zeros((8, 8, 4), np.uint8)
    inks[..., 3] = 255
    source = tmp_path / "scan.tif"
    extras = build.Extras(build.cmyk_profile())
    source.write_bytes(build.tiff(inks, None, "CMYK", extras))
    target, (page,) = round_trip(source, limits)
    # L* = 50 is sRGB 119; black point compensation may move it a little.
    assert 0.3 < page.pixels.mean() < 0.6
    assert page.info.icc is None
    assert any("profile in the file" in notice for notice in page.info.notices)
    assert tifffile.imread(target).shape == (8, 8, 3)


@pytest.mark.parametrize("adobe", [True, False])
def test_cmyk_jpeg_is_not_inverted(build, limits, tmp_path: Path, adobe: bool) -> None:
    """Adobe's marker means that inks are stored inverted; without it they are stored plainly."""
    inks = np.full((16, 16, 4), (255, 0, 0, 0), np.uint8)
    data = build.jpeg(inks if adobe else 255 - inks, "CMYK", build.Extras())
    if not adobe:
        at = data.index(b"\xff\xee")
        data = data[:at] + data[at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0] :]
    source = tmp_path / "scan.jpg"
    source.write_bytes(data)
    with open_document(source, limits) as document:
        assert np.allclose(document.read(0).pixels[8, 8], (0, 1, 1), atol=0.03)


@pytest.mark.parametrize("transparent", [b"\0\x80", b"\x01\x00\x02\x00\x03\x00"])
def test_png_transparent_colour_becomes_alpha(build, limits, tmp_path, transparent) -> None:
    colours = len(transparent) // 2
    samples = np.full((4, 5, colours) if colours > 1 else (4, 5), 7, np.uint16)
    wanted = np.frombuffer(transparent, ">u2")
    samples[1, 2] = wanted if colours > 1 else wanted[0]
    data = build.png(samples, None, build.Extras())
    source = tmp_path / "scan.png"
    source.write_bytes(data[:33] + build.chunk(b"tRNS", transparent) + data[33:])
    with open_document(source, limits) as document:
        page = document.read(0)
    assert page.alpha is not None
    assert page.alpha[1, 2] == 0
    assert page.alpha.sum() == 19
    assert page.info.notices


def test_gray_palette_stays_gray(build, limits: Limits, tmp_path: Path) -> None:
    palette = np.repeat(np.arange(255, -1, -1)[:, None], 3, axis=1)
    indices = np.arange(64, dtype=np.uint8).reshape(8, 8)
    source = tmp_path / "scan.png"
    source.write_bytes(build.png(indices, palette, build.Extras()))
    target, _ = round_trip(source, limits)
    with Image.open(target) as image:
        assert image.mode == "L"
        assert np.array_equal(np.asarray(image), 255 - indices)


def test_premultiplied_alpha_is_divided_out_for_png(limits: Limits, tmp_path: Path) -> None:
    info = PageInfo(FileFormat.TIFF, 0, 2, 1, Layout.RGBA, SampleType.UINT8,
                    alpha_kind=AlphaKind.PREMULTIPLIED)  # fmt: skip
    pixels = np.array([[[0.2, 0.1, 0.0], [0.0, 0.0, 0.0]]], np.float32)
    page = Page(pixels, info, np.array([[0.4, 0.0]], np.float32))
    target = tmp_path / "out.png"
    with open_writer(target, FileFormat.PNG) as writer:
        assert any("divided" in notice for notice in writer.write(page))
    with Image.open(target) as image:
        assert np.asarray(image).tolist() == [[[128, 64, 0, 102], [0, 0, 0, 0]]]


@pytest.mark.parametrize("format", [FileFormat.PNG, FileFormat.JPEG, FileFormat.PDF])
def test_a_channel_without_a_meaning_hides_nothing(limits, tmp_path, format: FileFormat) -> None:
    samples = np.full((9, 8, 4), 77, np.uint8)
    samples[..., 3] = 0
    source = tmp_path / "scan.tif"
    tifffile.imwrite(source, samples, photometric="rgb", extrasamples=["unspecified"])
    with open_document(source, limits) as document:
        page = document.read(0)
    target = tmp_path / "out"
    with open_writer(target, format) as writer:
        assert any("left out" in notice for notice in writer.write(page))
    with open_document(target, limits) as document:
        written = document.read(0)
    assert written.alpha is None
    assert np.rint(written.pixels * 255).tolist() == samples[..., :3].tolist()


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("colours", [[0, 255], [255, 0], [0, 128]])
def test_a_palette_of_two_colours_at_any_depth(limits, tmp_path, bits: int, colours) -> None:
    indices = np.random.default_rng(0).integers(0, 2, (5, 16), np.uint8)
    rows = indices if bits == 8 else indices[:, ::2] << 4 | indices[:, 1::2]
    body = np.ascontiguousarray(rows[::-1]).tobytes()
    palette = b"".join(bytes((gray, gray, gray, 0)) for gray in colours)
    head = struct.pack("<IiiHHIIiiII", 40, 16, 5, 1, bits, 0, len(body), 0, 0, 2, 2)
    start = 14 + len(head) + len(palette)
    source = tmp_path / "scan.bmp"
    size = start + len(body)
    source.write_bytes(b"BM" + struct.pack("<IHHI", size, 0, 0, start) + head + palette + body)
    with open_document(source, limits) as document:
        page = document.read(0)
    expected = np.asarray(colours)[indices]
    assert np.array_equal(np.rint(page.pixels.mean(axis=2) * 255), expected)


def test_real_scans_come_back(shared_data: Path, limits: Limits, tmp_path: Path) -> None:
    """Every kind of real file that is at hand: read, written, and equal when read again."""
    folders = ("documents/binarization", "documents/text_lines", "documents/old_photos",
               "histology/images")  # fmt: skip
    for folder in folders:
        for source in sorted((shared_data / folder).glob("*.*"))[:4]:
            if source.suffix == ".txt":
                continue
            target = tmp_path / f"out{source.suffix}"
            with open_document(source, limits) as document:
                before = document.read(0)
                with open_writer(target, document.format) as writer:
                    assert writer.write(before) == ()
            with open_document(target, limits) as document:
                after = document.read(0)
            assert np.array_equal(after.pixels, before.pixels), source
            assert (after.info.dpi, after.info.icc) == (before.info.dpi, before.info.icc)
