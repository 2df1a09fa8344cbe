"""Writing BMP: 1-bit and gray with a palette, colour, and alpha with bit fields."""

from __future__ import annotations

import struct
from typing import BinaryIO

import numpy as np

from restoration.pages.fitting import Ability, fit
from restoration.pages.page import Page, SampleType
from restoration.pages.png import METRES_PER_INCH
from restoration.pages.png_writer import bit_depth
from restoration.pages.samples import Stored

ABILITY = Ability(
    "BMP",
    (SampleType.BIT, SampleType.UINT8),
    alpha=True,
    longest_side=2**31 - 1,
    icc=False,
    exif=False,
)
_PLAIN, _BIT_FIELDS = 0, 3
_V4_SIZE = 108
_SRGB = b"BGRs"
_MASKS = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)


class BmpEncoder:
    """One page as BMP with a BITMAPV4HEADER, the first that can say where alpha is."""

    pages = 1

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, page: Page) -> tuple[str, ...]:
        """Write the page, bottom row first."""
        fitted = fit(page, ABILITY)
        stored = fitted.stored
        if stored.shape[2] == 2:
            stored = stored[..., [0, 0, 0, 1]]
        height, width, channels = stored.shape
        rows = _rows(stored)
        palette = _palette(stored)
        dots = (round(dpi / METRES_PER_INCH) for dpi in page.info.dpi or (0.0, 0.0))
        start = 14 + _V4_SIZE + len(palette)
        self._file.write(struct.pack("<2sIHHI", b"BM", start + rows.size, 0, 0, start))
        packing = _BIT_FIELDS if channels == 4 else _PLAIN
        self._file.write(
            struct.pack(
                "<IiiHHIIiiII", _V4_SIZE, width, height, 1, bit_depth(stored) * channels,
                packing, rows.size, *dots, len(palette) // 4, 0,
            )
        )  # fmt: skip
        masks = _MASKS if channels == 4 else bytes(16)
        self._file.write((masks + _SRGB).ljust(_V4_SIZE - 40, b"\0"))
        self._file.write(palette)
        self._file.write(rows.data)
        return fitted.notices

    def finish(self) -> None:
        """Nothing comes after the page."""


def _rows(stored: Stored) -> Stored:
    """Bottom-up rows of bytes, blue first, each padded to four bytes."""
    if stored.dtype == np.bool_:
        rows = np.packbits(stored[..., 0], axis=1)
    else:
        order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[stored.shape[2]]
        rows = stored[..., order].reshape(stored.shape[0], -1)
    padding = -rows.shape[1] % 4
    return np.ascontiguousarray(np.pad(rows, ((0, 0), (0, padding)))[::-1])


def _palette(stored: Stored) -> bytes:
    if stored.shape[2] != 1:
        return b""
    levels = (0, 255) if stored.dtype == np.bool_ else range(256)
    return b"".join(bytes((level, level, level, 0)) for level in levels)
