"""The parts of an explanation, as plain data: what is said, shown, counted and plotted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from restoration.pages.page import Pixels


class Style(Enum):
    """How a curve is drawn."""

    SOLID = "solid"
    DASHED = "dashed"
    """For the second of two things measured on one model, and for theoretical limits."""
    BARS = "bars"


@dataclass(frozen=True)
class Figure:
    """One number with its unit, and what it means."""

    value: float | None
    """None where it could not be measured; `meaning` then says why."""
    unit: str
    meaning: str


@dataclass(frozen=True)
class Choice:
    """One state of a picture that can be played with."""

    id: str
    label: str
    image: Pixels
    """(H, W, C), [0, 1]."""
    caption: str
    """One sentence with its number."""
    value: float | None = None
    """The number itself: PSNR in dB, where the picture is a result."""


@dataclass(frozen=True)
class Series:
    """One curve."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    colour: int = 1
    """Number of the site's series colour; the same model has the same one everywhere."""
    style: Style = Style.SOLID


@dataclass(frozen=True)
class Chart:
    """Curves with axes, their units in the labels."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    marks: tuple[tuple[float, str], ...] = ()
    """Places on the x axis, each with what happens there."""


@dataclass(frozen=True)
class Published:
    """A figure of a paper, to stand beside a measured one."""

    what: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True)
class Section:
    """One idea: one picture to play with, one sentence, one number."""

    number: int
    id: str
    title: str
    sentence: str
    figure: Figure
    choices: tuple[Choice, ...] = ()
    charts: tuple[Chart, ...] = ()
    published: tuple[Published, ...] = ()
    note: str = ""
    """How it was measured, or why this does not apply to the model."""
    data: dict[str, Any] = field(default_factory=dict)
    """Further measurements as plain JSON."""


def record(section: Section) -> dict[str, Any]:
    """A section as plain JSON; pictures by their names alone."""
    return {
        "number": section.number,
        "id": section.id,
        "title": section.title,
        "sentence": section.sentence,
        "figure": vars(section.figure),
        "choices": [
            {
                "id": choice.id,
                "label": choice.label,
                "caption": choice.caption,
                "value": choice.value,
                "image": image_name(section, choice),
            }
            for choice in section.choices
        ],
        "charts": [
            {
                "title": chart.title,
                "xLabel": chart.x_label,
                "yLabel": chart.y_label,
                "marks": [list(mark) for mark in chart.marks],
                "series": [
                    {
                        "name": series.name,
                        "style": series.style.value,
                        "x": list(series.x),
                        "y": list(series.y),
                    }
                    for series in chart.series
                ],
            }
            for chart in section.charts
        ],
        "published": [vars(figure) for figure in section.published],
        "note": section.note,
        "data": section.data,
    }


def image_name(section: Section, choice: Choice) -> str:
    """The file name of a picture: letters, digits, dots and dashes, whatever a model is called."""
    return f"{section.number}-{section.id}-{re.sub(r'[^A-Za-z0-9.-]+', '-', choice.id)}.png"
