"""What a page of the site is, and the header that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from fastapi import APIRouter

PRODUCT = "Restore & Rate"


def _nothing() -> None:
    """For a page that has nothing to begin, tend or close."""


@dataclass(frozen=True)
class SitePage:
    """One page, with everything of the server that exists for its sake."""

    path: str
    """Its address, without a slash."""
    title: str
    """One word for the navigation and the browser's tab."""
    fill: Callable[[], None]
    """Builds its components inside the Gradio context it is called in."""
    routers: tuple[APIRouter, ...] = ()
    """Plain routes beside Gradio's."""
    folders: Mapping[str, Path] = field(default_factory=dict)
    """Folders of files that are served as they are, by address (such as `/samples`)."""
    styles: tuple[Path, ...] = ()
    """Style sheets beside those of the site and the viewer."""
    scripts: tuple[str, ...] = ()
    """Addresses of modules, run in this order once the document is there (on every page)."""
    begin: Callable[[], None] = _nothing
    """Called once, off the event loop, when the app starts to answer."""
    tend: Callable[[], None] = _nothing
    """Called every few seconds, off the event loop, to clear away what is no longer used."""
    close: Callable[[], None] = _nothing
    """Called once when the app stops; has a few seconds."""


def site_header(current: SitePage | None, pages: tuple[SitePage, ...]) -> str:
    """HTML of the product name and the navigation, with `current` marked if it is one of them.

    Addresses are relative, so that the site also works below a folder of another site.
    """
    links = "".join(
        f'<a href="{page.path}"{_mark(page is current)}>{escape(page.title)}</a>' for page in pages
    )
    return (
        '<header class="rr-site">'
        f'<a class="rr-product" href="{pages[0].path}">{escape(PRODUCT)}</a>'
        f'<nav aria-label="Pages">{links}</nav></header>'
    )


def script_tags(shared: tuple[str, ...], pages: tuple[SitePage, ...]) -> str:
    """HTML that loads the shared scripts, then each page's modules, each once."""
    modules = dict.fromkeys(each for page in pages for each in page.scripts)
    return "".join(
        [f'<script defer src="{escape(address)}"></script>' for address in shared]
        + [f'<script type="module" src="{escape(address)}"></script>' for address in modules]
    )


def _mark(is_current: bool) -> str:
    return ' aria-current="page"' if is_current else ""
