"""Files that must be refused: by name, within a second, and without swelling."""

from __future__ import annotations

import io
import json
import os
import random
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from restoration.errors import RestorationError, TooLarge, UnreadableFile, UnsupportedFile
from restoration.pages import FileFormat, Limits, Page, open_document
from restoration.pages.limited import LimitedReader, warm_up

WITHIN_SECONDS = 1.0
WITHIN_BYTES = 300_000_000


@pytest.fixture(scope="module")
def reader(limits: Limits) -> LimitedReader:
    warm_up()
    reader = LimitedReader(limits)
    with pytest.raises(UnsupportedFile):
        # What is timed later is a call, not the start of the server.
        reader.describe(Path(__file__))
    return reader


def small_files(build) -> dict[str, bytes]:
    """One sound file of each format."""
    rng = np.random.default_rng(0)
    colour = rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)
    extras = build.Extras(build.rgb_profile(), 6, (300, 300))
    return {
        "png": build.png(colour, None, extras),
        "tiff": build.tiff(colour, None, "RGB", extras),
        "jpeg": build.jpeg(colour, "RGB", extras),
        "webp": build.webp(colour, extras),
        "bmp": build.bmp(colour, None, build.Extras()),
        "pdf": build.pdf(colour, None, "RGB"),
        "pdf-jpeg": build.pdf_of_pages(
            [[(jpeg_entries(50, 40), build.jpeg(colour, "RGB", extras))]]
        ),
    }


def jpeg_entries(width: int, height: int) -> str:
    return (
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
        "/BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode"
    )


