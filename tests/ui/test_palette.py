"""The palette of ui/theme.css can be read by people with weak sight, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

THEME = Path(__file__).parents[2] / "ui" / "theme.css"
TEXT_ON_SURFACE = [
    ("accent-text", "accent"),
    ("surround-text", "surround"),
    ("label-text", "label"),
    *((text, surface) for text in ("text", "text-quiet", "accent", "danger")
      for surface in ("page", "surface")),
]  # fmt: skip
EDGE_ON_SURFACE = [("control-border", "page"), ("control-border", "surface"), ("focus", "page")]


def block(opening: str) -> str:
    """What stands between the braces after `opening`."""
    return THEME.read_text(encoding="utf-8").split(opening, 1)[1].split("}", 1)[0]


def palette_of(theme: str) -> dict[str, str]:
    text = block(":root {") + (block(".dark {") if theme == "dark" else "")
    return dict(re.findall(r"--rr-([a-z0-9-]+): (#[0-9a-f]{6});", text))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio" and "relative luminance"."""

    def luminance(colour: str) -> float:
        shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_controls_stand_out(theme: str) -> None:
    palette = palette_of(theme)
    pairs = [(*pair, 4.5) for pair in TEXT_ON_SURFACE] + [(*pair, 3.0) for pair in EDGE_ON_SURFACE]
    weak = [
        f"{front} on {back}: {contrast(palette[front], palette[back]):.2f} < {least}"
        for front, back, least in pairs
        if contrast(palette[front], palette[back]) < least
    ]
    assert weak == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_round_a_picture_has_a_colour(theme: str) -> None:
    for name in ("surround", "surround-text", "label", "label-text"):
        red, green, blue = re.findall("..", palette_of(theme)[name][1:])
        assert red == green == blue, name


def test_both_dark_lists_are_equal() -> None:
    assert block(".dark {").split() == block(".gradio-container)) {").split()
