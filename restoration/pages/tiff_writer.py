"""Writing TIFF by tifffile: deflate with predictor, any depth, page after page."""

from __future__ import annotations

import mmap
import struct
from typing import Any, BinaryIO

from restoration.errors import NotWritten
from restoration.pages import exif
from restoration.pages.fitting import Ability, Fitted, fit
from restoration.pages.ifd import (
    Field,
    directories,
    rational_parts,
    read_header,
    serialise,
)
from restoration.pages.page import AlphaKind, Page, SampleType

ABILITY = Ability(
    "TIFF",
    (SampleType.BIT, SampleType.UINT8, SampleType.UINT16, SampleType.FLOAT32),
    alpha=True,
    longest_side=2**31 - 1,
    kinds_of_alpha=True,
)
_EXTRA_SAMPLES = {
    AlphaKind.STRAIGHT: "unassalpha",
    AlphaKind.PREMULTIPLIED: "assocalpha",
    AlphaKind.UNSPECIFIED: "unspecified",
}
_LEVEL = 6
_ROWS_PER_STRIP = 256
# tifffile keeps these tags to itself; they are written under a number beside theirs, which no
# other tag here has, and get their own at the end.
_RENAMED = {
    exif.EXIF_DIRECTORY: exif.EXIF_DIRECTORY - 1,
    exif.GPS_DIRECTORY: exif.GPS_DIRECTORY - 1,
}
# How the picture that the EXIF came with was stored, which says nothing of this file.
_NOT_COPIED = frozenset(
    (*range(254, 267), 273, *range(277, 285), 296, *range(317, 326), 330, *range(332, 348),
     *range(512, 533), 32997, 34675, exif.INTEROPERABILITY)
)  # fmt: skip
_DIRECTORY_SIZE_LIMIT = 2**32 - 2**25


class TiffEncoder:
    """Pages as one little-endian TIFF."""

    pages = None

    def __init__(self, file: BinaryIO) -> None:
        import tifffile

        self._file = file
        self._tiff = tifffile.TiffWriter(file, byteorder="<")

    def add(self, page: Page) -> tuple[str, ...]:
        """Append the page, its EXIF directories before it."""
        fitted = fit(page, ABILITY)
        if self._file.tell() + fitted.stored.nbytes > _DIRECTORY_SIZE_LIMIT:
            raise NotWritten(
                "The TIFF would grow beyond 4 GB",
                remedy="Write the pages to several files, or as PDF",
            )
        stored = fitted.stored
        colour = stored.shape[2] - int(fitted.alpha)
        self._tiff.write(
            stored if stored.shape[2] > 1 else stored[..., 0],
            photometric="rgb" if colour == 3 else "minisblack",
            planarconfig="contig" if stored.shape[2] > 1 else None,
            extrasamples=[_EXTRA_SAMPLES[page.info.alpha_kind]] if fitted.alpha else None,
            compression="adobe_deflate",
            compressionargs={"level": _LEVEL},
            predictor=fitted.samples is not SampleType.BIT,
            rowsperstrip=min(_ROWS_PER_STRIP, stored.shape[0]),
            iccprofile=fitted.icc,
            metadata=None,
            software=False,
            maxworkers=1,
            extratags=self._extra_tags(page),
            **_resolution(page, fitted),
        )
        return fitted.notices

    def finish(self) -> None:
        """Give the renamed tags their numbers; the file itself stays open for its owner."""
        self._file.flush()
        with mmap.mmap(self._file.fileno(), 0) as data:
            for directory in directories(data, read_header(data)):
                for tag, stand_in in _RENAMED.items():
                    if stand_in in directory.entries:
                        struct.pack_into("<H", data, directory.entries[stand_in].field, tag)

    def _extra_tags(self, page: Page) -> list[tuple[Any, ...]]:
        tags: list[tuple[Any, ...]] = []
        for entry in exif.main_fields(page.info.exif):
            if entry.tag in _NOT_COPIED:
                continue
            if entry.children is None:
                tags.append((entry.tag, entry.type, entry.count, entry.value, False))
            else:
                offset = self._place(entry.children)
                tags.append((_RENAMED[entry.tag], 4, 1, offset, False))
        return tags

    def _place(self, children: tuple[Field, ...]) -> int:
        """Write a sub-directory at the end of the file; returns where it stands."""
        offset = self._file.seek(0, 2)
        if offset % 2:
            # A directory begins on a word boundary (TIFF 6.0, section 2).
            offset += self._file.write(b"\0")
        block = serialise(children, offset)
        self._file.write(block + b"\0" * (len(block) % 2))
        return offset


def _resolution(page: Page, fitted: Fitted) -> dict[str, Any]:
    if page.info.dpi is None:
        return {}
    across, down = page.info.dpi
    return {
        "resolution": (rational_parts(across), rational_parts(down)),
        "resolutionunit": "inch",
    }
