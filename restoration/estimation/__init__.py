"""What is wrong with a page: noise, compression, and what kind of page it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from restoration.estimation.jpeg import quality_from_blocking, quality_from_tables
from restoration.estimation.noise import NoiseEstimate, estimate_noise
from restoration.estimation.page_kind import PageKind, page_kind
from restoration.pages.page import FileFormat, Page

__all__ = [
    "Estimate",
    "JpegSource",
    "NoiseEstimate",
    "PageKind",
    "estimate",
    "estimate_noise",
    "page_kind",
    "quality_from_blocking",
    "quality_from_tables",
]


class JpegSource(Enum):
    """How a JPEG quality was found."""

    TABLES = "tables"
    """Read from the file."""
    NEAREST_TABLES = "nearest tables"
    """The file has tables of its own; the nearest quality of libjpeg."""
    BLOCKING = "blocking"
    """From traces in the pixels of a page that is stored otherwise now."""


_JPEG_ORIGIN = {
    JpegSource.TABLES: "from the file",
    JpegSource.NEAREST_TABLES: "nearest to the file's own tables",
    JpegSource.BLOCKING: "from traces of earlier compression",
}


@dataclass(frozen=True)
class Estimate:
    """Everything measured on one page."""

    noise: NoiseEstimate
    jpeg_quality: int | None
    """1 to 100, as libjpeg counts; None where the page shows no compression."""
    jpeg_source: JpegSource | None
    kind: PageKind

    @property
    def sentence(self) -> str:
        """The findings for a person."""
        parts = [_noise_phrase(self.noise)]
        if self.jpeg_quality is not None and self.jpeg_source is not None:
            origin = _JPEG_ORIGIN[self.jpeg_source]
            parts.append(f"JPEG quality {self.jpeg_quality} {origin}")
        return "; ".join(parts) + "."


def estimate(page: Page) -> Estimate:
    """Measure noise, compression and kind of `page`; an A4 page of 300 dpi takes about a second.

    Compression is read from the tables of a JPEG file, and looked for in the pixels of any other.
    """
    noise = estimate_noise(page.pixels)
    tables = quality_from_tables(page.info.quantisation)
    quality: int | None
    source: JpegSource | None
    if tables is not None:
        quality = tables.quality
        source = JpegSource.TABLES if tables.exact else JpegSource.NEAREST_TABLES
    else:
        seen = None if page.info.format is FileFormat.JPEG else quality_from_blocking(page.pixels)
        quality, source = seen, None if seen is None else JpegSource.BLOCKING
    return Estimate(noise, quality, source, page_kind(page.pixels, noise.sigma))


def _noise_phrase(noise: NoiseEstimate) -> str:
    if noise.blocks == 0:
        return "The page is too small or too saturated to measure noise"
    if noise.sigma < 0.5:
        return "No noise to speak of (σ below 0.5)"
    traits = []
    if noise.signal_dependent:
        brighter = "stronger" if noise.slope > 0 else "weaker"
        traits.append(f"{brighter} where the page is bright")
    if noise.correlated:
        traits.append("alike in neighbouring pixels, as grain, compression or sharpening leave it")
    if not traits:
        traits.append("about the same everywhere")
    return f"Noise σ {noise.sigma:.0f} (estimated), " + ", ".join(traits)
