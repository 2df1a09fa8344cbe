"""Everything of the server that exists for the Studies page's sake, put together."""

from __future__ import annotations

from pathlib import Path

from evaluation.studies.administration import take_owner_password
from ui.house import House
from ui.site_page import SitePage
from ui.studies.routes import study_routes

BROWSER = Path(__file__).parent / "browser"


def studies_room(house: House) -> SitePage:
    """The page at `/studies`."""

    def begin() -> None:
        take_owner_password(house.studies, house.settings.owner_password.get_secret_value())

    def fill() -> None:
        from ui.studies.page import fill_page

        fill_page(house.studies)

    return SitePage(
        path="studies",
        title="Studies",
        fill=fill,
        routers=(study_routes(house.studies, house.pool),),
        folders={"/studies-files": BROWSER},
        styles=(BROWSER / "studies.css",),
        scripts=("studies-files/main.js",),
        begin=begin,
    )