def png_header(build, width: int, height: int, bits: int, colour: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + build.chunk(b"IHDR", header)


def png_of(build, width: int, height: int, bits: int, colour: int, data: bytes, *more) -> bytes:
    return (
        png_header(build, width, height, bits, colour)
        + b"".join(more)
        + build.chunk(b"IDAT", data)
        + build.chunk(b"IEND", b"")
    )


def black_13000(build) -> bytes:
    inflated = zlib.compressobj(9)
    row = bytes(1 + 13000 // 8)
    data = b"".join(inflated.compress(row) for _ in range(13000)) + inflated.flush()
    return png_of(build, 13000, 13000, 1, 0, data)


def swollen(size: int) -> bytes:
    deflater = zlib.compressobj(1)
    block = bytes(1 << 20)
    return b"".join(deflater.compress(block) for _ in range(size >> 20)) + deflater.flush()


def jpeg_with(build, **fields: int) -> bytes:
    data = bytearray(build.jpeg(np.zeros((8, 8, 3), np.uint8), "RGB", build.Extras()))
    frame = data.index(b"\xff\xc0")
    if "precision" in fields:
        data[frame + 4] = fields["precision"]
    if "side" in fields:
        struct.pack_into(">HH", data, frame + 5, fields["side"], fields["side"])
    return bytes(data)


def tiff_with(**tags: int) -> bytes:
    """A sound little TIFF whose tags then claim something else."""
    file = io.BytesIO()
    tifffile.imwrite(file, np.zeros((8, 8), np.uint8), metadata=None)
    data = bytearray(file.getvalue())
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        for name, value in tags.items():
            tag = tiff.pages[0].tags[name]
            struct.pack_into("<I" if tag.dtype == 4 else "<H", data, tag.valueoffset, value)
    return bytes(data)


def tiff_chain(count: int, loop: bool = False) -> bytes:
    """`count` directories of one entry each, in 18 bytes a piece."""
    entry = struct.pack("<HHHII", 1, 254, 4, 1, 0)
    body = b"".join(entry + struct.pack("<I", 8 + 18 * (i + 1)) for i in range(count - 1))
    return b"II*\0\x08\0\0\0" + body + entry + struct.pack("<I", 8 if loop else 0)


def tiff_of(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, samples, photometric="minisblack", metadata=None)
    return file.getvalue()


def animated_webp(frames: int) -> bytes:
    file = io.BytesIO()
    images = [Image.new("RGB", (4, 4), (i, 0, 0)) for i in range(2)]
    images[0].save(file, "WEBP", save_all=True, append_images=images[1:], lossless=True)
    data = file.getvalue()
    start = data.index(b"ANMF")
    size = 8 + struct.unpack("<I", data[start + 4 : start + 8])[0]
    body = data[12:start] + data[start : start + size] * frames
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def animated_gif(frames: int) -> bytes:
    file = io.BytesIO()
    Image.new("P", (1, 1)).save(file, "GIF")
    data = file.getvalue()
    return data[:-1] + data[data.index(b",") : -1] * (frames - 1) + b";"


def encrypted_pdf(build) -> bytes:
    data = build.pdf(np.zeros((9, 9), np.uint8), None, "L")
    word = "00" * 32
    encrypt = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{word}> /U <{word}> >> "
    ids = f"/ID [<{word}> <{word}>] "
    return data.replace(b"/Root 1 0 R", (encrypt + ids + "/Root 1 0 R").encode())


def pdf_image_claiming(build, side: int) -> bytes:
    entries = (
        f"/Type /XObject /Subtype /Image /Width {side} /Height {side} /BitsPerComponent 8 "
        "/ColorSpace /DeviceRGB /Filter /FlateDecode"
    )
    return build.pdf_of_pages([[(entries, zlib.compress(b"little"))]])


def bmp_claiming(build, side: int) -> bytes:
    data = bytearray(build.bmp(np.zeros((4, 4, 3), np.uint8), None, build.Extras()))
    struct.pack_into("<ii", data, 18, side, side)
    return bytes(data)


# Name, maker, the error, and a word that its message must have.
BAD: list[tuple[str, Callable, type[RestorationError], str]] = [
    ("empty.png", lambda b: b"", UnreadableFile, "empty"),
    ("text.png", lambda b: b"Dear reader,\n", UnsupportedFile, "text"),
    ("noise.png", lambda b: bytes(range(128, 256)), UnsupportedFile, "unknown"),
    ("zip.tif", lambda b: b"PK\x03\x04" + bytes(99), UnsupportedFile, "zip"),
    ("drawing.png", lambda b: b"<?xml version='1.0'?><svg/>", UnsupportedFile, "SVG"),
    ("drawing.svg", lambda b: b"<svg xmlns='http://www.w3.org/2000/svg'/>", UnsupportedFile, "SVG"),
    ("photo.jpg", lambda b: b"\0\0\0\x18ftypheic" + bytes(99), UnsupportedFile, "HEIC"),
    ("photo.avif", lambda b: b"\0\0\0\x18ftypavif" + bytes(99), UnsupportedFile, "AVIF"),
    ("page.eps", lambda b: b"%!PS-Adobe-3.0 EPSF-3.0\n", UnsupportedFile, "EPS"),
    ("page.jxl", lambda b: b"\0\0\0\x0cJXL \r\n\x87\n", UnsupportedFile, "JPEG XL"),
    ("page.jp2", lambda b: b"\0\0\0\x0cjP  \r\n\x87\n", UnsupportedFile, "JPEG 2000"),
    ("anim.gif", lambda b: animated_gif(10_000), UnsupportedFile, "GIF"),
    ("anim.webp", lambda b: animated_webp(10_000), UnsupportedFile, "animated WebP"),
    ("anim.png", lambda b: png_of(b, 1, 1, 8, 0, zlib.compress(b"\0\0"),
                                  b.chunk(b"acTL", bytes(8))), UnsupportedFile, "animated PNG"),
    ("huge.png", lambda b: png_of(b, 60000, 60000, 8, 2, b""), TooLarge, "60000"),
    ("huge.jpg", lambda b: jpeg_with(b, side=60000), TooLarge, "60000"),
    ("huge.bmp", lambda b: bmp_claiming(b, 60000), TooLarge, "60000"),
    ("huge.tif", lambda b: tiff_with(ImageWidth=60000, ImageLength=60000), TooLarge, "60000"),
    ("huge.pdf", lambda b: pdf_image_claiming(b, 60000), TooLarge, "60000"),
    ("poster.pdf", lambda b: b.pdf_of_pages([b.pdf_image(np.zeros((9, 9), np.uint8), None, "L")],
     (14400, 14400), content="q 9 0 0 9 0 0 cm /I Do Q"), TooLarge, "60000"),
    ("bomb.png", black_13000, TooLarge, "13000"),
    ("chain.tif", lambda b: tiff_chain(200_000), TooLarge, "pages"),
    ("loop.tif", lambda b: tiff_chain(5, loop=True), UnreadableFile, "themselves"),
    ("short.tif", lambda b: tiff_with(StripOffsets=99_999), UnreadableFile, "cut short"),
    ("signed.tif", lambda b: tiff_of(np.zeros((4, 4), np.int16)), UnsupportedFile, "signed"),
    ("deep.tif", lambda b: tiff_of(np.zeros((4, 4), np.uint32)), UnsupportedFile, "32-bit"),
    ("wave.tif", lambda b: tiff_of(np.zeros((4, 4), np.complex64)), UnsupportedFile, "complex"),
    ("holes.tif", lambda b: tiff_of(np.full((4, 4), np.nan, np.float32)), UnsupportedFile, "NaN"),
    ("12bit.jpg", lambda b: jpeg_with(b, precision=12), UnsupportedFile, "12-bit"),
    ("locked.pdf", encrypted_pdf, UnsupportedFile, "encrypted"),
    ("broken.pdf", lambda b: b"%PDF-1.7\nnothing", UnreadableFile, "damaged"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "make", "kind", "word"), BAD, ids=[row[0] for row in BAD])
def test_refused(build, reader: LimitedReader, tmp_path: Path, name, make, kind, word) -> None:
    path = tmp_path / name
    path.write_bytes(make(build))
    start = time.monotonic()
    with pytest.raises(kind) as refusal:
        reader.describe(path)
        reader.read(path, 0)
    assert time.monotonic() - start < WITHIN_SECONDS
    assert word.lower() in str(refusal.value).lower()


@pytest.mark.parametrize("path", ["https://example.org/scan.png", "missing.png", "."])
def test_not_a_file(reader: LimitedReader, path: str) -> None:
    with pytest.raises(UnreadableFile):
        reader.describe(Path(path))


def test_file_over_the_limit(build, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_bytes(small_files(build)["png"])
    tight = Limits(file_bytes=1000, page_megapixels=60, pages=10, seconds=5)
    with pytest.raises(TooLarge, match="MB"):
        LimitedReader(tight).describe(path)


def test_every_truncation_is_refused(build, reader: LimitedReader, tmp_path: Path) -> None:
    for name, data in small_files(build).items():
        cuts = {len(data) * part // 12 for part in range(1, 12)} | {1, 7, 30}
        for cut in sorted(cuts):
            path = tmp_path / f"{name}-{cut}"
            path.write_bytes(data[:cut])
            with pytest.raises(RestorationError):
                reader.read(path, 0)


def test_wrong_extension_is_read_and_told(build, reader: LimitedReader, tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    path.write_bytes(small_files(build)["jpeg"])
    description = reader.describe(path)
    assert description.format is FileFormat.JPEG
    assert any(".tif" in notice for notice in description.notices)


SWELLING = """
import json, sys
from pathlib import Path
from restoration.errors import RestorationError
from restoration.pages import Limits, open_document
import restoration.pages.decode_server as server
server._load_decoders()
limits = Limits(200_000_000, 60, 1000, 20)
def peak():
    # Not ru_maxrss, which remembers the process that started this one.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024
start = peak()
grown = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        with open_document(path, limits) as document:
            document.describe(0)
            document.read(0)
    except RestorationError:
        pass
    grown[path.name] = peak() - start
print(json.dumps(grown))
"""


def test_memory_stays_small(build, tmp_path: Path) -> None:
    """Without the worker's limits, so that it is the checks themselves that hold it down."""
    for name, make, _, _ in BAD:
        (tmp_path / name).write_bytes(make(build))
    bomb = swollen(400 << 20)
    text = build.chunk(b"zTXt", b"Comment\0\0" + bomb)
    profile = build.chunk(b"iCCP", b"icc\0\0" + bomb)
    pixel = zlib.compress(b"\0\0")
    (tmp_path / "text-bomb.png").write_bytes(png_of(build, 1, 1, 8, 0, pixel, text))
    (tmp_path / "profile-bomb.png").write_bytes(png_of(build, 1, 1, 8, 0, pixel, profile))
    (tmp_path / "row-bomb.png").write_bytes(png_of(build, 10, 10, 8, 0, bomb))
    done = subprocess.run(
        [sys.executable, "-c", SWELLING, str(tmp_path)],
        capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    grown = json.loads(done.stdout)
    assert max(grown.values()) < WITHIN_BYTES, grown


def mutated(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 3, 10))):
        at = rng.randrange(len(changed))
        match rng.randrange(4):
            case 0:
                changed[at] ^= 1 << rng.randrange(8)
            case 1:
                changed[at : at + 4] = rng.choice(
                    (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\0\xff\xff")
                )
            case 2:
                del changed[at : at + rng.randrange(1, 40)]
            case _:
                changed[at:at] = changed[at : at + rng.randrange(1, 40)]
    return bytes(changed) or b"\0"


@pytest.mark.slow
def test_mutants_give_a_page_or_a_reason(build, limits: Limits, tmp_path: Path) -> None:
    """Several hundred damaged files from several threads; no other outcome, no lost worker."""
    reader = LimitedReader(limits)
    rng = random.Random(20240501)
    files = small_files(build)
    paths = []
    for number in range(350):
        name = list(files)[number % len(files)]
        path = tmp_path / f"{number}-{name}"
        path.write_bytes(mutated(files[name], rng))
        paths.append(path)

    def outcome(path: Path) -> str:
        try:
            page = reader.read(path, 0)
        except (UnreadableFile, UnsupportedFile, TooLarge) as error:
            return type(error).__name__
        assert isinstance(page, Page)
        assert np.isfinite(page.pixels).all()
        return "page"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(outcome, paths))
    assert len(set(outcomes)) > 1, "the mutants are too tame or too wild to tell anything"


def test_input_is_never_modified(build, limits: Limits, tmp_path: Path) -> None:
    for name, data in small_files(build).items():
        path = tmp_path / name
        path.write_bytes(data)
        path.chmod(0o400)
        stamp = path.stat().st_mtime_ns
        with open_document(path, limits) as document:
            document.read(0)
        assert path.read_bytes() == data
        assert path.stat().st_mtime_ns == stamp
