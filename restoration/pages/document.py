"""Opening a file of pages: header first, pixels only when a page is asked for."""

from __future__ import annotations

import mmap
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from restoration.closing import ClosedAfterUse
from restoration.errors import OutOfRange, RestorationError, UnreadableFile
from restoration.pages.ifd import Buffer
from restoration.pages.limits import Limits
from restoration.pages.orientation import UPRIGHT, swaps_axes, turned
from restoration.pages.page import FileFormat, Page, PageInfo
from restoration.pages.samples import Stored, to_page
from restoration.pages.sniff import extension_notice, sniff


class Document(ClosedAfterUse):
    """A file of one or more pages, open for reading; nothing in it is ever changed."""

    format: FileFormat
    page_count: int
    notices: tuple[str, ...] = ()
    """What is said of the file as a whole; each page has its own besides."""

    @abstractmethod
    def describe(self, index: int) -> PageInfo:
        """Describe page `index` (from 0) from its header; raises `TooLarge` over a limit."""

    @abstractmethod
    def read(self, index: int) -> Page:
        """Decode page `index`; what its info says goes before what `describe` said."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""

    def check_index(self, index: int) -> None:
        """Raise `OutOfRange` for a page that is not there."""
        if not 0 <= index < self.page_count:
            raise OutOfRange(
                "There is no such page",
                actual=f"page {index + 1}",
                expected=f"1 to {self.page_count}",
            )


@dataclass(frozen=True)
class Header:
    """What the header of a one-page file says; sizes and dots per inch as stored."""

    info: PageInfo
    orientation: int = UPRIGHT
    details: Mapping[str, Any] = field(default_factory=dict)
    """Facts that only the format's own decoder needs."""

    def upright_info(self) -> PageInfo:
        """The description after the orientation was applied."""
        width, height = turned((self.info.width, self.info.height), self.orientation)
        dpi = self.info.dpi
        if dpi is not None and swaps_axes(self.orientation):
            dpi = (dpi[1], dpi[0])
        return replace(self.info, width=width, height=height, dpi=dpi)


class StillImage(Document):
    """A file that holds exactly one page, looked at through a memory map."""

    page_count = 1

    def __init__(
        self,
        path: Path,
        limits: Limits,
        parse: Callable[[Buffer], Header],
        decode: Callable[[Buffer, Header], Stored],
    ) -> None:
        self._data = map_file(path)
        self._decode = decode
        try:
            self._header = parse(self._data)
            self.format = self._header.info.format
            limits.check_page(self._header.info.width, self._header.info.height)
        except BaseException:
            self.close()
            raise

    def describe(self, index: int) -> PageInfo:
        """Describe the one page there is."""
        self.check_index(index)
        return self._header.upright_info()

    def read(self, index: int) -> Page:
        """Decode the one page there is."""
        info = self.describe(index)
        return to_page(self._decode(self._data, self._header), info, self._header.orientation)

    def close(self) -> None:
        """Let go of the file."""
        self._data.close()


def map_file(path: Path) -> mmap.mmap:
    """Map a file that is not empty, for reading."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def open_document(path: Path, limits: Limits, pdf_dpi: int = 300) -> Document:
    """Open the pages in `path`; use it in a `with` statement.

    `pdf_dpi` is the resolution for PDF pages that are not one scan. Limits are checked against
    headers before any pixel is decoded. Raises `UnreadableFile`, `UnsupportedFile`, `TooLarge`.
    """
    format = sniff(path)
    limits.check_file(path.stat().st_size)
    try:
        document = _opened(path, format, limits, pdf_dpi)
    except RestorationError:
        raise
    except MemoryError as error:
        raise UnreadableFile("The header asks for more memory than is allowed") from error
    except Exception as error:  # decoders of four libraries, each with classes of its own
        raise UnreadableFile(f"The {format.value} file is damaged", actual=_short(error)) from error
    document.notices = (*extension_notice(path, format), *document.notices)
    return document


def _opened(path: Path, format: FileFormat, limits: Limits, pdf_dpi: int) -> Document:
    # Each format brings its own libraries; only those of the file at hand are loaded.
    match format:
        case FileFormat.PNG:
            from restoration.pages import png

            return StillImage(path, limits, png.parse, png.decode)
        case FileFormat.JPEG:
            from restoration.pages import jpeg

            return StillImage(path, limits, jpeg.parse, jpeg.decode)
        case FileFormat.WEBP:
            from restoration.pages import webp

            return StillImage(path, limits, webp.parse, webp.decode)
        case FileFormat.BMP:
            from restoration.pages import bmp

            return StillImage(path, limits, bmp.parse, bmp.decode)
        case FileFormat.TIFF:
            from restoration.pages.tiff import TiffDocument

            return TiffDocument(path, limits)
        case FileFormat.PDF:
            from restoration.pages.pdf import PdfPages

            return PdfPages(path, limits, pdf_dpi)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__


def damaged(format: FileFormat, error: Exception) -> UnreadableFile:
    """The refusal for pixels that a decoder gave up on."""
    return UnreadableFile(
        f"The {format.value} page is damaged or cut short",
        actual=_short(error),
        remedy="Copy or export the file again",
    )
