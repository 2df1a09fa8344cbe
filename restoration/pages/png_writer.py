"""Writing PNG: exact at 1, 8 and 16 bits, with profile, EXIF and resolution."""

from __future__ import annotations

import struct
import zlib
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from restoration.pages.fitting import Ability, fit
from restoration.pages.page import Page, SampleType
from restoration.pages.png import METRES_PER_INCH, SIGNATURE
from restoration.pages.samples import Stored

ABILITY = Ability(
    "PNG",
    (SampleType.BIT, SampleType.UINT8, SampleType.UINT16),
    alpha=True,
    longest_side=2**31 - 1,
)
_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
_LEVEL = 4  # libdeflate: beyond this, noisy scans get slower but hardly smaller
_SUB, _UP = 1, 2
_BAND = 64
"""Rows filtered at a time, so that the work stays in the cache."""


class PngEncoder:
    """One page as PNG."""

    pages = 1

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, page: Page) -> tuple[str, ...]:
        """Write the page."""
        fitted = fit(page, ABILITY)
        height, width, channels = fitted.stored.shape
        header = struct.pack(
            ">IIBBBBB", width, height, bit_depth(fitted.stored), _COLOUR_TYPES[channels], 0, 0, 0
        )
        self._file.write(SIGNATURE)
        self._chunk(b"IHDR", header)
        if fitted.icc is not None:
            self._chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(fitted.icc))
        if page.info.dpi is not None:
            across, down = (round(dpi / METRES_PER_INCH) for dpi in page.info.dpi)
            self._chunk(b"pHYs", struct.pack(">IIB", across, down, 1))
        if page.info.exif is not None:
            self._chunk(b"eXIf", page.info.exif)
        self._chunk(b"IDAT", deflated_rows(fitted.stored))
        self._chunk(b"IEND", b"")
        return fitted.notices

    def finish(self) -> None:
        """Nothing comes after the page."""

    def _chunk(self, kind: bytes, body: bytes) -> None:
        self._file.write(struct.pack(">I", len(body)) + kind)
        self._file.write(body)
        self._file.write(struct.pack(">I", zlib.crc32(body, zlib.crc32(kind))))


def bit_depth(stored: Stored) -> int:
    """Bits a sample: 1, 8 or 16."""
    return 1 if stored.dtype == np.bool_ else 8 * stored.dtype.itemsize


def deflated_rows(stored: Stored) -> bytes:
    """(H, W, C) as a zlib stream of filtered rows: PNG's IDAT, and PDF's predictor 15.

    Each row takes the filter, Sub or Up, whose differences are smaller in sum (the heuristic of
    PNG section 12.7); 1-bit rows are packed and not filtered.
    """
    import imagecodecs

    if stored.dtype == np.bool_:
        packed = np.packbits(stored[..., 0], axis=1)
        rows: Any = np.pad(packed, ((0, 0), (1, 0)))
    else:
        rows = _filtered(stored)
    return bytes(imagecodecs.deflate_encode(rows, level=_LEVEL))


def _filtered(stored: Stored) -> NDArray[np.uint8]:
    height = stored.shape[0]
    pixel = stored.shape[2] * stored.dtype.itemsize
    big_endian = stored.astype(stored.dtype.newbyteorder(">"), copy=False)
    rows: NDArray[np.uint8] = np.ascontiguousarray(big_endian).reshape(height, -1).view(np.uint8)
    filtered = np.empty((height, rows.shape[1] + 1), np.uint8)
    above = np.zeros_like(rows[:1])
    for top in range(0, height, _BAND):
        band = rows[top : top + _BAND]
        sub = band.copy()
        sub[:, pixel:] -= band[:, :-pixel]
        up = band - np.concatenate([above, band[:-1]])
        better_up = _effort(up) < _effort(sub)
        filtered[top : top + _BAND, 0] = np.where(better_up, _UP, _SUB)
        filtered[top : top + _BAND, 1:] = np.where(better_up[:, None], up, sub)
        above = band[-1:]
    return filtered


def _effort(differences: NDArray[np.uint8]) -> NDArray[Any]:
    """Sum of absolute differences a row, bytes read as signed."""
    # -128 has no positive counterpart in 8 bits; as unsigned, 128 is right again.
    return np.abs(differences.view(np.int8)).view(np.uint8).sum(axis=1, dtype=np.int64)
