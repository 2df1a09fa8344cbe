"""PDF: the scan itself where there is one, to the bit; a rendering with a notice otherwise."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
import tifffile
from PIL import Image

from restoration.pages import FileFormat, Layout, Limits, SampleType, open_document, open_writer

WORDS = "q {w} 0 0 {h} 0 0 cm /I Do Q BT /F 12 Tf 3 Tr 20 20 Td (words) Tj ET"


@pytest.fixture
def scan() -> np.ndarray:
    """120 wide, 90 high, no symmetry, with pixel noise."""
    rows, columns = np.mgrid[0:90, 0:120]
    noise = np.random.default_rng(0).integers(0, 20, (90, 120))
    return (columns + rows + noise).astype(np.uint8)


def only_page(path: Path, limits: Limits, dpi: int = 300):
    with open_document(path, limits, dpi) as document:
        assert document.page_count == 1
        page = document.read(0)
        described = document.describe(0)
    return page, described


def as_levels(page) -> np.ndarray:
    return np.round(page.pixels[..., 0] * 255).astype(np.uint8)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_page_rotation_is_applied(build, limits, tmp_path: Path, scan, rotate: int) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(build.pdf(scan, None, "L", rotate=rotate))
    page, described = only_page(path, limits)
    assert np.array_equal(as_levels(page), np.rot90(scan, -rotate // 90))
    assert page.info == described
    assert page.info.notices == ()
    sides = (144, 108)
    assert page.info.page_size_points == (sides if rotate % 180 == 0 else sides[::-1])


@pytest.mark.parametrize(
    ("matrix", "turn"),
    [
        ("-{w} 0 0 {h} {w} 0", lambda a: a[:, ::-1]),
        ("{w} 0 0 -{h} 0 {h}", lambda a: a[::-1]),
        ("-{w} 0 0 -{h} {w} {h}", lambda a: a[::-1, ::-1]),
        ("0 {h} -{w} 0 {w} 0", lambda a: np.rot90(a)),
        ("0 -{h} {w} 0 0 {h}", lambda a: np.rot90(a, -1)),
    ],
)
def test_placement_of_the_image_is_applied(build, limits, tmp_path, scan, matrix, turn) -> None:
    path = tmp_path / "page.pdf"
    content = "q " + matrix + " cm /I Do Q"
    image = build.pdf_image(scan, None, "L")
    path.write_bytes(build.pdf_of_pages([image], (144, 108), content=content))
    page, _ = only_page(path, limits)
    assert np.array_equal(as_levels(page), turn(scan))


def test_jpeg_scan_is_taken_as_it_is(build, limits, tmp_path: Path, scan) -> None:
    stream = build.jpeg(np.dstack([scan, scan[::-1], scan[:, ::-1]]), "RGB", build.Extras())
    entries = (
        "/Type /XObject /Subtype /Image /Width 120 /Height 90 /BitsPerComponent 8 "
        "/ColorSpace /DeviceRGB /Filter /DCTDecode"
    )
    path = tmp_path / "page.pdf"
    path.write_bytes(build.pdf_of_pages([[(entries, stream)]]))
    page, _ = only_page(path, limits)
    with Image.open(io.BytesIO(stream)) as image:
        assert np.array_equal(np.round(page.pixels * 255), np.asarray(image))
        tables = [list(table) for table in image.quantization.values()]
    assert [list(table) for table in page.info.quantisation] == tables


def test_fax_scan_is_one_bit(build, limits, tmp_path: Path, scan) -> None:
    black_and_white = scan > 110
    file = io.BytesIO()
    Image.fromarray(black_and_white).save(file, "TIFF", compression="group4", tiffinfo={262: 0})
    with tifffile.TiffFile(io.BytesIO(file.getvalue())) as tiff:
        (start,), (size,) = tiff.pages[0].dataoffsets, tiff.pages[0].databytecounts
    stream = file.getvalue()[start : start + size]
    entries = (
        "/Type /XObject /Subtype /Image /Width 120 /Height 90 /BitsPerComponent 1 "
        "/ColorSpace /DeviceGray /Filter /CCITTFaxDecode "
        "/DecodeParms << /K -1 /Columns 120 /Rows 90 >>"
    )
    path = tmp_path / "page.pdf"
    path.write_bytes(build.pdf_of_pages([[(entries, stream)]]))
    page, _ = only_page(path, limits)
    assert (page.info.samples, page.info.layout) == (SampleType.BIT, Layout.L)
    assert np.array_equal(page.pixels[..., 0] > 0.5, black_and_white)


def test_inverting_decode_array_is_noticed(build, limits, tmp_path: Path, scan) -> None:
    """PDFium does not tell of the Decode array; only a look at the page does."""
    ((entries, stream),) = build.pdf_image(scan // 2, None, "L")
    path = tmp_path / "page.pdf"
    path.write_bytes(build.pdf_of_pages([[(entries + " /Decode [1 0]", stream)]]))
    page, _ = only_page(path, limits, dpi=60)
    assert np.abs(page.pixels[..., 0] - (1 - (scan // 2) / 255)).max() < 0.02
    assert any("rendered" in notice for notice in page.info.notices)


def test_invisible_text_does_not_hide_the_scan(build, limits, tmp_path: Path, scan) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(build.pdf_of_pages([build.pdf_image(scan, None, "L")], content=WORDS))
    page, _ = only_page(path, limits)
    assert np.array_equal(as_levels(page), scan)
    assert page.info.notices == ("The page's text layer is not carried over.",)


def test_page_that_is_no_scan_is_rendered(build, limits, tmp_path: Path, scan) -> None:
    content = WORDS.replace("3 Tr", "0 Tr")
    path = tmp_path / "page.pdf"
    path.write_bytes(build.pdf_of_pages([build.pdf_image(scan, None, "L")], content=content))
    page, described = only_page(path, limits, dpi=150)
    assert page.info == described
    assert page.pixels.shape == (225, 300, 3)
    assert any("150 dpi" in notice for notice in page.info.notices)


def test_what_is_left_behind_is_told(build, limits, tmp_path: Path, scan) -> None:
    link = "/Title (A title) /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] >>]"
    data = build.pdf(scan, None, "L", page_extra=link)
    # Object 5 is the page, which now has a title and so passes for document properties too.
    data = data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Info 5 0 R")
    path = tmp_path / "page.pdf"
    path.write_bytes(data)
    with open_document(path, limits) as document:
        assert any("properties" in notice for notice in document.notices)
        assert any("links" in notice for notice in document.describe(0).notices)


def test_pages_keep_size_count_and_order(build, limits, tmp_path: Path, scan) -> None:
    images = [build.pdf_image(np.roll(scan, 7 * i, axis=1), None, "L") for i in range(5)]
    source, target = tmp_path / "in.pdf", tmp_path / "out.pdf"
    source.write_bytes(build.pdf_of_pages(images, (595.2756, 841.8898)))
    with open_document(source, limits) as document, open_writer(target, FileFormat.PDF) as writer:
        for index in range(document.page_count):
            assert writer.write(document.read(index)) == ()
    written = pdfium.PdfDocument(target)
    assert len(written) == 5
    for i, page in enumerate(written):
        assert page.get_size() == pytest.approx((595.2756, 841.8898), abs=1e-3)
        (image,) = page.get_objects()
        data = np.frombuffer(bytes(image.get_data(decode_simple=True)), np.uint8)
        assert np.array_equal(data.reshape(90, 120), np.roll(scan, 7 * i, axis=1))


LAZY = """
import sys
from pathlib import Path
from restoration.pages import FileFormat, Limits, open_document, open_writer
import restoration.pages.decode_server as server
server._load_decoders()
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024
start = peak()
with open_document(Path(sys.argv[1]), Limits(10**9, 60, 1000, 20)) as document:
    with open_writer(Path(sys.argv[2]), FileFormat.PDF) as writer:
        for index in range(document.page_count):
            writer.write(document.read(index))
print(document.page_count, peak() - start)
"""


@pytest.mark.slow
def test_300_pages_never_sit_in_memory(build, tmp_path: Path) -> None:
    """As pixels the document is 720 MB, compressed 160 MB; passing it through takes under 60 MB."""
    noise = np.random.default_rng(0).integers(0, 256, (800, 750), np.uint8)
    images = [build.pdf_image(np.roll(noise, i) | 0x80, None, "L") for i in range(8)]
    source = tmp_path / "book.pdf"
    source.write_bytes(build.pdf_of_pages([images[i % 8] for i in range(300)], (600, 640)))
    done = subprocess.run(
        [sys.executable, "-c", LAZY, str(source), str(tmp_path / "out.pdf")],
        capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    pages, megabytes = map(int, done.stdout.split())
    assert pages == 300
    assert megabytes < 60
