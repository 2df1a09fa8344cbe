"""The pages of the site, in the order of the navigation."""

from __future__ import annotations

from collections.abc import Callable

from ui.about import about_page
from ui.house import House
from ui.restore.room import restore_room
from ui.site_page import SitePage
from ui.studies.analysis_room import analysis_room

PAGES: tuple[Callable[[House], SitePage], ...] = (restore_room, analysis_room, about_page)
