"""Reading PNG, by its chunks (W3C PNG, third edition).

Only the chunks that make pixels reach the decoder, so that no text or profile can swell there.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from restoration.errors import UnreadableFile
from restoration.pages import exif
from restoration.pages.colour import MAX_PROFILE
from restoration.pages.document import Header, damaged
from restoration.pages.ifd import Buffer
from restoration.pages.page import FileFormat, Layout, PageInfo, SampleType
from restoration.pages.palette import Palette
from restoration.pages.samples import Stored

SIGNATURE = b"\x89PNG\r\n\x1a\n"
METRES_PER_INCH = 0.0254
_MAX_CHUNKS = 100_000
_GRAY, _RGB, _INDEXED, _GRAY_ALPHA, _RGBA = 0, 2, 3, 4, 6
_DEPTHS = {
    _GRAY: (1, 2, 4, 8, 16),
    _RGB: (8, 16),
    _INDEXED: (1, 2, 4, 8),
    _GRAY_ALPHA: (8, 16),
    _RGBA: (8, 16),
}
_PIXEL_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt")


@dataclass(frozen=True)
class _Chunk:
    kind: bytes
    start: int
    stop: int

    def of(self, data: Buffer) -> bytes:
        return bytes(data[self.start : self.stop])


def parse(data: Buffer) -> Header:
    """Describe a PNG from its chunks; raises `UnreadableFile` if it is cut short or absurd."""
    chunks = list(_chunks(data))
    first: dict[bytes, bytes] = {}
    for chunk in chunks:
        if chunk.kind != b"IDAT" and chunk.kind not in _TEXT_CHUNKS:
            first.setdefault(chunk.kind, chunk.of(data))
    kinds = {chunk.kind for chunk in chunks}
    if chunks[0].kind != b"IHDR" or len(first[b"IHDR"]) != 13 or b"IDAT" not in kinds:
        raise UnreadableFile("The PNG has no header or no pixels")
    width, height, bits, colour = struct.unpack(">IIBB", first[b"IHDR"][:10])
    if bits not in _DEPTHS.get(colour, ()) or not width or not height:
        raise UnreadableFile(
            "The PNG header is damaged",
            actual=f"{width} x {height}, {bits} bits, colour type {colour}",
        )
    block = first.get(b"eXIf")
    directory = exif.main_directory(block) if block else None
    info = PageInfo(
        format=FileFormat.PNG,
        index=0,
        width=width,
        height=height,
        layout=_layout(colour, b"tRNS" in first),
        samples=_samples(colour, bits),
        dpi=_dpi(first.get(b"pHYs")) or exif.resolution(directory),
        icc=_profile(first.get(b"iCCP")),
        exif=exif.spent(block) if block else None,
        notices=_notices(kinds, colour, bits),
    )
    palette = None
    if colour == _INDEXED:
        palette = _palette(first)
        info = replace(info, icc=palette.fitting(info.icc))
    details = {"chunks": chunks, "colour": colour, "bits": bits, "palette": palette}
    return Header(info, exif.orientation(directory), details)


def decode(data: Buffer, header: Header) -> Stored:
    """Decode to (H, W, C); palettes are resolved, transparent colours become alpha."""
    import imagecodecs

    chunks: list[_Chunk] = header.details["chunks"]
    palette: Palette | None = header.details["palette"]
    # 12 bytes a chunk are its length, its name and its checksum.
    stream = SIGNATURE + b"".join(
        bytes(data[chunk.start - 8 : chunk.stop + 4])
        for chunk in chunks
        if chunk.kind in _PIXEL_CHUNKS
    )
    try:
        pixels: NDArray[np.generic] = imagecodecs.png_decode(stream)
    except Exception as error:
        raise damaged(FileFormat.PNG, error) from error
    if palette is not None and palette.gray:
        # A gray palette needs one channel; the decoder always makes three, or four with alpha.
        pixels = pixels[..., [0, 3]] if pixels.shape[2] == 4 else pixels[..., :1]
    if header.info.samples is SampleType.BIT:
        return pixels > 127  # type: ignore[operator]
    return pixels


def _chunks(data: Buffer) -> Iterator[_Chunk]:
    position = len(SIGNATURE)
    for _ in range(_MAX_CHUNKS):
        head = data[position : position + 8]
        if len(head) < 8:
            break
        size, kind = struct.unpack(">I4s", head)
        stop = position + 8 + size
        if stop + 4 > len(data):
            break
        yield _Chunk(kind, position + 8, stop)
        if kind == b"IEND":
            return
        position = stop + 4
    raise UnreadableFile(
        "The PNG is cut short",
        actual=f"{len(data)} bytes and no end mark",
        remedy="Copy or export the file again",
    )


def _layout(colour: int, transparency: bool) -> Layout:
    if colour == _INDEXED:
        return Layout.P
    if colour == _GRAY:
        return Layout.LA if transparency else Layout.L
    if colour == _RGB:
        return Layout.RGBA if transparency else Layout.RGB
    return Layout.LA if colour == _GRAY_ALPHA else Layout.RGBA


def _samples(colour: int, bits: int) -> SampleType:
    if bits == 16:
        return SampleType.UINT16
    return SampleType.BIT if bits == 1 and colour == _GRAY else SampleType.UINT8


def _palette(first: dict[bytes, bytes]) -> Palette:
    raw = first.get(b"PLTE", b"")
    if not raw or len(raw) % 3:
        raise UnreadableFile("The PNG's palette is missing or damaged")
    return Palette(np.frombuffer(raw, np.uint8).reshape(-1, 3))


def _dpi(chunk: bytes | None) -> tuple[float, float] | None:
    if chunk is None or len(chunk) != 9:
        return None
    x, y, unit = struct.unpack(">IIB", chunk)
    if unit != 1 or not x or not y:
        return None
    return x * METRES_PER_INCH, y * METRES_PER_INCH


def _profile(chunk: bytes | None) -> bytes | None:
    if chunk is None:
        return None
    name_end = chunk.find(b"\0")
    try:
        inflater = zlib.decompressobj()
        icc = inflater.decompress(chunk[name_end + 2 :], MAX_PROFILE)
    except zlib.error:
        return None
    return icc if inflater.eof and len(icc) >= 128 else None


def _notices(kinds: set[bytes], colour: int, bits: int) -> tuple[str, ...]:
    notices = []
    if colour == _INDEXED:
        notices.append("The palette was resolved; the page is written without one.")
    if b"tRNS" in kinds and colour != _INDEXED:
        notices.append("The transparent colour became an alpha channel.")
    if colour == _GRAY and bits in (2, 4):
        notices.append(f"{bits}-bit gray was widened to 8 bits; every level is kept exactly.")
    if any(kind in kinds for kind in _TEXT_CHUNKS):
        notices.append("Text comments in the PNG are not carried over.")
    if kinds & {b"gAMA", b"cHRM", b"cICP"} and not kinds & {b"sRGB", b"iCCP"}:
        notices.append("Gamma and chromaticity tags are not carried over; sRGB is assumed.")
    return tuple(notices)
