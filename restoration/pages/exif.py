"""EXIF blocks: carried as they are, with the orientation spent and the thumbnail gone.

Source: EXIF 2.32 (CIPA DC-008), sections 4.5 and 4.6.
"""

from __future__ import annotations

import struct

from restoration.errors import UnreadableFile
from restoration.pages.ifd import (
    Buffer,
    Directory,
    Field,
    fields,
    rational,
    read_directory,
    read_header,
    serialise,
)
from restoration.pages.orientation import swaps_axes

ORIENTATION = 0x0112
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128
EXIF_DIRECTORY, GPS_DIRECTORY, INTEROPERABILITY = 0x8769, 0x8825, 0xA005
_PIXEL_X, _PIXEL_Y = 0xA002, 0xA003
_CENTIMETRES = 3
_HEADER = b"II*\0\x08\0\0\0"


def main_directory(exif: Buffer) -> Directory | None:
    """The first directory of an EXIF block without its `Exif\\0\\0` prefix; None if damaged."""
    try:
        header = read_header(exif)
        return read_directory(exif, header, header.first)
    except UnreadableFile:
        return None


def orientation(directory: Directory | None) -> int:
    """The orientation, 1 to 8; 1 where it is absent or out of range."""
    value = directory.integer(ORIENTATION, 1) if directory else 1
    return value if 1 <= value <= 8 else 1


def resolution(directory: Directory | None) -> tuple[float, float] | None:
    """Stored horizontal and vertical dots per inch, before any turn; None where not stated."""
    if directory is None:
        return None
    x, y = directory.numbers(X_RESOLUTION), directory.numbers(Y_RESOLUTION)
    unit = directory.integer(RESOLUTION_UNIT, 2)
    if not x or not y or x[0] <= 0 or y[0] <= 0 or unit not in (2, _CENTIMETRES):
        return None
    factor = 2.54 if unit == _CENTIMETRES else 1.0
    return x[0] * factor, y[0] * factor


def spent(exif: bytes) -> bytes | None:
    """The same block for a page that was turned upright: orientation 1, no thumbnail.

    Only the bytes concerned are changed, so that maker notes keep their offsets. Width and
    height, and the two resolutions, change places where the turn swapped the axes.
    None if the block is damaged.
    """
    directory = main_directory(exif)
    if directory is None:
        return None
    block = bytearray(exif)
    order = directory.header.order
    turn = orientation(directory)
    if ORIENTATION in directory.entries:
        struct.pack_into(
            order + "HIHH", block, directory.entries[ORIENTATION].field + 2, 3, 1, 1, 0
        )
    if swaps_axes(turn):
        _swap_entries(block, directory, X_RESOLUTION, Y_RESOLUTION)
        if EXIF_DIRECTORY in directory.entries:
            try:
                at = directory.integer(EXIF_DIRECTORY, 0)
                inner = read_directory(exif, directory.header, at)
            except UnreadableFile:
                return None
            _swap_entries(block, inner, _PIXEL_X, _PIXEL_Y)
    if directory.next:
        _drop_thumbnail(block, directory)
    return bytes(block)


def with_resolution(exif: bytes | None, dpi: tuple[float, float] | None) -> bytes | None:
    """A block that states `dpi`: `exif` itself where it does, a new one otherwise.

    Only a new one moves the values, and with them a maker's note, about.
    """
    if dpi is None:
        return exif
    stated = resolution(main_directory(exif)) if exif else None
    if stated is not None and max(abs(a - b) for a, b in zip(stated, dpi, strict=True)) < 1e-3:
        return exif
    kept = (
        entry
        for entry in main_fields(exif)
        if entry.tag not in (X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT)
    )
    return block((*kept, rational(X_RESOLUTION, dpi[0]), rational(Y_RESOLUTION, dpi[1]), _inches()))


def block(entries: tuple[Field, ...]) -> bytes:
    """A complete EXIF block with these fields in its first directory."""
    return _HEADER + serialise(entries, len(_HEADER))


def main_fields(exif: bytes | None) -> tuple[Field, ...]:
    """The fields of the first directory, sub-directories included; empty if damaged."""
    directory = main_directory(exif) if exif else None
    return fields(directory) if directory else ()


def _inches() -> Field:
    return Field(RESOLUTION_UNIT, 3, 1, struct.pack("<H", 2))


def _swap_entries(block: bytearray, directory: Directory, one: int, other: int) -> None:
    if one not in directory.entries or other not in directory.entries:
        return
    first, second = directory.entries[one].field + 2, directory.entries[other].field + 2
    block[first : first + 10], block[second : second + 10] = (
        block[second : second + 10],
        block[first : first + 10],
    )


def _drop_thumbnail(block: bytearray, directory: Directory) -> None:
    """Cut the link to the thumbnail's directory, and blank or cut off the thumbnail itself."""
    order = directory.header.order
    try:
        thumbnail = read_directory(bytes(block), directory.header, directory.next)
    except UnreadableFile:
        thumbnail = None
    struct.pack_into(order + "I", block, directory.next_field, 0)
    if thumbnail is None:
        return
    start = thumbnail.integer(0x0201, 0)
    stop = start + thumbnail.integer(0x0202, 0)
    if not 8 <= start < stop <= len(block):
        return
    if stop >= len(block) - 1:
        del block[start:]
    else:
        block[start:stop] = bytes(stop - start)
