"""What goes in comes out: every depth and layout in every format, and what each promises."""

from __future__ import annotations

import io
from pathlib import Path

import imagecodecs
import numpy as np
import pypdfium2 as pdfium
import pytest
import tifffile
from PIL import Image

from restoration.errors import UnsupportedFile
from restoration.pages import FileFormat, Limits, open_document, open_writer

EXACT = "exact"  # to 1/65535, and to the bit for whole numbers
TOLD = "told"  # converted, with a notice
REFUSED = "refused"  # by name
NONE = "the format has no such thing"

# One row for each depth and layout; one column for each format.
FORMATS = ("PNG", "TIFF", "JPEG", "WebP", "PDF", "BMP")
TABLE = {
    ("8", "L"): (EXACT, EXACT, TOLD, NONE, EXACT, EXACT),
    ("8", "LA"): (EXACT, EXACT, NONE, NONE, TOLD, NONE),
    ("8", "RGB"): (EXACT, EXACT, TOLD, EXACT, EXACT, EXACT),
    ("8", "RGBA"): (EXACT, EXACT, NONE, EXACT, TOLD, EXACT),
    ("8", "P"): (TOLD, TOLD, NONE, NONE, TOLD, TOLD),
    ("8", "CMYK"): (NONE, TOLD, TOLD, NONE, TOLD, NONE),
    ("16", "L"): (EXACT, EXACT, NONE, NONE, EXACT, NONE),
    ("16", "LA"): (EXACT, EXACT, NONE, NONE, TOLD, NONE),
    ("16", "RGB"): (EXACT, EXACT, NONE, NONE, EXACT, NONE),
    ("16", "RGBA"): (EXACT, EXACT, NONE, NONE, TOLD, NONE),
    ("16", "P"): (NONE, TOLD, NONE, NONE, NONE, NONE),
    ("16", "CMYK"): (NONE, TOLD, NONE, NONE, TOLD, NONE),
    ("float", "L"): (NONE, EXACT, NONE, NONE, NONE, NONE),
    ("float", "LA"): (NONE, EXACT, NONE, NONE, NONE, NONE),
    ("float", "RGB"): (NONE, EXACT, NONE, NONE, NONE, NONE),
    ("float", "RGBA"): (NONE, EXACT, NONE, NONE, NONE, NONE),
    ("float", "P"): (NONE, NONE, NONE, NONE, NONE, NONE),
    ("float", "CMYK"): (NONE, TOLD, NONE, NONE, NONE, NONE),
    ("1", "L"): (EXACT, EXACT, NONE, NONE, EXACT, EXACT),
    ("1", "LA"): (NONE, REFUSED, NONE, NONE, TOLD, NONE),
    ("1", "RGB"): (NONE, REFUSED, NONE, NONE, TOLD, NONE),
    ("1", "RGBA"): (NONE, REFUSED, NONE, NONE, TOLD, NONE),
    ("1", "P"): (TOLD, TOLD, NONE, NONE, TOLD, TOLD),
    ("1", "CMYK"): (NONE, REFUSED, NONE, NONE, TOLD, NONE),
}
CELLS = [
    pytest.param(depth, layout, name, outcome, id=f"{depth}-{layout}-{name}")
    for (depth, layout), outcomes in TABLE.items()
    for name, outcome in zip(FORMATS, outcomes, strict=True)
    if outcome is not NONE
]
ORIENTED = ("PNG", "TIFF", "JPEG", "WebP")
CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "P": 1, "CMYK": 4}
DPI = {"PNG": (11811, 7874), "BMP": (11811, 7874)}  # dots per metre where the format counts so
METRE = 0.0254


def test_table_is_complete() -> None:
    assert set(TABLE) == {
        (depth, layout)
        for depth in ("8", "16", "float", "1")
        for layout in ("L", "LA", "RGB", "RGBA", "P", "CMYK")
    }


