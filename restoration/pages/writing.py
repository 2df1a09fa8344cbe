"""Writing pages: to a temporary name beside the target, which is replaced only on success."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from restoration.errors import NotWritten
from restoration.pages.page import FileFormat, Page


class Encoder(Protocol):
    """Turns pages into the bytes of one format."""

    @property
    def pages(self) -> int | None:
        """How many pages the format holds; None for any number."""
        ...

    def add(self, page: Page) -> tuple[str, ...]:
        """Write one page; returns what was converted on the way out."""
        ...

    def finish(self) -> None:
        """Write what comes after the last page."""
        ...


class PageWriter:
    """Writes pages one after another; the file appears whole, or not at all."""

    def __init__(self, path: Path, format: FileFormat) -> None:
        self._path = path
        self._format = format
        self._part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.part")
        self._written = 0
        try:
            self._file: BinaryIO = self._part.open("xb+")
        except OSError as error:
            raise self._not_stored(error) from error
        self._encoder = _encoder(format, self._file)

    def expect(self, pages: int) -> None:
        """Raise `NotWritten` where the format does not hold so many pages."""
        if self._encoder.pages is not None and pages > self._encoder.pages:
            raise NotWritten(
                f"{self._format.value} holds one page",
                actual=f"{pages} pages",
                remedy="Choose TIFF or PDF for several pages",
            )

    def write(self, page: Page) -> tuple[str, ...]:
        """Write the next page; returns what was converted on the way out, for the user.

        Pixels are clipped to [0, 1] (float pages are not) and rounded half up. Raises
        `NotWritten` where the format cannot hold the page or the disk cannot.
        """
        self.expect(self._written + 1)
        try:
            notices = self._encoder.add(page)
        except OSError as error:
            raise self._not_stored(error) from error
        self._written += 1
        return notices

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._land()
        except OSError as failure:
            raise self._not_stored(failure) from failure
        finally:
            self._file.close()
            self._part.unlink(missing_ok=True)

    def _land(self) -> None:
        if not self._written:
            raise NotWritten("No page was written", remedy="Write at least one page")
        self._encoder.finish()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._part.replace(self._path)

    def _not_stored(self, error: OSError) -> NotWritten:
        return NotWritten(
            f"{self._path.name} could not be stored",
            actual=error.strerror or str(error),
            remedy="Check that the folder exists, may be written to, and has room",
        )


def open_writer(path: Path, format: FileFormat) -> PageWriter:
    """Open a writer for `path`; use it in a `with` statement. Raises `NotWritten`."""
    return PageWriter(path, format)


def _encoder(format: FileFormat, file: BinaryIO) -> Encoder:
    # Each format brings its own libraries; only those of the file at hand are loaded.
    match format:
        case FileFormat.PNG:
            from restoration.pages.png_writer import PngEncoder

            return PngEncoder(file)
        case FileFormat.JPEG:
            from restoration.pages.jpeg_writer import JpegEncoder

            return JpegEncoder(file)
        case FileFormat.WEBP:
            from restoration.pages.webp_writer import WebpEncoder

            return WebpEncoder(file)
        case FileFormat.BMP:
            from restoration.pages.bmp_writer import BmpEncoder

            return BmpEncoder(file)
        case FileFormat.TIFF:
            from restoration.pages.tiff_writer import TiffEncoder

            return TiffEncoder(file)
        case FileFormat.PDF:
            from restoration.pages.pdf_writer import PdfEncoder

            return PdfEncoder(file)
