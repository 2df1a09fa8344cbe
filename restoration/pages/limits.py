"""How large a file may be; checked against headers, before any pixel is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from restoration.errors import TooLarge

if TYPE_CHECKING:
    # Loading pydantic would double the start-up time of the decode server.
    from restoration.settings import Settings

_WALL_FACTOR = 3


@dataclass(frozen=True)
class Limits:
    """Bounds on what is taken, and the refusals that go with them."""

    file_bytes: int
    page_megapixels: float
    pages: int
    seconds: float
    """Longest processor time to decode one page in a worker."""

    @property
    def wall_seconds(self) -> float:
        """Longest time by the clock; longer, since waiting on a busy machine is no file's fault."""
        return _WALL_FACTOR * self.seconds

    @classmethod
    def from_settings(cls, settings: Settings) -> Limits:
        """The limits that the environment asks for."""
        return cls(
            file_bytes=settings.max_file_mb * 1_000_000,
            page_megapixels=settings.max_page_megapixels,
            pages=settings.max_pages,
            seconds=settings.decode_seconds,
        )

    def check_file(self, size: int) -> None:
        """Raise `TooLarge` for a file of `size` bytes over the limit."""
        if size > self.file_bytes:
            raise TooLarge(
                "The file is too large",
                actual=f"{size / 1e6:.0f} MB",
                expected=f"at most {self.file_bytes / 1e6:.0f} MB",
                remedy="Split it into smaller files, or raise RR_MAX_FILE_MB",
            )

    def check_page(self, width: int, height: int) -> None:
        """Raise `TooLarge` for a page of `width` x `height` pixels over the limit."""
        megapixels = width * height / 1e6
        if megapixels > self.page_megapixels:
            raise TooLarge(
                "The page is too large",
                actual=f"{width} x {height} pixels ({megapixels:.0f} megapixels)",
                expected=f"at most {self.page_megapixels:g} megapixels",
                remedy="Scan at a lower resolution, cut the page, or raise RR_MAX_PAGE_MEGAPIXELS",
            )

    def check_count(self, pages: int) -> None:
        """Raise `TooLarge` for a document of more pages than the limit."""
        if pages > self.pages:
            raise TooLarge(
                "The document has too many pages",
                actual=f"{pages} or more pages",
                expected=f"at most {self.pages}",
                remedy="Split it into smaller files, or raise RR_MAX_PAGES",
            )
