"""A hand: letters as strokes through a few points, drawn with jitter, slant and pressure.

Letters stand in a box where 0 is the base line, 1 the height of an x and 2 that of an l.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.interpolate import CubicSpline

LETTERS = {
    "a": "85,90 45,100 5,50 40,0 80,50 85,95 86,30 105,5",
    "b": "10,195 8,90 10,10 50,0 80,45 50,95 12,60",
    "c": "75,85 40,100 5,50 40,0 85,20",
    "d": "80,85 40,95 5,45 40,0 78,50 90,195 / 90,195 85,40 105,5",
    "e": "8,50 70,60 55,98 20,90 8,40 40,0 90,25",
    "f": "75,185 45,195 35,140 33,40 30,-10 / 5,95 40,96 65,98",
    "g": "80,90 40,100 5,50 40,5 80,50 82,95 80,-40 45,-95 10,-70",
    "h": "10,195 8,100 8,0 / 8,55 45,100 75,70 75,20 95,2",
    "i": "15,95 15,30 38,2 / 17,142 19,140 21,137",
    "k": "10,195 8,100 8,0 / 70,95 15,48 45,30 85,0",
    "l": "15,195 12,60 20,5 45,5",
    "m": "5,95 6,50 7,0 / 7,60 35,100 52,70 52,0 / 52,60 85,100 100,70 100,20 120,2",
    "n": "5,95 6,50 7,0 / 7,55 45,100 70,70 70,20 92,2",
    "o": "45,100 5,55 40,0 80,50 45,100 85,92",
    "p": "5,95 6,0 7,-95 / 7,60 40,100 80,55 40,0 8,30",
    "r": "5,95 6,50 7,0 / 7,50 30,90 65,95",
    "s": "65,88 35,100 15,75 60,35 40,0 5,12",
    "t": "30,160 28,40 40,2 68,10 / 2,105 30,106 60,108",
    "u": "8,95 10,30 40,0 72,50 75,95 / 75,95 76,25 98,3",
    "w": "5,95 25,5 50,80 75,5 100,95",
    "y": "8,95 12,40 40,10 72,95 / 72,95 60,-30 30,-95 2,-70",
    ",": "10,5 10,-10 2,-30",
    ".": "10,5 13,2 15,0",
    "?": "10,150 40,190 70,150 35,90 33,50 / 33,6 35,3 37,0",
}  # fmt: skip
"""Strokes as points in hundredths, separated by a slash."""

SLANT = 0.18
SPACE = 0.75
SUPERSAMPLING = 4


def written(
    size: tuple[int, int], lines: list[str], *, left: int, top: int, spacing: int, seed: int
) -> NDArray[np.float64]:
    """Ink coverage (H, W), range [0, 1], of `lines` on a sheet of `size` (width, height) pixels.

    The base line of line i is at `top + i * spacing`; an x is a quarter of `spacing` high.
    """
    random = np.random.default_rng(seed)
    sheet = Image.new("L", (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING))
    draw = ImageDraw.Draw(sheet)
    height = spacing * SUPERSAMPLING / 4
    for row, line in enumerate(lines):
        x = left * SUPERSAMPLING + random.normal(0, height / 3)
        y = (top + row * spacing) * SUPERSAMPLING
        for letter in line:
            if letter == " ":
                x += SPACE * height
                continue
            x += height * (_letter(draw, _strokes(LETTERS[letter]), x, y, height, random) + 0.18)
            y += random.normal(0, height / 40)
    return np.asarray(sheet.resize(size, Image.Resampling.BOX), np.float64) / 255


def _letter(
    draw: ImageDraw.ImageDraw,
    strokes: list[NDArray[np.float64]],
    x: float,
    y: float,
    height: float,
    random: np.random.Generator,
) -> float:
    scale = height * random.normal(1, 0.04)
    for stroke in strokes:
        points = stroke + random.normal(0, 0.025, stroke.shape)
        steps = np.linspace(0, 1, 24 * len(stroke))
        path = CubicSpline(np.linspace(0, 1, len(stroke)), points)(steps)
        path[:, 0] += SLANT * path[:, 1]
        pressure = 0.085 + 0.025 * np.sin(np.pi * steps + random.uniform(0, 1))
        for (px, py), width in zip(path, pressure, strict=True):
            cx, cy, radius = x + px * scale, y - py * scale, width * height
            draw.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=255)
    return max(stroke[:, 0].max() for stroke in strokes)


def _strokes(letter: str) -> list[NDArray[np.float64]]:
    return [
        np.array([point.split(",") for point in stroke.split()], np.float64) / 100
        for stroke in letter.split("/")
    ]
