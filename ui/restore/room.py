"""Everything of the server that exists for the Restore page's sake, put together."""

from __future__ import annotations

from pathlib import Path

from evaluation.studies.collecting.open_study import ensure_open_study
from restoration.jobs import LocalPool
from restoration.models.catalogue import Availability, available, cards
from restoration.page_restoration import AUTO, Request
from restoration.pages.limited import warm_up
from restoration.samples import FOLDER as SAMPLES_FOLDER
from restoration.samples import SAMPLES
from restoration.speed import SpeedBook, measure_into
from ui.house import House
from ui.restore.desk import RestorationDesk, new_case_id
from ui.restore.intake import Intake
from ui.restore.rating import rating_of_results
from ui.restore.routes import case_routes, request_routes
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
        timing.next_one()

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


class Timing:
    """Measures the speed of every model that is here, one at a time and only while nobody waits."""

    def __init__(self, pool: LocalPool, book: SpeedBook) -> None:
        self._book = book
        self._pool = pool
        self._tried: set[str] = set()

    def next_one(self) -> None:
        """Queue the next measurement if the worker has nothing to do."""
        if not self._pool.idle:
            return
        for card in cards():
            missing = card.id not in self._tried and self._book.of(card.id, 3) is None
            if missing and available(card) is not Availability.DOWNLOAD:
                self._tried.add(card.id)
                self._pool.submit(measure_into, self._book.path, card.id)
                return
