"""Everything of the server that exists for the Rate page's sake, put together."""

from __future__ import annotations

from pathlib import Path

from ui.house import House
from ui.rate.demonstration import demonstration_routes
from ui.rate.pictures import StudyPictures
from ui.rate.routes import rating_routes
from ui.site_page import SitePage

BROWSER = Path(__file__).parent / "browser"


def rate_room(house: House) -> SitePage:
    """The page at `/rate`, and the full-screen sessions at `/rate/session`."""
    pictures = StudyPictures(house.studies, house.panels, house.settings.keep_minutes * 60)

    def fill() -> None:
        from ui.rate.lobby import fill_lobby

        fill_lobby(house.studies)

    return SitePage(
        path="rate",
        title="Rate",
        fill=fill,
        routers=(
            rating_routes(house.studies, pictures),
            demonstration_routes(house.studies, house.pool),
        ),
        folders={"/rate-files": BROWSER},
        styles=(BROWSER / "lobby.css",),
        tend=pictures.sweep,
    )