def picture(depth: str, layout: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Samples, 48 wide and 36 high, without any symmetry; and a palette where there is one."""
    rows, columns = np.mgrid[0:36, 0:48]
    planes = [
        (columns * 3 + rows) / 180, (rows * 2 + columns) / 122, (47 - columns + rows) / 90,
        (columns + 8) / 64,
    ]  # fmt: skip
    count = CHANNELS[layout]
    light = np.stack(
        [planes[3] if layout == "LA" and i == 1 else planes[i] for i in range(count)], 2
    )
    light = light[..., 0] if count == 1 else light
    if depth == "1":
        light = light > 0.4
        samples = light if layout != "P" else light.astype(np.uint8)
    elif depth == "float":
        samples = light.astype(np.float32)
    else:
        samples = np.round(light * (2 ** int(depth) - 1)).astype(f"uint{depth}")
    if layout != "P":
        return samples, None
    rng = np.random.default_rng(1)
    size = {"1": 2, "8": 256, "16": 65536}[depth]
    palette = rng.integers(0, 65536 if depth == "16" else 256, (size, 3))
    return samples, palette


def oriented(samples: np.ndarray, orientation: int) -> np.ndarray:
    """The picture as Pillow turns it, which is not our code."""
    transpose = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }.get(orientation)  # fmt: skip
    if transpose is None:
        return samples
    index = Image.fromarray(
        np.arange(samples.shape[0] * samples.shape[1], dtype=np.int32).reshape(samples.shape[:2])
    )
    turned = np.asarray(index.transpose(transpose))
    return samples.reshape(-1, *samples.shape[2:])[turned]


def made(build, name, samples, palette, layout, extras) -> bytes:
    match name:
        case "PNG":
            return build.png(samples, palette, extras)
        case "TIFF":
            colours = None
            if palette is not None:
                wide = palette if len(palette) == 65536 else palette * 257
                colours = wide.T.astype(np.uint16)
                if len(palette) == 2:
                    return one_bit_palette_tiff(samples, colours, extras)
            return build.tiff(samples, colours, layout, extras)
        case "JPEG":
            return build.jpeg(samples, layout, extras)
        case "WebP":
            return build.webp(samples, extras)
        case "BMP":
            return build.bmp(samples, palette, extras)
        case _:
            indices = samples.astype(bool) if palette is not None and len(palette) == 2 else samples
            return build.pdf(indices, palette, layout, extras.icc)


def one_bit_palette_tiff(samples, colours, extras) -> bytes:
    """No writer makes these any more, so a bilevel file is relabelled in place."""
    file = io.BytesIO()
    Image.fromarray(samples.astype(bool)).save(
        file, "TIFF", tiffinfo={274: extras.orientation, 320: tuple(colours.ravel().tolist())},
        dpi=extras.dpi,
    )  # fmt: skip
    data = bytearray(file.getvalue())
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        at = tiff.pages[0].tags[262].valueoffset
    data[at : at + 2] = b"\3\0"
    return bytes(data)


def expected_light(samples: np.ndarray, palette: np.ndarray | None, layout: str) -> np.ndarray:
    """(H, W, C) in [0, 1], alpha included, as a person would work it out by hand."""
    if palette is not None:
        peak = 65535 if len(palette) == 65536 else 255
        return palette[samples.astype(int)] / peak
    peak = 1 if samples.dtype.kind in "bf" else np.iinfo(samples.dtype).max
    light = samples.astype(float) / peak
    light = light if light.ndim == 3 else light[..., None]
    if layout == "CMYK":
        return (1 - light[..., :3]) * (1 - light[..., 3:])
    return light


@pytest.mark.parametrize(("depth", "layout", "name", "outcome"), CELLS)
def test_cell(build, limits: Limits, tmp_path: Path, depth, layout, name, outcome) -> None:
    samples, palette = picture(depth, layout)
    icc = None
    if layout in ("L", "LA", "RGB", "RGBA") and name != "BMP":
        icc = build.gray_profile() if layout.startswith("L") else build.rgb_profile()
    for orientation in range(1, 9) if name in ORIENTED else (1,):
        dpi = DPI.get(name, (300, 200))
        extras = build.Extras(icc, orientation, dpi)
        source = tmp_path / f"in.{name.lower()}"
        if outcome is REFUSED:
            source.write_bytes(one_bit_colour_tiff(samples))
            with open_document(source, limits) as document, pytest.raises(UnsupportedFile):
                document.describe(0)
            return
        source.write_bytes(made(build, name, samples, palette, layout, extras))
        before = source.read_bytes()
        with open_document(source, limits) as document:
            described = document.describe(0)
            page = document.read(0)
        target = tmp_path / f"out.{name.lower()}"
        with open_writer(target, FileFormat(name)) as writer:
            told = (*page.info.notices, *writer.write(page))
        assert source.read_bytes() == before
        assert (described.width, described.height) == page.pixels.shape[1::-1]
        if name != "PDF":
            assert described.width == (36 if orientation >= 5 else 48)
        light = oriented(expected_light(samples, palette, layout), orientation)
        check_pixels(page, light, layout, name)
        assert bool(told) == (outcome is TOLD), told
        if outcome is EXACT:
            assert page.info.samples.value.startswith(depth)
            check_exact(target, name, oriented(samples, orientation))
        relabelled = (depth, layout) == ("1", "P")
        check_extras(target, name, extras, icc, relabelled)


def check_pixels(page, light: np.ndarray, layout: str, name: str) -> None:
    """Within 1/65535 of the hand-made picture; as near as JPEG gets for JPEG."""
    if layout.endswith("A") and name == "PDF":
        alpha = light[..., -1:]
        light = light[..., :-1] * alpha + (1 - alpha)
        light = np.repeat(light, 3, axis=2) if light.shape[2] == 1 else light
        # Blended at 8 bits by the renderer.
        assert np.abs(page.pixels - light).mean() < 0.01
        return
    if layout.endswith("A"):
        assert np.abs(page.alpha - light[..., -1]).max() <= 1 / 65535
        light = light[..., :-1]
    tolerance = 1 / 65535
    if name == "JPEG":
        tolerance = 0.06
    elif layout == "CMYK":
        # Ours follows the formula; PDFium mixes inks as a press does, which is far from it.
        tolerance = 0.25 if name == "PDF" else 1 / 250
    assert page.pixels.dtype == np.float32
    assert np.abs(page.pixels - light).max() <= tolerance


def check_exact(target: Path, name: str, samples: np.ndarray) -> None:
    """The stored samples, by a reader that is not ours, to the bit and of the same type."""
    match name:
        case "PNG" if samples.dtype == np.bool_:
            with Image.open(target) as image:
                assert image.mode == "1"
                stored = np.asarray(image)
        case "PNG":
            stored = imagecodecs.png_decode(target.read_bytes())
        case "TIFF":
            stored = tifffile.imread(target)
        case "PDF":
            stored = pdf_samples(target, samples)
        case _:
            with Image.open(target) as image:
                stored = np.asarray(image)
    assert stored.dtype == samples.dtype
    assert np.array_equal(stored, samples)


def pdf_samples(target: Path, like: np.ndarray) -> np.ndarray:
    document = pdfium.PdfDocument(target)
    (image,) = document[0].get_objects()
    data = np.frombuffer(bytes(image.get_data(decode_simple=True)), np.uint8)
    if like.dtype == np.bool_:
        rows = data.reshape(like.shape[0], -1)
        return np.unpackbits(rows, axis=1, count=like.shape[1]).astype(bool)
    return data.view(like.dtype.newbyteorder(">")).reshape(like.shape).astype(like.dtype)


def check_extras(target: Path, name: str, extras, icc: bytes | None, relabelled: bool) -> None:
    if name == "PDF":
        document = pdfium.PdfDocument(target)
        assert document[0].get_size() == (144, 108)
        return
    swapped = extras.orientation >= 5
    across, down = extras.dpi[::-1] if swapped else extras.dpi
    if name == "TIFF":
        with tifffile.TiffFile(target) as tiff:
            tags = tiff.pages[0].tags
            assert [top / bottom for top, bottom in (tags[282].value, tags[283].value)] == [
                across,
                down,
            ]
            assert (tags[34675].value if 34675 in tags else None) == icc
            assert 274 not in tags or tags[274].value == 1
            if not relabelled:
                assert tags[271].value == "Maker of Scanners"
        return
    with Image.open(target) as image:
        if name in DPI:
            assert image.info["dpi"] == pytest.approx((across * METRE, down * METRE), abs=1e-3)
        elif name == "WebP":
            exif = image.getexif()
            assert (exif[0x011A], exif[0x011B]) == (across, down)
        else:
            assert image.info["dpi"] == (across, down)
        assert image.info.get("icc_profile") == icc
        exif = image.getexif()
        assert exif.get(0x0112, 1) == 1
        if name != "BMP":
            assert exif[0x010F] == "Maker of Scanners"
            lens = exif.get_ifd(0x8769)
            assert lens[0xA434] == "A lens"
            assert (lens[0xA002], lens[0xA003]) == ((3000, 4000) if swapped else (4000, 3000))


def one_bit_colour_tiff(samples: np.ndarray) -> bytes:
    """8-bit samples relabelled as 1-bit: enough to be refused from the header."""
    file = io.BytesIO()
    tifffile.imwrite(
        file,
        samples.astype(np.uint8),
        photometric={2: "minisblack", 3: "rgb", 4: "rgb"}[samples.shape[2]],
        planarconfig="contig",
        extrasamples=["unassalpha"] if samples.shape[2] in (2, 4) else None,
        metadata=None,
    )
    data = bytearray(file.getvalue())
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        tag = tiff.pages[0].tags[258]
        at, count = tag.valueoffset, tag.count
    data[at : at + 2 * count] = b"\1\0" * count
    return bytes(data)
