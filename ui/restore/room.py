"""Everything of the server that exists for the Restore page's sake, put together."""

from __future__ import annotations

from pathlib import Path

from evaluation.studies.collecting.open_study import ensure_open_study
from restoration.page_restoration import AUTO, Request
from restoration.pages.limited import warm_up
from restoration.samples import FOLDER as SAMPLES_FOLDER
from restoration.samples import SAMPLES
from ui.house import House
from ui.restore.desk import RestorationDesk, new_case_id
from ui.restore.intake import Intake
from ui.restore.rating import rating_of_results
from ui.restore.routes import case_routes, request_routes
from ui.restore.timing import Timing
from ui.site_page import SitePage

HERE = Path(__file__).parent


def restore_room(house: House) -> SitePage:
    """The page at `/restore`, with its desk and its measurements of speed."""
    keep_seconds = house.settings.keep_minutes * 60
    desk = RestorationDesk(house.data / "jobs", house.pool, house.panels, keep_seconds)
    timing = Timing(house.pool, house.speeds)
    intake = Intake(house.settings, desk, house.speeds)
    first_case = new_case_id()

    def begin() -> None:
        ensure_open_study(house.studies)
        warm_up()
        sample = SAMPLES[0]
        request = Request(reference=sample.clean_path)
        desk.open([sample.path], (AUTO,), request, id=first_case, kept=True)

    def tend() -> None:
        desk.sweep()
        timing.go_on()

    def fill() -> None:
        from ui.restore.page import fill_page

        fill_page(first_case)

    return SitePage(
        path="restore",
        title="Restore",
        fill=fill,
        routers=(
            request_routes(intake),
            case_routes(desk),
            rating_of_results(desk, house.studies),
        ),
        folders={"/samples": SAMPLES_FOLDER, "/restore-files": HERE / "browser"},
        styles=(HERE / "browser" / "restore.css",),
        scripts=(
            "restore-files/rating.js",
            "restore-files/result.js",
            "restore-files/request.js",
        ),
        begin=begin,
        tend=tend,
        close=desk.close_all,
    )
