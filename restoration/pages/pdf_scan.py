"""Finding the one scan that makes up a PDF page, and taking its pixels as they are stored."""

from __future__ import annotations

import ctypes
import math
import zlib
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from restoration.pages import jpeg
from restoration.pages.colour import MAX_PROFILE, profile_channels
from restoration.pages.orientation import from_axes, swaps_axes
from restoration.pages.page import Layout, SampleType
from restoration.pages.samples import Stored

_EDGE_TOLERANCE = 0.01
"""Share of the page's side by which the image's edges may miss the page's."""
_PLAIN_SPACES = (
    pdfium_c.FPDF_COLORSPACE_DEVICEGRAY,
    pdfium_c.FPDF_COLORSPACE_DEVICERGB,
    pdfium_c.FPDF_COLORSPACE_CALGRAY,
    pdfium_c.FPDF_COLORSPACE_CALRGB,
    pdfium_c.FPDF_COLORSPACE_ICCBASED,
)
_GRAY_SPACES = (pdfium_c.FPDF_COLORSPACE_DEVICEGRAY, pdfium_c.FPDF_COLORSPACE_CALGRAY)
_TYPES = {1: SampleType.BIT, 8: SampleType.UINT8, 16: SampleType.UINT16}
_INFLATE_STEP = 1 << 14


class Route(Enum):
    """How a scan's pixels are taken out."""

    JPEG = "JPEG stream"
    PLAIN = "plain samples"
    BITMAP = "decoded by PDFium"


@dataclass(frozen=True)
class Scan:
    """The image that is the whole of a page."""

    image: Any
    """`pypdfium2.PdfImage`; valid while its page is open."""
    width: int
    """As stored, before the orientation."""
    height: int
    orientation: int
    """How the stored image lies on the page as displayed, as an EXIF orientation."""
    route: Route
    layout: Layout
    samples: SampleType
    icc: bytes | None
    tables: tuple[tuple[int, ...], ...]
    transparent: bool
    text_layer: bool
    notice: str | None

    def dpi(self, points: tuple[float, float]) -> tuple[float, float]:
        """Dots per inch on a displayed page of this size in points."""
        size = (self.width, self.height)
        across, down = size[::-1] if swaps_axes(self.orientation) else size
        return round(across / points[0] * 72, 3), round(down / points[1] * 72, 3)


def sole_image(page: pdfium.PdfPage) -> tuple[Any, bool] | None:
    """The one image on a page whose only other content is invisible text, and if there is any."""
    image = None
    text = False
    for item in page.get_objects(max_depth=1):
        if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE and image is None:
            image = item
        elif item.type == pdfium_c.FPDF_PAGEOBJ_TEXT and _invisible(item):
            text = True
        else:
            return None
    return (image, text) if image is not None else None


def understand(page: pdfium.PdfPage, image: Any, text_layer: bool) -> Scan | None:  # noqa: ANN401
    """Describe the scan that covers `page`; None if the image does not cover it squarely."""
    orientation = _placed(page, image)
    if orientation is None:
        return None
    width, height = image.get_px_size()
    metadata = image.get_metadata()
    filters = image.get_filters(skip_simple=True)
    bits, space = metadata.bits_per_pixel, metadata.colorspace
    icc = _profile(page, image) if space == pdfium_c.FPDF_COLORSPACE_ICCBASED else None
    route, layout, samples, notice = Route.BITMAP, Layout.RGB, SampleType.UINT8, None
    tables: tuple[tuple[int, ...], ...] = ()
    if filters == ["DCTDecode"] and space in _PLAIN_SPACES:
        header = jpeg.parse(bytes(image.get_data(decode_simple=True)))
        if (header.info.width, header.info.height) == (width, height):
            layout, tables = header.info.layout, header.info.quantisation
            route = Route.BITMAP if layout is Layout.CMYK else Route.JPEG
    elif not filters and space in _PLAIN_SPACES and (channels := _channels(space, icc)):
        depth = 1 if bits == 1 else _depth(image, width * height * channels)
        layout = Layout.L if channels == 1 else Layout.RGB
        if depth in _TYPES:
            route, samples = Route.PLAIN, _TYPES[depth]
    elif bits == 1 and space == pdfium_c.FPDF_COLORSPACE_DEVICEGRAY:
        layout, samples = Layout.L, SampleType.BIT
    elif bits == 8 and space == pdfium_c.FPDF_COLORSPACE_DEVICEGRAY:
        layout = Layout.L
    if route is Route.BITMAP and samples is not SampleType.BIT:
        icc, notice = None, _bitmap_notice(space, filters, layout)
    transparent = bool(pdfium_c.FPDFPageObj_HasTransparency(image))
    return Scan(
        image, width, height, orientation, route, layout, samples, icc, tables, transparent,
        text_layer, notice,
    )  # fmt: skip


