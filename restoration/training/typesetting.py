"""Pages of print, typeset at random while training: no two patches show the same letters.

Words are random letters. A network that only ever saw such words cannot learn to guess a word,
and so has nothing to fall back on but the strokes that are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

from restoration.errors import UsageError
from restoration.training.augmentation import Patch

SYSTEM_FONTS = (Path("/usr/share/fonts"), Path("/Library/Fonts"), Path("C:/Windows/Fonts"))
SUFFIXES = frozenset({".ttf", ".otf", ".woff"})
LETTERS = "eeeeeeennnnniiiisssrrraaattttdddhhhuulllcggmmoobwfkzpvjyxq"
MARKS = (",", ".", ".", ";", ":", "!", "?", "-", ")", '"')
SIZES = (9, 64)
"""Smallest and largest letters in pixels: 6 points at 110 dpi, a heading at 300 dpi."""
OVERSAMPLING = 2
"""Letters are drawn so much larger and reduced, so that strokes lie anywhere between pixels."""


class Typesetter:
    """Draws patches of print in the fonts it is given."""

    def __init__(self, folders: Sequence[Path] = SYSTEM_FONTS) -> None:
        """Collect the fonts with Latin letters under `folders`; raises UsageError for none."""
        self.fonts = tuple(path for path in _font_files(folders) if _has_latin_letters(path))
        if not self.fonts:
            raise UsageError(
                "No font was found to typeset text with",
                expected="TrueType, OpenType or WOFF files with Latin letters",
                remedy="Install one (on Debian: apt-get install fonts-dejavu-core) or give --fonts",
            )

    def patch(self, size: int, gray: bool, rng: np.random.Generator) -> Patch:
        """Typeset (size, size, 3), or (size, size, 1) for `gray`, [0, 1]."""
        ink = self._ink(size, rng)
        channels = 1 if gray else 3
        paper = np.full(channels, rng.uniform(0.7, 1.0))
        letters = np.full(channels, rng.uniform(0.0, 0.35))
        if not gray:
            paper += rng.normal(0, 0.03, channels)
            letters += rng.normal(0, 0.06, channels)
        if rng.random() < 0.04:
            paper, letters = letters, paper
        page = paper + (letters - paper) * ink[..., None]
        return (page * _shading(size, rng)[..., None]).clip(0, 1).astype(np.float32)

    def _ink(self, size: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Share of ink in each pixel, (size, size)."""
        side = OVERSAMPLING * (size + 16)
        sheet = Image.new("L", (side, side), 0)
        self._set(sheet, rng)
        turned = sheet.rotate(rng.normal(0, 0.7), Image.Resampling.BICUBIC)
        drawn = np.asarray(turned, np.float64) / 255
        if rng.random() < 0.5:
            drawn = _worn(drawn, rng)
        cells = drawn.reshape(side // OVERSAMPLING, OVERSAMPLING, -1, OVERSAMPLING)
        reduced = gaussian_filter(cells.mean(axis=(1, 3)), rng.uniform(0.25, 0.9))
        return reduced[8 : 8 + size, 8 : 8 + size]

    def _set(self, sheet: Image.Image, rng: np.random.Generator) -> None:
        """Fill a sheet with lines of words; some sheets are ruled or hold a table."""
        draw, side = ImageDraw.Draw(sheet), sheet.width
        low, high = np.log(SIZES)
        size = OVERSAMPLING * round(float(np.exp(rng.uniform(low, high))))
        font = _font(self.fonts[rng.integers(len(self.fonts))], size)
        spacing = size * rng.uniform(1.05, 1.7)
        y = -rng.uniform(0, spacing)
        while y < side:
            x = -rng.uniform(0, 4 * size) if rng.random() < 0.8 else rng.uniform(0, side)
            while x < side:
                word = _word(rng)
                draw.text((x, y), word, 255, font)
                x += font.getlength(word) + size * rng.uniform(0.2, 0.6)
            if rng.random() < 0.06:
                draw.line((0, y, side, y), int(rng.integers(80, 256)), int(rng.integers(1, 5)))
            y += spacing
        if rng.random() < 0.06:
            for x in rng.integers(0, side, 2):
                draw.line((int(x), 0, int(x), side), 200, int(rng.integers(1, 5)))


def _word(rng: np.random.Generator) -> str:
    if rng.random() < 0.15:
        return "".join(rng.choice(list("0123456789.,-/%"), rng.integers(1, 7)))
    word = "".join(rng.choice(list(LETTERS), rng.integers(1, 12)))
    if rng.random() < 0.2:
        word = word.upper() if rng.random() < 0.2 else word.capitalize()
    return word + MARKS[rng.integers(len(MARKS))] if rng.random() < 0.15 else word


def _worn(drawn: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Rough contours and uneven ink, as of worn type on soft paper."""
    grain = gaussian_filter(rng.standard_normal(drawn.shape), rng.uniform(0.8, 2.5))
    grain *= rng.uniform(0.05, 0.3) / grain.std()
    soft = gaussian_filter(drawn, rng.uniform(0.6, 1.4))
    spread = soft + grain * (soft > 0.02)
    edge = ((spread - rng.uniform(0.35, 0.6)) * 5 + 0.5).clip(0, 1)
    clouds = gaussian_filter(rng.standard_normal(drawn.shape), 6.0)
    return edge * (1 - rng.uniform(0, 0.35) * (0.5 + clouds / (4 * clouds.std())).clip(0, 1))


def _shading(size: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Light that falls off slowly across the patch; it belongs to the page and stays."""
    slope = rng.normal(0, 0.06, 2)
    ramp = np.linspace(-0.5, 0.5, size)
    return 1 + slope[0] * ramp[:, None] + slope[1] * ramp[None, :]


def _font_files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def _has_latin_letters(path: Path) -> bool:
    """Whether letters differ from each other and from the sign for a missing one."""
    try:
        font = _font(path, 24)
        shapes = {bytes(font.getmask(letter)) for letter in ("a", "e", "g", "R", "\uffff")}
    except (OSError, ValueError):
        return False
    return len(shapes) == 5 and b"" not in shapes


@lru_cache(maxsize=2048)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)
