"""Writing PDF: one lossless image a page, streamed, so that no document sits in memory.

Source: ISO 32000-1, sections 7.5 (file structure), 8.9.5 (images) and 7.4.4 (Flate predictors).
"""

from __future__ import annotations

import zlib
from typing import BinaryIO

from restoration.pages.fitting import Ability, Fitted, fit
from restoration.pages.page import Page, SampleType
from restoration.pages.png_writer import bit_depth, deflated_rows

ABILITY = Ability(
    "PDF",
    (SampleType.BIT, SampleType.UINT8, SampleType.UINT16),
    alpha=False,
    longest_side=2**31 - 1,
    exif=False,
)
_DEFAULT_DPI = 72.0
_CATALOG, _PAGES = 1, 2


class PdfEncoder:
    """Pages as one PDF 1.5, the first version with 16-bit images."""

    pages = None

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._offsets: dict[int, int] = {}
        self._last = _PAGES
        self._page_numbers: list[int] = []
        self._profiles: dict[bytes, int] = {}
        # Four bytes above 127 tell transfer programs that the file is binary.
        file.write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")

    def add(self, page: Page) -> tuple[str, ...]:
        """Append a page of the size that it came with, or that its resolution gives."""
        fitted = fit(page, ABILITY)
        width, height = (_number(side) for side in _points(page))
        image = self._image(fitted)
        content = self._stream(b"", f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q".encode())
        number = self._object(
            f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {width} {height}] "
            f"/Resources << /XObject << /Im0 {image} 0 R >> >> /Contents {content} 0 R >>".encode()
        )
        self._page_numbers.append(number)
        return fitted.notices

    def finish(self) -> None:
        """Write the page tree, the catalog and the cross-reference table."""
        kids = " ".join(f"{number} 0 R" for number in self._page_numbers)
        count = len(self._page_numbers)
        self._place(_PAGES, f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode())
        self._place(_CATALOG, f"<< /Type /Catalog /Pages {_PAGES} 0 R >>".encode())
        start = self._file.tell()
        size = self._last + 1
        self._file.write(f"xref\n0 {size}\n0000000000 65535 f \n".encode())
        for number in range(1, size):
            self._file.write(f"{self._offsets[number]:010d} 00000 n \n".encode())
        self._file.write(
            f"trailer\n<< /Size {size} /Root {_CATALOG} 0 R >>\n"
            f"startxref\n{start}\n%%EOF\n".encode()
        )

    def _image(self, fitted: Fitted) -> int:
        height, width, channels = fitted.stored.shape
        bits = bit_depth(fitted.stored)
        entries = (
            f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
            f"/BitsPerComponent {bits} /ColorSpace {self._colour_space(fitted)} "
            f"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors {channels} "
            f"/BitsPerComponent {bits} /Columns {width} >>"
        )
        return self._stream(entries.encode(), deflated_rows(fitted.stored))

    def _colour_space(self, fitted: Fitted) -> str:
        channels = fitted.stored.shape[2]
        plain = "/DeviceGray" if channels == 1 else "/DeviceRGB"
        if fitted.icc is None:
            return plain
        if fitted.icc not in self._profiles:
            entries = f"/N {channels} /Alternate {plain} /Filter /FlateDecode"
            self._profiles[fitted.icc] = self._stream(entries.encode(), zlib.compress(fitted.icc))
        return f"[/ICCBased {self._profiles[fitted.icc]} 0 R]"

    def _stream(self, entries: bytes, body: bytes) -> int:
        head = b"<< " + entries + f" /Length {len(body)} >>\nstream\n".encode()
        return self._object(head, body, b"\nendstream")

    def _object(self, *parts: bytes) -> int:
        self._last += 1
        self._place(self._last, *parts)
        return self._last

    def _place(self, number: int, *parts: bytes) -> None:
        self._offsets[number] = self._file.tell()
        self._file.write(f"{number} 0 obj\n".encode())
        for part in parts:
            self._file.write(part)
        self._file.write(b"\nendobj\n")


def _points(page: Page) -> tuple[float, float]:
    """Width and height in 1/72 inch."""
    if page.info.page_size_points is not None:
        return page.info.page_size_points
    across, down = page.info.dpi or (_DEFAULT_DPI, _DEFAULT_DPI)
    height, width = page.pixels.shape[:2]
    return width / across * 72, height / down * 72


def _number(value: float) -> str:
    """A PDF real: never in exponent form (ISO 32000-1, 7.3.3)."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
