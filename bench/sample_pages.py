"""The clean originals of the sample scans that are drawn rather than photographed.

Every function gives pixels as (H, W) or (H, W, 3), float64, range [0, 1].
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from handwriting import written
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

FONTS = Path("/usr/share/fonts/truetype/dejavu")
"""Where Debian's fonts-dejavu-core puts them."""
PAPER, INK = 0.93, 0.13
LENS = 0.6
"""Blur of a scanner's optics, as the sigma of a Gaussian in pixels."""

CHAPTER = """\
A scanner does not see a page. It sees light that came back from it, counted in a hurry by \
a row of small buckets, and every count is a little wrong. On white paper the error hides; \
between the strokes of a letter it does not. What a reader calls grain is the sum of these \
small mistakes, and a page that was copied twice carries them twice.

It is tempting to wash all of it away. Smooth a page hard enough and the paper turns as calm \
as snow, but the dot over an i may go with the dust, and a 3 that lost its notch is an 8 from \
then on. Nobody who reads the clean page can tell. That is why a careful hand keeps what was \
taken out, and looks at it: if only noise was removed, the difference looks like noise, with \
no letters in it.

The test is simple. Lay the page as it was beside the page as it is now. Subtract one from \
the other and turn up the contrast. Sand is what you hope for. When you can read words in the \
sand, words were harmed, and the cure was worse than the cough. A page with some grain left in \
it is worth more than a smooth one that lies."""

INVOICE = (
    ("Pos", "Article", "Qty", "Price", "Total"),
    ("1", "Archive box A4, grey", "12", "8.35", "100.20"),
    ("2", "Acid-free folder", "60", "0.68", "40.80"),
    ("3", "Cotton gloves, pair", "6", "3.95", "23.70"),
    ("4", "Scanning, 300 dpi", "386", "0.19", "73.34"),
    ("5", "Scanning, 600 dpi", "88", "0.36", "31.68"),
    ("6", "Repair of torn leaf", "9", "14.50", "130.50"),
    ("7", "Courier, insured", "1", "27.80", "27.80"),
)

NOTE = [
    "dear ada,",
    "the scans came back grey",
    "and full of grain. can you",
    "clean them, and tell me",
    "what was changed?",
    "no hurry.   yours, noor",
]


def book_page() -> NDArray[np.float64]:
    """A page of serif text as a book scanner gives it at 150 dpi."""
    width, height, margin = 780, 840, 78
    sheet = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(sheet)
    title, body = _font("DejaVuSerif-Bold", 30), _font("DejaVuSerif", 20)
    draw.text((margin, 78), "On the noise of pages", 0, title)
    y = 146
    for paragraph in CHAPTER.split("\n\n"):
        for number, line in enumerate(_wrapped(paragraph, body, width - 2 * margin - 24)):
            draw.text((margin + (24 if number == 0 else 0), y), line, 0, body)
            y += 29
    draw.text((width // 2, height - 66), "17", 0, body, anchor="mm")
    return _printed(sheet)


def invoice() -> NDArray[np.float64]:
    """A table of digits at 150 dpi, where one wrong stroke makes another number."""
    width, height = 900, 700
    sheet = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(sheet)
    bold, plain = _font("DejaVuSans-Bold", 19), _font("DejaVuSans", 18)
    draw.text((60, 48), "Invoice 2026-0388", 0, _font("DejaVuSans-Bold", 30))
    draw.text((60, 98), "Harbour Paper Works, 6 Quay Street    Date 03.08.2026", 0, plain)
    columns = ((60, "la"), (120, "la"), (560, "ra"), (690, "ra"), (840, "ra"))
    for number, row in enumerate(INVOICE):
        y = 160 + 46 * number
        for (x, anchor), cell in zip(columns, row, strict=True):
            draw.text((x, y), cell, 0, bold if number == 0 else plain, anchor=anchor)
        draw.line((60, y + 34, 840, y + 34), 110 if number else 0, 1 if number else 2)
    for y, label, amount, font in (
        (546, "Net", "428.02", plain),
        (580, "VAT 19 %", "81.32", plain),
        (618, "To pay", "509.34", bold),
    ):
        draw.text((690, y), label, 0, font, anchor="ra")
        draw.text((840, y), amount, 0, font, anchor="ra")
    return _printed(sheet)


def note() -> NDArray[np.float64]:
    """A note in blue ink on ruled, cream paper; (H, W, 3)."""
    width, height, spacing, top = 540, 470, 68, 82
    ink = gaussian_filter(
        written((width, height), NOTE, left=54, top=top, spacing=spacing, seed=11), LENS
    )
    rules = np.zeros((height, width))
    for row in range(len(NOTE)):
        rules[top + row * spacing + 6, :] = 0.45
    paper = np.array([0.93, 0.91, 0.84])
    ruled = paper - gaussian_filter(rules, LENS)[..., None] * np.array([0.45, 0.3, 0.15])
    blue = np.array([0.13, 0.19, 0.48])
    return ruled * (1 - ink[..., None]) + blue * ink[..., None]


def _printed(sheet: Image.Image) -> NDArray[np.float64]:
    white = np.asarray(sheet, np.float64) / 255
    return gaussian_filter(INK + (PAPER - INK) * white, LENS)


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
