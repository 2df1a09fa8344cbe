"""The images of a plan, decoded once for many cells."""

from __future__ import annotations

from collections import OrderedDict

from evaluation.benchmark.dataset import Source
from restoration.errors import UnreadableFile
from restoration.pages import Limits, open_document
from restoration.pages.page import Pixels
from restoration.recipe import sha256_of_file
from restoration.settings import settings

HELD_BYTES = 200_000_000
"""Enough for the usual test sets, and little beside a model: a plan goes through all its images
again for each model and degradation."""


class Images:
    """Decoded images, of which the ones used last are held."""

    def __init__(self, held_bytes: int = HELD_BYTES) -> None:
        self._limit = held_bytes
        self._held: OrderedDict[Source, Pixels] = OrderedDict()

    def __call__(self, source: Source) -> Pixels:
        """The (H, W, C) pixels of a page; not to be written to.

        Raises UnreadableFile where the file is not the one that was planned with.
        """
        if source not in self._held:
            self._held[source] = _read(source)
        self._held.move_to_end(source)
        while len(self._held) > 1 and self._bytes() > self._limit:
            self._held.popitem(last=False)
        return self._held[source]

    def _bytes(self) -> int:
        return sum(pixels.nbytes for pixels in self._held.values())


def _read(source: Source) -> Pixels:
    """Decode in this process, six times as fast as in one with limits of its own.

    These very bytes were decoded under limits when the plan was made, as their SHA-256 says.
    """
    if sha256_of_file(source.path) != source.sha256:
        raise UnreadableFile(
            "The image is another one than when the run began",
            actual=source.path.name,
            expected=f"the file of SHA-256 {source.sha256}",
            remedy="Put it back and begin a new run",
        )
    limits = Limits.from_settings(settings())
    with open_document(source.path, limits, settings().pdf_dpi) as document:
        return document.read(source.page).pixels
