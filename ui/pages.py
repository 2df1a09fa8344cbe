"""The pages of the site, in the order of the navigation."""

from __future__ import annotations

from collections.abc import Callable

from ui.about import about_page
from ui.house import House
from ui.rate.room import rate_room
from ui.restore.room import restore_room
from ui.site_page import SitePage
from ui.studies.room import studies_room
from ui.synthesize.room import synthesize_room

PAGES: tuple[Callable[[House], SitePage], ...] = (
    restore_room,
    rate_room,
    studies_room,
    synthesize_room,
    about_page,
)
