"""Writing JPEG, as near to the pixels as it gets, and saying how near."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

import numpy as np
from PIL import Image

from restoration.pages.fitting import Ability, fit
from restoration.pages.jpeg import CENTIMETRES_PER_INCH
from restoration.pages.page import Page, SampleType

ABILITY = Ability("JPEG", (SampleType.UINT8,), alpha=False, longest_side=65500)
_QUALITY = 98
_MAX_SEGMENT = 65533
_NO_UNIT, _PER_INCH, _PER_CENTIMETRE = 0, 1, 2
_DENSITY_AT = 13
"""Offset of unit and densities in a file that begins SOI, JFIF APP0."""


class JpegEncoder:
    """One page as JPEG."""

    pages = 1

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, page: Page) -> tuple[str, ...]:
        """Write the page at quality 98 without chroma subsampling."""
        fitted = fit(page, ABILITY)
        pixels = fitted.stored[..., 0] if fitted.stored.shape[2] == 1 else fitted.stored
        encoded = io.BytesIO()
        exif, notices = _segment(page.info.exif)
        Image.fromarray(pixels).save(
            encoded, "JPEG", quality=_QUALITY, subsampling=0, exif=exif, icc_profile=fitted.icc
        )
        data = bytearray(encoded.getvalue())
        if page.info.dpi is not None:
            struct.pack_into(">BHH", data, _DENSITY_AT, *_density(page.info.dpi))
        self._file.write(data)
        with Image.open(encoded, formats=["JPEG"]) as image:
            off = np.abs(np.asarray(image).astype(np.int16) - pixels)
        notice = (
            f"JPEG loses a little: at most {int(off.max())} of 255 levels, "
            f"{float(off.mean()):.2f} on average."
        )
        return (*fitted.notices, *notices, notice)

    def finish(self) -> None:
        """Nothing comes after the page."""


def _segment(exif: bytes | None) -> tuple[bytes, tuple[str, ...]]:
    """EXIF as the body of one APP1 segment, which is all that JPEG has for it."""
    body = b"Exif\0\0" + exif if exif else b""
    if len(body) > _MAX_SEGMENT:
        return b"", ("The EXIF block is too long for JPEG; it was left out.",)
    return body, ()


def _density(dpi: tuple[float, float]) -> tuple[int, int, int]:
    """Unit and whole-number densities; centimetres where only those are whole."""
    metric = tuple(value / CENTIMETRES_PER_INCH for value in dpi)
    imperial_off = max(abs(value - round(value)) for value in dpi)
    metric_off = max(abs(value - round(value)) for value in metric)
    unit, values = (
        (_PER_CENTIMETRE, metric) if imperial_off > 1e-6 and metric_off < 1e-6 else (_PER_INCH, dpi)
    )
    across, down = (round(value) for value in values)
    if not (0 < across < 65536 and 0 < down < 65536):
        return _NO_UNIT, 1, 1
    return unit, across, down
