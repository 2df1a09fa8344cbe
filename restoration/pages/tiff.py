"""Reading TIFF: pages by our own walk through the directories, pixels by tifffile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restoration.errors import RestorationError, UnreadableFile
from restoration.pages.colour import cmyk_to_rgb
from restoration.pages.document import Document, damaged, map_file
from restoration.pages.ifd import directories, read_directory, read_header
from restoration.pages.limits import Limits
from restoration.pages.orientation import swaps_axes
from restoration.pages.page import FileFormat, Page, PageInfo, SampleType
from restoration.pages.samples import Stored, to_page
from restoration.pages.tiff_header import (
    Photometric,
    TiffPage,
    check_pieces,
    is_page,
    understand,
)


class TiffDocument(Document):
    """A TIFF of one or more pages; a page's pixels are read when it is asked for."""

    format = FileFormat.TIFF

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._data = map_file(path)
        try:
            self._header = read_header(self._data)
            self._offsets = self._find_pages()
        except BaseException:
            self.close()
            raise
        self.page_count = len(self._offsets)

    def describe(self, index: int) -> PageInfo:
        """Describe page `index` from its directory."""
        return self._understood(index).info

    def read(self, index: int) -> Page:
        """Decode page `index`."""
        import tifffile

        page = self._understood(index)
        check_pieces(page)
        try:
            with tifffile.TiffFile(self._path) as file:
                file.filehandle.seek(page.offset)
                decoded = tifffile.TiffPage(file, index).asarray(maxworkers=1)
                stored = _interpreted(page, decoded)
        except RestorationError:
            raise
        except Exception as error:
            raise damaged(FileFormat.TIFF, error) from error
        return to_page(stored, page.info, page.orientation)

    def close(self) -> None:
        """Let go of the file."""
        self._data.close()

    def _find_pages(self) -> list[int]:
        offsets: list[int] = []
        left_out = 0
        offset = self._header.first
        for directory in directories(self._data, self._header):
            if is_page(directory):
                offsets.append(offset)
            else:
                left_out += 1
            self._limits.check_count(len(offsets) + left_out)
            offset = directory.next
        if not offsets:
            raise UnreadableFile("The TIFF has no page")
        if left_out:
            self.notices = (f"{left_out} thumbnails or masks in the TIFF are left out.",)
        return offsets

    def _understood(self, index: int) -> TiffPage:
        self.check_index(index)
        offset = self._offsets[index]
        page = understand(read_directory(self._data, self._header, offset), offset, index)
        self._limits.check_page(page.info.width, page.info.height)
        return page


def _interpreted(page: TiffPage, decoded: NDArray[Any]) -> Stored:
    """(H, W, C) with black at 0, from what tifffile returns: planes in front, squeezed axes."""
    width, height = page.info.width, page.info.height
    if swaps_axes(page.orientation):
        width, height = height, width
    count = decoded.size // (width * height)
    if decoded.shape[:2] == (height, width):
        stored = decoded.reshape(height, width, count)
    else:
        stored = np.moveaxis(decoded.reshape(count, height, width), 0, 2)
    if page.palette is not None:
        return page.palette.resolve(stored[..., 0].astype(np.uint16))
    if page.photometric is Photometric.CMYK:
        return _from_inks(stored, page.cmyk_icc)
    if page.info.samples is SampleType.FLOAT32:
        return _from_float(page, stored)
    if page.info.samples is SampleType.BIT:
        stored = stored.astype(np.bool_)
    elif page.bits < 8:
        stored = (stored.astype(np.uint16) * (255 // ((1 << page.bits) - 1))).astype(np.uint8)
    if page.photometric is Photometric.WHITE_IS_ZERO:
        # Alpha, where there is one, keeps its sense.
        stored = np.concatenate([~stored[..., :1], stored[..., 1:]], axis=2)
    return stored


def _from_inks(stored: Stored, icc: bytes | None) -> Stored:
    if stored.dtype.kind == "f":
        # Float inks are rare and have no agreed scale but 0 to 1.
        levels = np.clip(stored.astype(np.float32), 0.0, 1.0) * np.float32(65535) + np.float32(0.5)
        rgb = cmyk_to_rgb(levels.astype(np.uint16), icc)
        return rgb.astype(np.float32) / np.float32(65535)
    return cmyk_to_rgb(stored, icc)


def _from_float(page: TiffPage, stored: Stored) -> Stored:
    with np.errstate(over="ignore"):
        # What overflows becomes infinite here and is refused by name later.
        samples = stored.astype(np.float32)
    if page.photometric is Photometric.WHITE_IS_ZERO:
        samples[..., 0] = samples[..., 0].max() - samples[..., 0]
    return samples
