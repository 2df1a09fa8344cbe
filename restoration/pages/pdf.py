"""Reading PDF: the scan itself where a page is one, a rendering at a chosen resolution otherwise.

PDFium serves one thread at a time, so every call here holds one lock.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray
from PIL import Image

from restoration.errors import RestorationError, UnreadableFile, UnsupportedFile
from restoration.pages.document import Document, damaged
from restoration.pages.limits import Limits
from restoration.pages.orientation import UPRIGHT, turned, upright
from restoration.pages.page import FileFormat, Layout, Page, PageInfo, SampleType
from restoration.pages.pdf_scan import Scan, sole_image, stored_pixels, understand
from restoration.pages.samples import Stored, to_page

_LOCK = RLock()
_USES_BEFORE_REOPENING = 8
_PROOF_PIXELS = 96
"""Longer side of the small rendering that a taken scan is compared with."""
_SHRINK = 4
"""By how much both are averaged down again, so that resampling filters do not matter."""
_PROOF_DIFFERENCE = 0.1
_PROOF_CORRELATION = 0.8
_BLANK_SPREAD = 0.02
"""Below this standard deviation a page has no pattern to correlate."""


class PdfPages(Document):
    """A PDF; pages are loaded one at a time and let go again."""

    format = FileFormat.PDF

    def __init__(self, path: Path, limits: Limits, dpi: int) -> None:
        self._path = path
        self._limits = limits
        self._dpi = dpi
        self._uses = 0
        with _LOCK:
            self._pdf = _opened(path)
            try:
                self.page_count = len(self._pdf)
                limits.check_count(self.page_count)
                self.notices = _left_behind(self._pdf)
            except BaseException:
                self.close()
                raise

    def describe(self, index: int) -> PageInfo:
        """Describe page `index`; whether it is one scan is told by its content, not its pixels."""
        with self._page(index) as page:
            scan = self._scan(page)
            if scan is None or scan.transparent:
                return self._rendered_info(page, index, scan)
            return self._scan_info(page, index, scan)

    def read(self, index: int) -> Page:
        """Decode page `index`.

        A taken scan is compared with a small rendering of the page; where they differ (an
        inverting Decode array, a clip, a blend) the page is rendered instead.
        """
        with self._page(index) as page:
            scan = self._scan(page)
            if scan is not None and not scan.transparent:
                stored = stored_pixels(scan)
                if stored is not None and _is_what_is_shown(page, stored, scan.orientation):
                    info = self._scan_info(page, index, scan)
                    return to_page(stored, info, scan.orientation)
            info = self._rendered_info(page, index, scan)
            return to_page(_render(page, info), info, UPRIGHT)

    def close(self) -> None:
        """Let go of the file."""
        with _LOCK:
            self._pdf.close()

    @contextmanager
    def _page(self, index: int) -> Iterator[pdfium.PdfPage]:
        self.check_index(index)
        with _LOCK:
            try:
                self._let_go_of_streams()
                page = self._pdf[index]
                try:
                    yield page
                finally:
                    page.close()
            except RestorationError:
                raise
            except Exception as error:
                raise damaged(FileFormat.PDF, error) from error

    def _let_go_of_streams(self) -> None:
        """Open the file anew every few pages: PDFium keeps the stream of each page it has seen."""
        self._uses += 1
        if self._uses % _USES_BEFORE_REOPENING == 0:
            self._pdf.close()
            self._pdf = _opened(self._path)

    def _scan(self, page: pdfium.PdfPage) -> Scan | None:
        found = sole_image(page)
        if found is None:
            return None
        image, text = found
        # Before anything that makes PDFium look into the stream.
        self._limits.check_page(*image.get_px_size())
        return understand(page, image, text)

    def _scan_info(self, page: pdfium.PdfPage, index: int, scan: Scan) -> PageInfo:
        width, height = turned((scan.width, scan.height), scan.orientation)
        notices = _page_notices(page, "Annotations and links on the page are not carried over.")
        if scan.notice:
            notices = (*notices, scan.notice)
        if scan.text_layer:
            notices = (*notices, "The page's text layer is not carried over.")
        return PageInfo(
            format=FileFormat.PDF,
            index=index,
            width=width,
            height=height,
            layout=scan.layout,
            samples=scan.samples,
            dpi=scan.dpi(_points(page)),
            icc=scan.icc,
            quantisation=scan.tables,
            page_size_points=_points(page),
            notices=notices,
        )

    def _rendered_info(self, page: pdfium.PdfPage, index: int, scan: Scan | None) -> PageInfo:
        dpi = max(scan.dpi(_points(page))) if scan is not None else float(self._dpi)
        points = _points(page)
        width, height = (math.ceil(side * dpi / 72 - 1e-6) for side in points)
        self._limits.check_page(width, height)
        reason = (
            "Transparency on the page was flattened on white"
            if scan is not None and scan.transparent
            else "The page is not one plain scan"
        )
        return PageInfo(
            format=FileFormat.PDF,
            index=index,
            width=width,
            height=height,
            layout=Layout.RGB,
            samples=SampleType.UINT8,
            dpi=(dpi, dpi),
            page_size_points=points,
            notices=(
                *_page_notices(page, "Annotations are part of the picture now; links are gone."),
                f"{reason}; it was rendered at {dpi:.0f} dpi.",
            ),
        )


def _opened(path: Path) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            raise UnsupportedFile(
                "The PDF is encrypted",
                actual="a PDF that asks for a password",
                expected="a PDF that opens without one",
                remedy="Save a copy without the password",
            ) from error
        raise UnreadableFile(
            "The PDF is damaged or cut short", remedy="Copy or export the file again"
        ) from error


def _left_behind(pdf: pdfium.PdfDocument) -> tuple[str, ...]:
    """What the document has besides its pages; asked once, as long as the file is open."""
    parts = []
    if pdfium_c.FPDFBookmark_GetFirstChild(pdf, None):
        parts.append("bookmarks")
    if pdfium_c.FPDFDoc_GetAttachmentCount(pdf) > 0:
        parts.append("attachments")
    if pdfium_c.FPDF_GetFormType(pdf) != pdfium_c.FORMTYPE_NONE:
        parts.append("form fields")
    if pdfium_c.FPDF_GetSignatureCount(pdf) > 0:
        parts.append("signatures")
    if pdf.get_metadata_dict(skip_empty=True):
        parts.append("title, author and other document properties")
    if pdfium_c.FPDF_GetSecurityHandlerRevision(pdf) >= 0:
        parts.append("permissions")
    return (f"Not carried over from the PDF: {', '.join(parts)}.",) if parts else ()


def _page_notices(page: pdfium.PdfPage, said: str) -> tuple[str, ...]:
    return (said,) if pdfium_c.FPDFPage_GetAnnotCount(page) > 0 else ()


def _points(page: pdfium.PdfPage) -> tuple[float, float]:
    """Size as displayed, without the noise of PDFium's single precision."""
    width, height = page.get_size()
    return round(width, 4), round(height, 4)


