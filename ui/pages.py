"""The pages of the site, in the order of the navigation."""

from __future__ import annotations

from collections.abc import Callable

from restoration.settings import Settings
from ui.about import about_page
from ui.restore.room import restore_room
from ui.site_page import SitePage

PAGES: tuple[Callable[[Settings], SitePage], ...] = (restore_room, about_page)
