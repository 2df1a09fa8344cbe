"""What a TIFF directory says of its page, and whether that can be taken (TIFF 6.0, part 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restoration.errors import UnreadableFile, UnsupportedFile
from restoration.pages import exif
from restoration.pages.colour import MAX_PROFILE, cmyk_notice
from restoration.pages.ifd import Directory, fields
from restoration.pages.orientation import swaps_axes
from restoration.pages.page import AlphaKind, FileFormat, Layout, PageInfo, SampleType
from restoration.pages.palette import Palette


class Tag(IntEnum):
    """The tags that decide how a page is stored."""

    NEW_SUBFILE_TYPE = 254
    WIDTH = 256
    LENGTH = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    DESCRIPTION = 270
    STRIP_OFFSETS = 273
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_SIZES = 279
    PLANAR = 284
    COLOR_MAP = 320
    TILE_WIDTH = 322
    TILE_LENGTH = 323
    TILE_OFFSETS = 324
    TILE_SIZES = 325
    INK_SET = 332
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339
    ICC = 34675
    DEPTH = 32997


class Photometric(IntEnum):
    """How samples stand for light."""

    WHITE_IS_ZERO = 0
    BLACK_IS_ZERO = 1
    RGB = 2
    PALETTE = 3
    CMYK = 5
    YCBCR = 6


_PHOTOMETRIC_REFUSED = {4: "a transparency mask", 8: "CIE Lab", 9: "ICC Lab", 10: "ITU Lab",
                        32803: "a camera's raw mosaic", 32844: "LogL", 32845: "LogLuv",
                        34892: "a camera's linear raw"}  # fmt: skip
_COLOUR_CHANNELS = {
    Photometric.WHITE_IS_ZERO: 1,
    Photometric.BLACK_IS_ZERO: 1,
    Photometric.RGB: 3,
    Photometric.PALETTE: 1,
    Photometric.CMYK: 4,
    Photometric.YCBCR: 3,
}
_LAYOUTS = {
    Photometric.WHITE_IS_ZERO: (Layout.L, Layout.LA),
    Photometric.BLACK_IS_ZERO: (Layout.L, Layout.LA),
    Photometric.RGB: (Layout.RGB, Layout.RGBA),
    Photometric.YCBCR: (Layout.RGB, Layout.RGBA),
    Photometric.PALETTE: (Layout.P, Layout.P),
    Photometric.CMYK: (Layout.CMYK, Layout.CMYK),
}
_ALPHA = {0: AlphaKind.UNSPECIFIED, 1: AlphaKind.PREMULTIPLIED, 2: AlphaKind.STRAIGHT}
_MAX_DESCRIPTION = 1_000_000
_JPEG_COMPRESSIONS = (6, 7)
_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3
_FORMAT_NAMES = {_SIGNED: "signed integer", 5: "complex integer", 6: "complex"}

# Tags that describe the picture to people and are carried into EXIF form; the rest of a
# directory says how the old file was stored.
_CARRIED = frozenset(
    (269, 270, 271, 272, 285, 305, 306, 315, 316, 700, 33432, 33723, 282, 283, 296,
     exif.EXIF_DIRECTORY, exif.GPS_DIRECTORY)
)  # fmt: skip


@dataclass(frozen=True)
class TiffPage:
    """One directory, understood."""

    directory: Directory
    offset: int
    info: PageInfo
    orientation: int
    photometric: Photometric
    bits: int
    palette: Palette | None
    cmyk_icc: bytes | None


def is_page(directory: Directory) -> bool:
    """Whether a directory holds a page, not a thumbnail or a mask of one."""
    return not directory.integer(Tag.NEW_SUBFILE_TYPE, 0) & 0b101


def understand(directory: Directory, offset: int, index: int) -> TiffPage:
    """Describe the page of a directory; raises `UnsupportedFile` or `UnreadableFile`."""
    width, height = directory.integer(Tag.WIDTH, 0), directory.integer(Tag.LENGTH, 0)
    if width < 1 or height < 1:
        raise UnreadableFile("A TIFF page has no size", actual=f"{width} x {height}")
    photometric = _photometric(directory)
    bits, samples, floor_notice = _sample_type(directory, photometric)
    alpha_kind = _alpha(directory, photometric)
    _check_structure(directory)
    icc = directory.raw(Tag.ICC, most=MAX_PROFILE)
    palette = _palette(directory, bits) if photometric is Photometric.PALETTE else None
    notices = list(floor_notice)
    if palette is not None:
        notices.append("The palette was resolved; the page is written without one.")
        samples = SampleType.UINT16 if palette.colours.dtype == np.uint16 else SampleType.UINT8
    if photometric is Photometric.CMYK:
        notices.append(cmyk_notice(icc))
    if directory.integer(Tag.COMPRESSION, 1) in _JPEG_COMPRESSIONS:
        notices.append("The page was JPEG inside the TIFF; it is written without further loss.")
    turn = exif.orientation(directory)
    swapped = swaps_axes(turn)
    dpi = exif.resolution(directory)
    info = PageInfo(
        format=FileFormat.TIFF,
        index=index,
        width=height if swapped else width,
        height=width if swapped else height,
        layout=_LAYOUTS[photometric][alpha_kind is not None],
        samples=samples,
        dpi=(dpi[1], dpi[0]) if dpi and swapped else dpi,
        icc=None if photometric is Photometric.CMYK else palette.fitting(icc) if palette else icc,
        exif=_described(directory),
        alpha_kind=alpha_kind or AlphaKind.STRAIGHT,
        notices=tuple(notices),
    )
    cmyk_icc = icc if photometric is Photometric.CMYK else None
    return TiffPage(directory, offset, info, turn, photometric, bits, palette, cmyk_icc)


def check_pieces(page: TiffPage) -> None:
    """Raise `UnreadableFile` unless all strips or tiles of the page lie within the file."""
    directory = page.directory
    tiled = Tag.TILE_OFFSETS in directory.entries
    starts = directory.numbers(Tag.TILE_OFFSETS if tiled else Tag.STRIP_OFFSETS)
    sizes = directory.numbers(Tag.TILE_SIZES if tiled else Tag.STRIP_SIZES)
    wanted = _piece_count(directory, tiled)
    end = len(directory.data)
    whole = len(starts) == len(sizes) == wanted and all(
        start > 0 and size > 0 and start + size <= end
        for start, size in zip(starts, sizes, strict=True)
    )
    if not whole:
        raise UnreadableFile(
            "The TIFF is cut short or damaged",
            actual=f"page {page.info.index + 1} has pieces outside the {end} bytes of the file",
            expected=f"{wanted} pieces within it",
            remedy="Copy or export the file again",
        )


def _piece_count(directory: Directory, tiled: bool) -> int:
    width, height = directory.integer(Tag.WIDTH, 0), directory.integer(Tag.LENGTH, 0)
    planes = directory.integer(Tag.SAMPLES, 1) if directory.integer(Tag.PLANAR, 1) == 2 else 1
    if tiled:
        across = -(-width // max(1, directory.integer(Tag.TILE_WIDTH, 1)))
        down = -(-height // max(1, directory.integer(Tag.TILE_LENGTH, 1)))
        return across * down * planes
    rows = min(max(1, directory.integer(Tag.ROWS_PER_STRIP, height)), height)
    return -(-height // rows) * planes


def _photometric(directory: Directory) -> Photometric:
    code = directory.integer(Tag.PHOTOMETRIC, -1)
    if code not in _COLOUR_CHANNELS:
        raise _refused(_PHOTOMETRIC_REFUSED.get(code, f"photometric interpretation {code}"))
    photometric = Photometric(code)
    jpeg = directory.integer(Tag.COMPRESSION, 1) in _JPEG_COMPRESSIONS
    if photometric is Photometric.YCBCR and not jpeg:
        raise _refused("YCbCr samples that are not JPEG")
    if photometric is Photometric.CMYK and directory.integer(Tag.INK_SET, 1) != 1:
        raise _refused("inks other than CMYK")
    return photometric


def _sample_type(
    directory: Directory, photometric: Photometric
) -> tuple[int, SampleType, tuple[str, ...]]:
    """Bits as stored, the type that the page gets, and what to say of it."""
    depths = {int(bits) for bits in directory.numbers(Tag.BITS)} or {1}
    formats = {int(kind) for kind in directory.numbers(Tag.SAMPLE_FORMAT)} or {_UNSIGNED}
    formats = {_UNSIGNED if kind == 4 else kind for kind in formats}
    if len(depths) != 1 or len(formats) != 1:
        raise _refused("channels of different depths or kinds")
    bits, kind = depths.pop(), formats.pop()
    if kind in _FORMAT_NAMES:
        raise _refused(f"{_FORMAT_NAMES[kind]} samples")
    if kind == _FLOAT:
        if bits == 32:
            return bits, SampleType.FLOAT32, ()
        if bits in (16, 64):
            return bits, SampleType.FLOAT32, (f"{bits}-bit float was read as 32-bit float.",)
        raise _refused(f"{bits}-bit float samples")
    if bits == 16:
        return bits, SampleType.UINT16, ()
    if bits == 8:
        return bits, SampleType.UINT8, ()
    gray = _COLOUR_CHANNELS[photometric] == 1
    if bits == 1 and gray and photometric is not Photometric.PALETTE:
        return bits, SampleType.BIT, ()
    if bits in (1, 2, 4) and gray:
        if photometric is Photometric.PALETTE:
            return bits, SampleType.UINT8, ()
        notice = f"{bits}-bit gray was widened to 8 bits; every level is kept exactly."
        return bits, SampleType.UINT8, (notice,)
    raise _refused(f"{bits}-bit {'gray' if gray else 'colour'} samples")


def _alpha(directory: Directory, photometric: Photometric) -> AlphaKind | None:
    samples = directory.integer(Tag.SAMPLES, 1)
    colour = _COLOUR_CHANNELS[photometric]
    extra = samples - colour
    if extra == 0:
        return None
    if extra != 1 or photometric in (Photometric.CMYK, Photometric.PALETTE):
        raise _refused(f"{samples} samples a pixel, where {colour} make the colour")
    if min(directory.numbers(Tag.BITS), default=1) < 8:
        raise _refused("alpha of less than 8 bits")
    return _ALPHA.get(directory.integer(Tag.EXTRA_SAMPLES, 0), AlphaKind.UNSPECIFIED)


def _check_structure(directory: Directory) -> None:
    if directory.integer(Tag.DEPTH, 1) > 1:
        raise _refused("a volume, not a page")
    description = directory.raw(Tag.DESCRIPTION, most=_MAX_DESCRIPTION) or b""
    if description.startswith(b"ImageJ=") and directory.next == 0:
        stack = [line for line in description.split(b"\n") if line.startswith(b"images=")]
        if stack and int(stack[0][7:] or b"1") > 1:
            raise _refused("an ImageJ stack with one directory for all its images")


def _palette(directory: Directory, bits: int) -> Palette:
    values = np.array(directory.numbers(Tag.COLOR_MAP), dtype=np.float64)
    if bits not in (1, 2, 4, 8, 16) or values.size != 3 << bits:
        raise UnreadableFile(
            "The TIFF palette is damaged",
            actual=f"{values.size} values",
            expected=f"{3 << bits}",
        )
    colours = values.reshape(3, -1).T.astype(np.uint16)
    return Palette(_narrowest(colours))


def _narrowest(colours: NDArray[np.uint16]) -> NDArray[Any]:
    """8-bit colours where the 16-bit map holds no more, in any of the three ways of writing it."""
    high = (colours >> 8).astype(np.uint8)
    if colours.max() < 256:
        return colours.astype(np.uint8)
    ways: tuple[Callable[[], NDArray[Any]], ...] = (
        lambda: high.astype(np.uint16) * 257,
        lambda: high.astype(np.uint16) << 8,
    )
    return high if any(np.array_equal(way(), colours) for way in ways) else colours


def _described(directory: Directory) -> bytes | None:
    """What the directory says to people, as an EXIF block; None if that is only the resolution."""
    kept = fields(directory, skip=frozenset(directory.entries) - _CARRIED)
    resolution = (exif.X_RESOLUTION, exif.Y_RESOLUTION, exif.RESOLUTION_UNIT)
    if all(entry.tag in resolution for entry in kept):
        return None
    return exif.spent(exif.block(kept))


def _refused(name: str) -> UnsupportedFile:
    return UnsupportedFile(
        "This kind of TIFF is not taken",
        actual=name,
        expected="1, 8 or 16-bit or float; gray, colour, palette or CMYK; at most one alpha",
        remedy="Save it as 8 or 16-bit gray or RGB",
    )
