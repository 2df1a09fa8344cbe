"""Writing WebP without loss, colours under transparent pixels included."""

from __future__ import annotations

from typing import BinaryIO

from PIL import Image

from restoration.pages.exif import with_resolution
from restoration.pages.fitting import Ability, fit
from restoration.pages.page import Page, SampleType

ABILITY = Ability("WebP", (SampleType.UINT8,), alpha=True, longest_side=16383, gray=False)
_EFFORT = 20
"""Pillow's quality for lossless WebP: how long to search, of 100; the pixels are the same."""


class WebpEncoder:
    """One page as lossless WebP."""

    pages = 1

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, page: Page) -> tuple[str, ...]:
        """Write the page; a resolution is stated in EXIF, the only place WebP has for one."""
        fitted = fit(page, ABILITY)
        Image.fromarray(fitted.stored).save(
            self._file,
            "WEBP",
            lossless=True,
            exact=True,
            quality=_EFFORT,
            method=2,
            exif=with_resolution(page.info.exif, page.info.dpi) or b"",
            icc_profile=fitted.icc or b"",
        )
        return fitted.notices

    def finish(self) -> None:
        """Nothing comes after the page."""
