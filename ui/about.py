"""The About page: what this is, the models, where it comes from, and what happens with data."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from html import escape
from pathlib import Path

from restoration.models.card import ModelCard
from restoration.settings import Settings
from ui.house import House
from ui.site_page import PRODUCT, SitePage

ROOT = Path(__file__).parents[1]

PURPOSE = """
<p class="rr-lead">Restore a noisy scan, see what the model took out of it, and check that it
was only noise.</p>
<p>Most tools show a clean picture and ask to be believed. This one shows the input, the result
and the difference side by side, to the pixel; says in a sentence whether the difference looks
like noise; and marks the places where it does not. “Do nothing” is always one of the models, so
that every score has something to be compared with. Each result comes with a recipe, a small file
that says how it was made and with which it can be made again.</p>
"""

SOURCES = (
    (
        "SwinIR: Image Restoration Using Swin Transformer",
        "Liang, Cao, Sun, Zhang, Van Gool, Timofte (2021)",
        "https://arxiv.org/abs/2108.10257",
        "the restoration network",
    ),
    (
        "Between Generating Noise and Generating Images: Noise in the Correct Frequency",
        "Daniel, Aknin, Larey, Peretz, Sela, Fisher, Savir (2023)",
        "https://arxiv.org/abs/2302.06549",
        "synthetic tissue from label maps",
    ),
    (
        "Quality Assured: Rethinking Annotation Strategies in Imaging AI",
        "Rädsch, Reinke, Weru, Tizabi, Heller, Isensee, Kopp-Schneider, Maier-Hein (2024)",
        "https://arxiv.org/abs/2407.17596",
        "how human ratings are collected",
    ),
)

PARTS = (
    ("Restore & Rate itself", "Apache-2.0", "LICENSE"),
    ("OpenSeadragon 6.1.1, the viewer", "BSD-3-Clause", "assets/vendor/openseadragon"),
    ("Histology fields, from the Data Science Bowl 2018", "CC0", "assets/synthesis"),
    ("Sample photographs, from scikit-image", "CC0 or public domain", "assets/samples"),
)


def about_page(house: House) -> SitePage:
    """The page at `/about`."""
    return SitePage("about", "About", lambda: _fill(house.settings))


def _fill(settings: Settings) -> None:
    import gradio as gr

    from restoration.models.catalogue import cards

    gr.HTML(about_html(settings, cards()), padding=False, apply_default_css=False)


def about_html(settings: Settings, cards: tuple[ModelCard, ...]) -> str:
    """The whole text of the page as HTML."""
    sections = (
        ("Models", _models(cards)),
        ("What it builds on", _sources()),
        ("Your data", _data_protection(settings)),
        ("Licences", _licences()),
        ("How to cite", _citation()),
    )
    body = "".join(f"<section><h2>{title}</h2>{html}</section>" for title, html in sections)
    return f'<article class="rr-about"><h1>About {escape(PRODUCT)}</h1>{PURPOSE}{body}</article>'


def version() -> str:
    """The version of this checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project["project"]["version"]


def _models(cards: tuple[ModelCard, ...]) -> str:
    rows = [
        (
            f"<strong>{escape(card.title)}</strong><br><code>{escape(card.id)}</code>",
            escape(card.task.value),
            escape(card.licence),
            escape(card.limits),
        )
        for card in cards
    ]
    return _table(("Model", "For", "Licence", "What it does badly"), rows)


def _sources() -> str:
    items = (
        f'<li><a href="{address}" rel="noreferrer">{escape(title)}</a><br>'
        f"{escape(authors)}: {escape(use)}.</li>"
        for title, authors, address, use in SOURCES
    )
    return f"<ul>{''.join(items)}</ul>"


def _data_protection(settings: Settings) -> str:
    minutes = f"{settings.keep_minutes:g} minutes"
    facts = (
        "Scans are worked on by the computer that serves this page and are sent nowhere else. "
        "The page loads nothing from other sites and counts no visits.",
        f"An upload and its results are kept in one folder for {minutes} after they were last "
        "looked at, then deleted. All uploads are deleted when the app stops or starts.",
        "A result has an address that nobody can guess; whoever has the address can see it.",
        "Nobody needs an account to restore or to rate, no cookie follows you, and the browser "
        "keeps no history.",
        "A rating is stored under a random name, without your network address. Rating a result "
        "keeps its checksum and measured figures, not your scan. Raters of a study can withdraw "
        "by their link; their answers are then erased.",
    )
    return f"<ul>{''.join(f'<li>{fact}</li>' for fact in facts)}</ul>"


def _licences() -> str:
    rows = [
        (escape(part), escape(licence), f"<code>{escape(place)}</code>")
        for part, licence, place in PARTS
    ]
    note = "<p>Each model's weights have the licence named in the table of models.</p>"
    return _table(("Part", "Licence", "Where it is written"), rows) + note


def _citation() -> str:
    return (
        f"<p>{escape(PRODUCT)}, version {escape(version())} (2026). Name the model's id and its "
        "paper as well; both are in the recipe beside each result.</p>"
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """An HTML table; cells are HTML, and carry their column's name for narrow screens."""
    top = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-column="{name}">{cell}</td>' for name, cell in zip(head, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
