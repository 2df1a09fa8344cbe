"""A page as words with their places."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from PIL import Image

from restoration.fidelity import check_pair
from restoration.pages.page import Pixels
from restoration.text.tesseract import SECONDS, Layout, recognise


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    x: int
    y: int
    width: int
    height: int

    def around(self, other: Box) -> Box:
        """The smallest box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right = max(self.x + self.width, other.x + other.width)
        bottom = max(self.y + self.height, other.y + other.height)
        return Box(x, y, right - x, bottom - y)


@dataclass(frozen=True)
class Word:
    """One recognised word."""

    text: str
    box: Box
    confidence: float
    """0 to 100, as Tesseract judges itself."""
    line: int
    """Number of its line on the page, in reading order."""


@dataclass(frozen=True)
class Reading:
    """The words of a page in reading order."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words, one line of the page on each line."""
        lines = groupby(self.words, key=lambda word: word.line)
        return "\n".join(" ".join(word.text for word in line) for _, line in lines)


def read_text(
    pixels: Pixels,
    language: str = "eng",
    dpi: float | None = None,
    seconds: float = SECONDS,
    layout: Layout = Layout.PAGE,
) -> Reading:
    """Recognise the words of (H, W, C) `pixels`, range [0, 1], with Tesseract.

    `dpi` is that of the scan; Tesseract guesses where None. Valid for print of about 8 points and
    more at 150 dpi and above; handwriting is not recognised. A page without text gives no words.
    Raises UsageError where Tesseract or the language is missing or a sample is not a finite
    float, UnsupportedFile where the page is refused, WorkerLost where it takes over `seconds`.
    """
    check_pair(pixels, pixels)
    seen = np.round(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    image = Image.fromarray(seen[..., 0] if seen.shape[2] == 1 else seen)
    file = io.BytesIO()
    image.convert("L").save(file, "PNG", compress_level=1)
    return _parsed(recognise(file.getvalue(), language, dpi, seconds, layout))


def _parsed(table: str) -> Reading:
    """The word rows (level 5) of Tesseract's table."""
    words: list[Word] = []
    lines: dict[tuple[str, ...], int] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row["text"] or "").strip()
        if row["level"] != "5" or not text:
            continue
        place = tuple(row[part] for part in ("page_num", "block_num", "par_num", "line_num"))
        box = Box(*(int(row[side]) for side in ("left", "top", "width", "height")))
        words.append(Word(text, box, float(row["conf"]), lines.setdefault(place, len(lines))))
    return Reading(tuple(words))
