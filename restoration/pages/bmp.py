"""Reading BMP (Windows bitmap, BITMAPINFOHEADER to BITMAPV5HEADER)."""

from __future__ import annotations

import io
import struct

import numpy as np

from restoration.errors import UnreadableFile, UnsupportedFile
from restoration.pages.document import Header, damaged
from restoration.pages.ifd import Buffer
from restoration.pages.page import FileFormat, Layout, PageInfo, SampleType
from restoration.pages.palette import Palette
from restoration.pages.png import METRES_PER_INCH
from restoration.pages.samples import Stored

_V5 = 124
_EMBEDDED_PROFILE = b"DEBM"


def parse(data: Buffer) -> Header:
    """Describe a BMP from its header; raises `UnreadableFile` or `UnsupportedFile`."""
    try:
        (size,) = struct.unpack("<I", data[14:18])
        if size < 40:
            raise UnsupportedFile(
                "This kind of BMP is not taken",
                actual=f"an OS/2 header of {size} bytes",
                expected="a Windows header of 40 bytes or more",
                remedy="Save it as PNG",
            )
        width, height, _, bits, packing, _, across, down, used, _ = struct.unpack(
            "<iiHHIIiiII", data[18:54]
        )
    except struct.error as error:
        raise UnreadableFile("The BMP header is cut short", actual=f"{len(data)} bytes") from error
    if width <= 0 or height == 0 or bits not in (1, 4, 8, 16, 24, 32):
        raise UnreadableFile(
            "The BMP header is damaged", actual=f"{width} x {height}, {bits} bits a pixel"
        )
    palette = _palette(data, size, bits, used)
    layout, samples = _stored_as(palette, bits, data, size, packing)
    notices = _notices(data, size, bits, layout)
    dpi = (across * METRES_PER_INCH, down * METRES_PER_INCH) if across > 0 and down > 0 else None
    info = PageInfo(
        FileFormat.BMP, 0, width, abs(height), layout, samples, dpi=dpi, notices=notices
    )
    return Header(info, details={"palette": palette, "bits": bits, "palette_start": 14 + size})


def decode(data: Buffer, header: Header) -> Stored:
    """Decode to (H, W, 1, 3 or 4) of bool or uint8."""
    from PIL import BmpImagePlugin

    palette: Palette | None = header.details["palette"]
    source = bytearray(data[0 : len(data)])
    if palette is not None and len(palette.colours) == 2 and header.details["bits"] > 1:
        # Pillow takes black and white for 1 bit a pixel, however many there are: a touch of colour
        # keeps it to the indices, which is all that is wanted of it.
        start = header.details["palette_start"]
        source[start : start + 3] = b"\x01\x02\x03"
    try:
        with BmpImagePlugin.BmpImageFile(io.BytesIO(source)) as image:
            if palette is None:
                wanted = "RGBA" if header.info.layout is Layout.RGBA else "RGB"
                return np.asarray(image.convert(wanted))
            pixels = np.asarray(image)
    except Exception as error:
        raise damaged(FileFormat.BMP, error) from error
    if image.mode == "P":
        pixels = palette.resolve(pixels)
    if header.info.samples is SampleType.BIT:
        return pixels > 0
    if pixels.dtype == np.bool_:
        return pixels.astype(np.uint8) * np.uint8(255)
    return pixels


def _palette(data: Buffer, size: int, bits: int, used: int) -> Palette | None:
    if bits > 8:
        return None
    count = min(used or 1 << bits, 1 << bits)
    raw = bytes(data[14 + size : 14 + size + 4 * count])
    if len(raw) < 4 * count:
        raise UnreadableFile("The BMP palette is cut short")
    return Palette(np.frombuffer(raw, np.uint8).reshape(-1, 4)[:, 2::-1].copy())


def _stored_as(
    palette: Palette | None, bits: int, data: Buffer, size: int, packing: int
) -> tuple[Layout, SampleType]:
    if palette is None:
        # Only BITMAPV3 headers and later with bit fields say where alpha is.
        masked = packing in (3, 6) and bits == 32 and size >= 56
        alpha = masked and bytes(data[66:70]) == b"\0\0\0\xff"
        return (Layout.RGBA if alpha else Layout.RGB), SampleType.UINT8
    ramp = palette.colours[:, 0]
    if bits == 1 and palette.gray and sorted(ramp.tolist()) == [0, 255]:
        return Layout.L, SampleType.BIT
    is_ramp = palette.gray and np.array_equal(ramp, np.arange(len(ramp)))
    return (Layout.L if is_ramp and bits == 8 else Layout.P), SampleType.UINT8


def _notices(data: Buffer, size: int, bits: int, layout: Layout) -> tuple[str, ...]:
    notices = []
    if layout is Layout.P:
        notices.append("The palette was resolved; the page is written without one.")
    if bits == 16:
        notices.append("The 16-bit colours of the BMP were widened to 8 bits a channel.")
    if size >= _V5 and bytes(data[70:74]) == _EMBEDDED_PROFILE:
        notices.append("The colour profile inside the BMP is not carried over.")
    return tuple(notices)
