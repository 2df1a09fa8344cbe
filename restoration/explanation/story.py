"""The explanation as a page to read from top to bottom: HTML around pictures, charts and data.

The same article stands in the web app and in the page that the command line writes; only where
its pictures come from, and whether a click can ask for any pixel, differ.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from html import escape

from restoration.explanation.drawing import card_svg, chart_svg, colour
from restoration.explanation.explaining import Explanation
from restoration.explanation.question import BROWSER
from restoration.explanation.section import (
    Chart,
    Choice,
    Figure,
    Section,
    Style,
    image_name,
    record,
)

CLICKED = (
    ' data-attention tabindex="0" role="application" aria-label="Picture: click a pixel, or move '
    'with the arrow keys, to see what it looks at"'
)

STEPS = (
    '<button type="button" class="rr-story-step" data-step="-1" aria-label="Previous state">'
    '◂</button><button type="button" class="rr-story-step" data-step="1" aria-label="Next state">'
    "▸</button>"
)

Address = Callable[[str], str]
"""From the name of a picture or data file to where it is."""


def story_page(explanation: Explanation, pictures: Mapping[str, bytes]) -> str:
    """One self-contained HTML document, pictures and data inside it."""

    def inside(name: str) -> str:
        return "data:image/png;base64," + base64.b64encode(pictures[name]).decode()

    style = (BROWSER / "story.css").read_text(encoding="utf-8")
    script = (BROWSER / "story.js").read_text(encoding="utf-8")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>How {escape(explanation.model)} removes noise and keeps detail</title>"
        f"<style>{style}</style></head><body>{story(explanation, inside, None)}"
        f"<script>{script}</script></body></html>\n"
    )


def story(explanation: Explanation, picture: Address, live: str | None) -> str:
    """The article as HTML.

    picture: the address of a picture by its file name. live: the address below which the data
    of figures and any pixel's attention can be asked for; None embeds what there is.
    """
    height, width = explanation.truth.shape[:2]
    warning = (
        f'<p class="rr-story-warning">{escape(explanation.warning)}</p>'
        if explanation.warning
        else ""
    )
    at_live = "" if live is None else f' data-live="{escape(live)}"'
    body = "".join(_section(section, picture, live) for section in explanation.sections)
    return (
        f'<article class="rr-story" data-rr-story data-width="{width}" data-height="{height}"'
        f"{at_live}>"
        f"<header><p class='rr-story-answer'>{escape(explanation.card.answer)}</p>"
        f"<p class='rr-story-lead'>{escape(explanation.title)}, looked into on a crop of "
        f"{width} x {height} pixels at {explanation.place[0]}, {explanation.place[1]}. Every "
        f"number is measured on this crop unless it says published; it took "
        f"{explanation.seconds:.0f} s.</p>{warning}</header>{body}{_card(explanation)}</article>"
    )


def _section(section: Section, picture: Address, live: str | None) -> str:
    return (
        f'<section class="rr-story-part" id="part-{section.number}" data-part="{section.id}">'
        f"<h2><span>{section.number}</span> {escape(section.title)}</h2>"
        f"<p>{escape(section.sentence)}</p>"
        f'<p class="rr-story-number">{_figure(section.figure)}</p>'
        f"{_play(section, picture)}{_published(section)}"
        + (f'<p class="rr-story-note">{escape(section.note)}</p>' if section.note else "")
        + _download(section, live)
        + "</section>"
    )


def _figure(figure: Figure) -> str:
    if figure.value is None:
        return escape(_capital(figure.meaning))
    number = f"{_number(figure.value)} {figure.unit}"
    return f"<strong>{escape(number)}</strong> {escape(figure.meaning)}"


def _number(value: float) -> str:
    return (
        f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 30 else f"{value:.0f}"
    )


def _play(section: Section, picture: Address) -> str:
    """The picture and its states; the stepper of section 3 and the clicks of section 4 too."""
    first = section.choices[0]
    buttons = "".join(
        _button(choice, picture(image_name(section, choice)), number == 0)
        for number, choice in enumerate(section.choices)
    )
    steps = STEPS if len(section.choices) > 1 else ""
    height, width = first.image.shape[:2]
    attention = section.id == "attention"
    stage = (
        f'<div class="rr-story-stage"{CLICKED if attention else ""}>'
        f'<img src="{escape(picture(image_name(section, first)))}" width="{width}" '
        f'height="{height}" alt="{escape(first.label)}"></div>'
    )
    charts = "".join(_chart(chart) for chart in section.charts)
    look = '<div class="rr-story-look" data-look></div>' if attention else ""
    return (
        f'<div class="rr-story-play">{stage}<div class="rr-story-side">'
        f'<div class="rr-story-choices" role="radiogroup" aria-label="{escape(section.title)}">'
        f"{buttons}</div>{steps}"
        f'<p class="rr-story-caption" aria-live="polite">{escape(_capital(first.caption))}.</p>'
        f"{look}{charts}</div></div>"
    )


def _button(choice: Choice, address: str, chosen: bool) -> str:
    return (
        f'<button type="button" role="radio" aria-checked="{str(chosen).lower()}" '
        f'tabindex="{0 if chosen else -1}" data-choice="{escape(choice.id)}" '
        f'data-image="{escape(address)}" '
        f'data-caption="{escape(_capital(choice.caption))}.">{escape(choice.label)}</button>'
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")


def _chart(chart: Chart) -> str:
    keys = "".join(
        f'<button type="button" aria-pressed="true" data-toggle="{escape(series.name)}">'
        f'<i class="{"rr-dashed" if series.style is Style.DASHED else ""}" '
        f'style="--c:{escape(colour(series))}"></i>{escape(series.name)}</button>'
        for series in chart.series
    )
    return (
        f'<figure class="rr-story-chart"><figcaption>{escape(chart.title)}</figcaption>'
        f'{chart_svg(chart)}<div class="rr-story-keys">{keys}</div></figure>'
    )


def _published(section: Section) -> str:
    if not section.published:
        return ""
    sources = dict.fromkeys(each.source for each in section.published)
    lists = "".join(
        f"<p>{escape(source)}: "
        + "; ".join(
            f"{escape(each.what)} <strong>{each.value:g} {escape(each.unit)}</strong>"
            for each in section.published
            if each.source == source
        )
        + ".</p>"
        for source in sources
    )
    return f'<div class="rr-story-published"><h3>Published, not measured here</h3>{lists}</div>'


def _download(section: Section, live: str | None) -> str:
    name = f"{section.number}-{section.id}.json"
    if live is not None:
        address = f"{live}/files/{name}"
        embedded = ""
    else:
        address = "#"
        embedded = (
            f'<script type="application/json" data-figure="{section.id}">'
            f"{_safe_json(section)}</script>"
        )
    return (
        f'{embedded}<p class="rr-story-note"><a href="{escape(address)}" download="{name}" '
        f'data-download="{section.id}">Data of this figure</a></p>'
    )


def _safe_json(section: Section) -> str:
    return json.dumps(record(section), ensure_ascii=False).replace("</", "<\\/")


def _card(explanation: Explanation) -> str:
    return (
        '<section class="rr-story-part" id="card"><h2>In short</h2>'
        f'<div class="rr-story-card" data-card tabindex="0" role="region" '
        f'aria-label="Summary card">{card_svg(explanation.card)}</div>'
        '<button type="button" class="rr-story-save" data-save-card>Save the card as an image'
        "</button></section>"
    )
