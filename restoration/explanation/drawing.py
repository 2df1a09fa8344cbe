"""Charts and the card as SVG: no script, no library, in the site's colours where it has them."""

from __future__ import annotations

import math
from html import escape

from restoration.explanation.card import Card
from restoration.explanation.section import Chart, Series, Style

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 16, 12, 46
COLOURS = {
    1: "#8a8a8a",
    2: "#0072b2",
    3: "#d55e00",
    4: "#009e73",
    5: "#cc79a7",
    6: "#e69f00",
    7: "#56b4e9",
}
"""Okabe and Ito's colours by the site's numbers, for pages without its style sheet."""
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


def colour(series: Series) -> str:
    """The CSS colour of a series."""
    return f"var(--rr-series-{series.colour}, {COLOURS[series.colour]})"


def chart_svg(chart: Chart, legend: bool = False) -> str:
    """The chart as one SVG element in the colours of its page.

    With `legend` it stands alone: it names its series itself, and is dark on white.
    """
    rows = len(chart.series) if legend else 0
    height = HEIGHT + 18 * rows
    axes = _Axes(chart)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'class="rr-chart" role="img" aria-label="{escape(chart.title)}" '
        f'font-family="{escape(FONT)}" font-size="12" fill="currentColor"'
        + (' color="#1c1d1f">' if legend else ">"),
        *([f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'] if legend else []),
        *axes.frame(),
        *(_mark(axes, at, text, HEIGHT - BOTTOM) for at, text in chart.marks),
    ]
    bars = [series for series in chart.series if series.style is Style.BARS]
    parts += [_bars(axes, series, bars.index(series), len(bars)) for series in bars]
    parts += [_line(axes, series) for series in chart.series if series.style is not Style.BARS]
    parts += [
        _legend_row(series, HEIGHT + 18 * row) for row, series in enumerate(chart.series[:rows])
    ]
    return "".join(parts) + "</svg>"


class _Axes:
    """From data to places on the drawing."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        xs = [x for series in chart.series for x in series.x]
        ys = [y for series in chart.series for y in series.y]
        has_bars = any(series.style is Style.BARS for series in chart.series)
        pad = 0.5 if has_bars else 0.0
        self.x_ticks = _ticks(min(xs), max(xs))
        self.y_ticks = _ticks(min([*ys, 0.0] if has_bars or min(ys) > 0 else ys), max(ys))
        self._x = (min(xs) - pad, max(max(xs) + pad, min(xs) - pad + 1e-9))
        self._y = (self.y_ticks[0], max(self.y_ticks[-1], max(ys)))

    def x(self, value: float) -> float:
        low, high = self._x
        return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        low, high = self._y
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    def frame(self) -> list[str]:
        bottom = HEIGHT - BOTTOM
        parts = []
        for tick in self.y_ticks:
            at = self.y(tick)
            parts.append(
                f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="currentColor" '
                f'stroke-opacity="0.15" fill="none"/>'
                f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{tick:g}</text>'
            )
        parts += [
            f'<text x="{self.x(tick):.1f}" y="{bottom + 16}" text-anchor="middle">{tick:g}</text>'
            for tick in self.x_ticks
            if self._x[0] <= tick <= self._x[1]
        ]
        chart = self._chart
        parts.append(
            f'<path d="M{LEFT} {TOP}V{bottom}H{WIDTH - RIGHT}" stroke="currentColor" fill="none"/>'
            f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">'
            f"{escape(chart.x_label)}</text>"
            f'<text transform="translate(13 {(TOP + bottom) / 2}) rotate(-90)" '
            f'text-anchor="middle">{escape(chart.y_label)}</text>'
        )
        return parts


def _ticks(low: float, high: float) -> list[float]:
    """About five round numbers that cover low to high."""
    span = max(high - low, 1e-9)
    raw = span / 5
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * n, 10) for n in range(first, max(last, first + 1) + 1)]


def _line(axes: _Axes, series: Series) -> str:
    points = " ".join(
        f"{axes.x(x):.1f},{axes.y(y):.1f}" for x, y in zip(series.x, series.y, strict=True)
    )
    dash = ' stroke-dasharray="6 4"' if series.style is Style.DASHED else ""
    return (
        f'<polyline data-series="{escape(series.name)}" points="{points}" fill="none" '
        f'stroke="{colour(series)}" stroke-width="2"{dash}><title>{escape(series.name)}</title>'
        "</polyline>"
    )


def _bars(axes: _Axes, series: Series, index: int, count: int) -> str:
    width = 0.8 / count
    shapes = []
    for x, y in zip(series.x, series.y, strict=True):
        left = axes.x(x - 0.4 + index * width)
        right = axes.x(x - 0.4 + (index + 1) * width)
        top, bottom = axes.y(max(y, 0)), axes.y(min(y, 0))
        shapes.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
            f'height="{bottom - top:.1f}"/>'
        )
    return (
        f'<g data-series="{escape(series.name)}" fill="{colour(series)}">'
        f"<title>{escape(series.name)}</title>{''.join(shapes)}</g>"
    )


def _mark(axes: _Axes, at: float, text: str, bottom: float) -> str:
    x = axes.x(at)
    anchor = "end" if x > WIDTH * 0.7 else "start"
    return (
        f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="currentColor" stroke-dasharray="2 3" '
        f'stroke-opacity="0.6" fill="none"/>'
        f'<text x="{x + (-5 if anchor == "end" else 5):.1f}" y="{TOP + 10}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def _legend_row(series: Series, y: float) -> str:
    dash = ' stroke-dasharray="6 4"' if series.style is Style.DASHED else ""
    return (
        f'<path d="M{LEFT} {y + 8}h26" stroke="{colour(series)}" stroke-width="3"{dash}/>'
        f'<text x="{LEFT + 34}" y="{y + 12}">{escape(series.name)}</text>'
    )


CARD_WIDTH = 760
ROW = 30


def card_svg(card: Card) -> str:
    """The closing card as a picture of its own: dark text on white, whatever the theme."""
    limits = [line for limit in card.limits for line in (*_wrapped(f"• {limit}", 98), "")]
    height = 92 + ROW * len(card.lines) + 44 + 18 * len(limits) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{CARD_WIDTH}" height="{height}" '
        f'viewBox="0 0 {CARD_WIDTH} {height}" font-family="{escape(FONT)}" font-size="15" '
        f'fill="#1c1d1f" role="img" aria-label="Summary card">'
        f'<rect width="{CARD_WIDTH}" height="{height}" fill="#ffffff"/>'
        f'<text x="28" y="42" font-size="20" font-weight="600">Noise gone, detail kept: how</text>'
        f'<text x="28" y="68" fill="#5a5d63">{escape(card.title)}</text>'
    ]
    for number, line in enumerate(card.lines):
        y = 104 + ROW * number
        indent = 28 + 16 * line.technique.startswith("  ")
        parts.append(
            f'<path d="M28 {y + 9}H{CARD_WIDTH - 28}" stroke="#d9dadd"/>'
            f'<text x="{indent}" y="{y}">{escape(line.technique.strip())}</text>'
            f'<text x="{CARD_WIDTH - 28}" y="{y}" text-anchor="end" font-weight="600">'
            f"{escape(line.worth)}</text>"
        )
    y = 104 + ROW * len(card.lines) + 14
    parts.append(f'<text x="28" y="{y}" font-weight="600">Three limits</text>')
    for number, text in enumerate(limits):
        parts.append(
            f'<text x="28" y="{y + 24 + 18 * number}" font-size="13" fill="#5a5d63">'
            f"{escape(text)}</text>"
        )
    return "".join(parts) + "</svg>"


def _wrapped(text: str, columns: int) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > columns:
            lines.append(line)
            line = "  "
        line = f"{line} {word}".strip() if line.strip() else line + word
    return [*lines, line]
