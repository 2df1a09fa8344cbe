"""What a page is: its pixels, and everything else that must come out as it went in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float32]
"""(H, W, C) with C in {1, 3}, display-referred, range [0, 1]; unclipped noise may lie outside."""


class FileFormat(Enum):
    """Formats that are read and written."""

    PNG = "PNG"
    JPEG = "JPEG"
    WEBP = "WebP"
    BMP = "BMP"
    TIFF = "TIFF"
    PDF = "PDF"


class Layout(Enum):
    """How a file stores its samples, in Pillow's short names."""

    L = "L"
    LA = "LA"
    RGB = "RGB"
    RGBA = "RGBA"
    P = "P"
    CMYK = "CMYK"


class SampleType(Enum):
    """Precision of a stored sample."""

    BIT = "1-bit"
    UINT8 = "8-bit"
    UINT16 = "16-bit"
    FLOAT32 = "float"


class AlphaKind(Enum):
    """What a stored alpha sample means for the colour beside it."""

    STRAIGHT = "straight"
    PREMULTIPLIED = "premultiplied"
    """TIFF only: colour was multiplied by alpha; both are carried as stored."""
    UNSPECIFIED = "unspecified"
    """TIFF only: an extra sample whose meaning the file does not say; carried as stored."""


@dataclass(frozen=True)
class PageInfo:
    """A page's description; all of it can be known before any pixel is decoded."""

    format: FileFormat
    index: int
    """Position in its file, from 0."""
    width: int
    """In pixels, after the orientation was applied."""
    height: int
    layout: Layout
    samples: SampleType
    dpi: tuple[float, float] | None = None
    """Horizontal and vertical, after the orientation was applied."""
    icc: bytes | None = None
    exif: bytes | None = None
    """TIFF bytes without the `Exif\\0\\0` prefix; orientation is 1, the thumbnail is gone."""
    value_scale: float = 1.0
    """The stored value that stands for 1.0 (float pages: 1, 255, 65535 or the maximum)."""
    alpha_kind: AlphaKind = AlphaKind.STRAIGHT
    quantisation: tuple[tuple[int, ...], ...] = ()
    """JPEG quantisation tables in natural (row by row) order, 64 entries each; luma first."""
    page_size_points: tuple[float, float] | None = None
    """PDF only: width and height of the page as displayed, in 1/72 inch."""
    notices: tuple[str, ...] = ()
    """What was converted on the way in, one plain sentence each; shown to the user."""

    @property
    def megapixels(self) -> float:
        """Width times height in millions."""
        return self.width * self.height / 1e6


@dataclass(frozen=True)
class Page:
    """One decoded page."""

    pixels: Pixels
    info: PageInfo
    alpha: NDArray[np.float32] | None = None
    """(H, W), [0, 1]; carried through untouched."""