def stored_pixels(scan: Scan) -> Stored | None:
    """(H, W, C) as stored; None where the stream is not what the metadata promised."""
    if scan.route is Route.JPEG:
        data = bytes(scan.image.get_data(decode_simple=True))
        return jpeg.decode(data, jpeg.parse(data))
    if scan.route is Route.PLAIN:
        return _plain(scan)
    # The bitmap is PDFium's own and goes when the last reference does, hence the copies.
    pixels = scan.image.get_bitmap().to_numpy()
    gray = pixels.ndim == 2
    if scan.samples is SampleType.BIT:
        return (pixels if gray else pixels[..., 1]) > 127
    if scan.layout is Layout.L:
        return (pixels if gray else pixels[..., 1]).copy()
    return np.repeat(pixels[..., None], 3, axis=2) if gray else pixels[..., 2::-1].copy()


def _plain(scan: Scan) -> Stored | None:
    data = np.frombuffer(scan.image.get_data(decode_simple=True), np.uint8)
    channels = 1 if scan.layout is Layout.L else 3
    if scan.samples is SampleType.BIT:
        row = -(-scan.width // 8)
        if data.size < row * scan.height:
            return None
        packed = data[: row * scan.height].reshape(scan.height, row)
        return np.unpackbits(packed, axis=1, count=scan.width).astype(np.bool_)
    kind = np.dtype(">u2") if scan.samples is SampleType.UINT16 else np.dtype("u1")
    size = scan.width * scan.height * channels * kind.itemsize
    if data.size < size:
        return None
    samples = data[:size].view(kind).reshape(scan.height, scan.width, channels)
    return samples.astype(kind.newbyteorder("="))


def _channels(space: int, icc: bytes | None) -> int | None:
    """1 or 3; None for CMYK and whatever a profile does not say."""
    if space == pdfium_c.FPDF_COLORSPACE_ICCBASED:
        channels = profile_channels(icc) if icc else None
        return channels if channels in (1, 3) else None
    return 1 if space in _GRAY_SPACES else 3


def _depth(image: Any, samples: int) -> int:  # noqa: ANN401
    """Bits a sample of plain data, from the length of the data; 0 where it is none of 8 and 16.

    PDFium's metadata describe the 8-bit picture that it makes of every image, not the stored one.
    """
    if image.get_filters() == ["FlateDecode"]:
        length = _inflated_length(bytes(image.get_data()), math.ceil(1.9 * samples))
    else:
        length = pdfium_c.FPDFImageObj_GetImageDataDecoded(image, None, 0)
    share = length / samples
    # Predictors add a byte a row, and writers a few at the end.
    if share < 0.9:
        return 0
    return 16 if share >= 1.9 else 8


def _inflated_length(data: bytes, enough: int) -> int:
    """Length of a zlib stream, counted without keeping it, up to `enough` bytes."""
    inflater = zlib.decompressobj()
    length = 0
    try:
        # Deflate grows at most 1032 times, so a step takes 17 MB at the very most.
        for start in range(0, len(data), _INFLATE_STEP):
            length += len(inflater.decompress(data[start : start + _INFLATE_STEP]))
            if length >= enough:
                break
    except zlib.error:
        return 0
    return length


def _invisible(text: Any) -> bool:  # noqa: ANN401 - a pypdfium2 object without a public type
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(text)
    return bool(mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)


def _placed(page: pdfium.PdfPage, image: Any) -> int | None:  # noqa: ANN401
    """The image's orientation if it covers the page squarely; None otherwise."""
    left, bottom, right, top = page.get_cropbox()
    edges = zip(image.get_bounds(), (left, bottom, right, top), strict=True)
    slack = _EDGE_TOLERANCE * max(1.0, min(right - left, top - bottom))
    if any(abs(edge - wanted) > slack for edge, wanted in edges):
        return None
    a, b, c, d, _, _ = image.get_matrix().get()
    return from_axes((a, b), (c, d), page.get_rotation() // 90)


def _profile(page: pdfium.PdfPage, image: Any) -> bytes | None:  # noqa: ANN401
    size = ctypes.c_ulong()
    read = pdfium_c.FPDFImageObj_GetIccProfileDataDecoded
    if not read(image, page, None, 0, size) or not 128 <= size.value <= MAX_PROFILE:
        return None
    buffer = (ctypes.c_ubyte * size.value)()
    if not read(image, page, buffer, size.value, size):
        return None
    return bytes(buffer)


def _bitmap_notice(space: int, filters: list[str], layout: Layout) -> str | None:
    if space == pdfium_c.FPDF_COLORSPACE_DEVICECMYK or layout is Layout.CMYK:
        return "CMYK was converted to RGB."
    if filters == ["JPXDecode"]:
        return "The JPEG 2000 scan was read at 8 bits a channel."
    if space == pdfium_c.FPDF_COLORSPACE_INDEXED:
        return "The palette was resolved; the page is written without one."
    if space in _PLAIN_SPACES:
        return None if filters else "The scan was read at 8 bits a channel."
    return "The scan's special colour space was converted to RGB."
