"""Everything of the server that exists for the Studies page's sake, put together."""

from __future__ import annotations

from pathlib import Path

from evaluation.studies.analysing.report import BROWSER as SHOWN_RESULTS
from evaluation.studies.collecting.administration import take_owner_password
from ui.house import House
from ui.site_page import SitePage
from ui.studies.imported import imported_routes
from ui.studies.results import AnalysisDesk, analysis_routes
from ui.studies.routes import study_routes

BROWSER = Path(__file__).parent / "browser"
RESULTS = Path(__file__).parent / "results_browser"


def studies_room(house: House) -> SitePage:
    """The page at `/studies`."""
    desk = AnalysisDesk(house.data / "analyses", house.pool, house.settings.keep_minutes * 60)

    def begin() -> None:
        take_owner_password(house.studies, house.settings.owner_password.get_secret_value())

    def fill() -> None:
        from ui.studies.page import fill_page

        fill_page(house.studies)

    return SitePage(
        path="studies",
        title="Studies",
        fill=fill,
        routers=(
            study_routes(house.studies, house.pool, desk),
            imported_routes(desk),
            analysis_routes(desk),
        ),
        folders={
            "/studies-files": BROWSER,
            "/results-files": RESULTS,
            "/results-shown": SHOWN_RESULTS,
        },
        styles=(
            BROWSER / "studies.css",
            SHOWN_RESULTS / "results.css",
            RESULTS / "imported.css",
        ),
        scripts=("results-shown/results.js", "results-files/main.js", "studies-files/main.js"),
        begin=begin,
        tend=desk.sweep,
    )
