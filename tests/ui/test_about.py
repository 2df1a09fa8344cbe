"""About names every model with its licence and limits, and what happens with data."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

from restoration.models.catalogue import cards
from restoration.settings import Settings
from ui.about import PARTS, ROOT, about_html, version


def test_every_model_is_there_with_its_licence_and_limits() -> None:
    text = unescape(about_html(Settings(), cards()))
    for card in cards():
        assert card.id in text
        assert card.title in text
        assert card.licence in text
        assert card.limits in text


def test_a_card_cannot_bring_markup() -> None:
    card = replace(cards()[0], limits="<img src=x onerror=alert(1)>")
    assert "<img" not in about_html(Settings(), (card,))


def test_the_time_uploads_are_kept_is_the_one_that_is_set() -> None:
    assert "for 7 minutes after" in about_html(Settings(keep_minutes=7), ())


def test_what_is_said_about_licences_and_versions_can_be_looked_up() -> None:
    assert all((ROOT / place).exists() for _, _, place in PARTS)
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert version() in about_html(Settings(), ())
