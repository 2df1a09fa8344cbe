"""Reading WebP, by its RIFF chunks (RFC 9649)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from restoration.errors import UnreadableFile
from restoration.pages import exif
from restoration.pages.document import Header, damaged
from restoration.pages.ifd import Buffer
from restoration.pages.page import FileFormat, Layout, PageInfo, SampleType
from restoration.pages.samples import Stored

_METADATA = (b"ICCP", b"EXIF", b"VP8X", b"XMP ")


def parse(data: Buffer) -> Header:
    """Describe a WebP from its chunks; raises `UnreadableFile` if it is cut short."""
    chunks: dict[bytes, bytes] = {}
    for kind, start, size in _chunks(data):
        kept = size if kind in _METADATA else 16
        chunks.setdefault(kind, bytes(data[start : start + min(kept, size)]))
    width, height, alpha = _frame(chunks)
    if b"VP8X" in chunks:
        alpha = bool(chunks[b"VP8X"][0] & 0x10)
    block = chunks.get(b"EXIF")
    if block is not None:
        block = block.removeprefix(b"Exif\0\0")
    directory = exif.main_directory(block) if block else None
    info = PageInfo(
        format=FileFormat.WEBP,
        index=0,
        width=width,
        height=height,
        layout=Layout.RGBA if alpha else Layout.RGB,
        samples=SampleType.UINT8,
        dpi=exif.resolution(directory),
        icc=chunks.get(b"ICCP"),
        exif=exif.spent(block) if block else None,
        notices=("XMP metadata is not carried over.",) if b"XMP " in chunks else (),
    )
    return Header(info, exif.orientation(directory))


def decode(data: Buffer, header: Header) -> Stored:
    """Decode to (H, W, 3 or 4) uint8; colours under transparent pixels are kept."""
    import imagecodecs

    alpha = header.info.layout is Layout.RGBA
    try:
        return imagecodecs.webp_decode(data[0 : len(data)], hasalpha=alpha)
    except Exception as error:
        raise damaged(FileFormat.WEBP, error) from error


def _chunks(data: Buffer) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and size of each chunk."""
    end = 8 + struct.unpack("<I", data[4:8])[0]
    if end > len(data):
        raise UnreadableFile(
            "The WebP is cut short",
            actual=f"{len(data)} bytes",
            expected=f"{end}",
            remedy="Copy or export the file again",
        )
    position = 12
    while position + 8 <= end:
        kind, size = struct.unpack("<4sI", data[position : position + 8])
        yield kind, position + 8, size
        position += 8 + size + size % 2


def _frame(chunks: dict[bytes, bytes]) -> tuple[int, int, bool]:
    """Width, height and whether there is alpha, from the bitstream's own header."""
    try:
        if b"VP8L" in chunks:
            signature, bits = struct.unpack("<BI", chunks[b"VP8L"][:5])
            if signature == 0x2F:
                return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
        elif b"VP8 " in chunks:
            width, height = struct.unpack("<HH", chunks[b"VP8 "][6:10])
            if width & 0x3FFF and height & 0x3FFF:
                return width & 0x3FFF, height & 0x3FFF, b"ALPH" in chunks
    except struct.error:
        pass
    raise UnreadableFile("The WebP has no picture", actual="chunks " + repr(sorted(chunks)))