def _render(page: pdfium.PdfPage, info: PageInfo) -> Stored:
    assert info.dpi is not None
    bitmap = page.render(scale=info.dpi[0] / 72, draw_annots=True, rev_byteorder=True)
    try:
        pixels = bitmap.to_numpy()
        if pixels.ndim == 2:
            pixels = np.repeat(pixels[..., None], 3, axis=2)
        return pixels[: info.height, : info.width, :3].copy()
    finally:
        bitmap.close()


def _is_what_is_shown(page: pdfium.PdfPage, stored: Stored, orientation: int) -> bool:
    """Whether `stored`, upright, looks like the page when both are shrunk to a thumbnail."""
    # A scan smaller than the proof is rendered pixel for pixel, lest interpolation differ.
    side = min(_PROOF_PIXELS, max(stored.shape[:2]))
    bitmap = page.render(scale=side / max(_points(page)), draw_annots=False, rev_byteorder=True)
    try:
        shown = bitmap.to_numpy()
        size = (math.ceil(shown.shape[1] / _SHRINK), math.ceil(shown.shape[0] / _SHRINK))
        small = _thumbnail(shown[..., :3] if shown.ndim == 3 else shown, size)
    finally:
        bitmap.close()
    taken = upright(_thumbnail(stored, turned(size, orientation)), orientation)
    if np.abs(taken - small).mean() > _PROOF_DIFFERENCE:
        return False
    if min(float(taken.std()), float(small.std())) < _BLANK_SPREAD:
        return True
    return float(np.corrcoef(taken.ravel(), small.ravel())[0, 1]) > _PROOF_CORRELATION


def _thumbnail(pixels: Stored, size: tuple[int, int]) -> NDArray[np.float32]:
    """Averaged down to `size` (width, height); luma in [0, 1]."""
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    elif pixels.dtype == np.bool_:
        pixels = pixels.astype(np.uint8) * np.uint8(255)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    image = Image.fromarray(pixels).resize(size, Image.Resampling.BOX).convert("L")
    return np.asarray(image, np.float32) / np.float32(255)
