"""Everything of the server that exists for the Restore page's sake, put together."""

from __future__ import annotations

from pathlib import Path

from restoration.jobs import LocalPool
from restoration.models.catalogue import Availability, available, cards
from restoration.page_restoration import AUTO, Request
from restoration.pages.limited import warm_up
from restoration.samples import FOLDER as SAMPLES_FOLDER
from restoration.samples import SAMPLES
from restoration.settings import Settings
from restoration.speed import SpeedBook, measure_into
from ui.panels import PanelStore, panel_routes
from ui.restore.desk import RestorationDesk, new_case_id
from ui.restore.intake import Intake
from ui.restore.routes import case_routes
from ui.site_page import SitePage
from ui.uploads import wipe
from ui.viewer_files import VIEWER_STYLES, viewer_scripts, viewer_static

HERE = Path(__file__).parent


def restore_room(settings: Settings) -> SitePage:
    """The page at `/restore`, with its desk, viewer and worker."""
    data = settings.data_dir.resolve()
    pool = LocalPool(settings.max_queue)
    wipe(data / "panels")
    panels = PanelStore(data / "panels")
    desk = RestorationDesk(data / "jobs", pool, panels, settings.keep_minutes * 60)
    timing = Timing(pool, data / "speeds.json")
    intake = Intake(settings, desk, timing.book)
    first_case = new_case_id()

    def begin() -> None:
        warm_up()
        sample = SAMPLES[0]
        request = Request(reference=sample.clean_path)
        desk.open([sample.path], (AUTO,), request, id=first_case, kept=True)

    def tend() -> None:
        desk.sweep()
        timing.next_one()

    def fill() -> None:
        from ui.restore.page import fill_page

        fill_page(intake, first_case)

    def close() -> None:
        pool.close()
        desk.close_all()

    return SitePage(
        path="restore",
        title="Restore",
        fill=fill,
        routers=(case_routes(desk), panel_routes(panels)),
        folders={
            **viewer_static(),
            "/samples": SAMPLES_FOLDER,
            "/restore-files": HERE / "browser",
        },
        styles=(*VIEWER_STYLES, HERE / "browser" / "restore.css"),
        scripts=(*viewer_scripts(), "restore-files/result.js"),
        begin=begin,
        tend=tend,
        close=close,
    )


class Timing:
    """Measures the speed of every model that is here, one at a time and only while nobody waits."""

    def __init__(self, pool: LocalPool, path: Path) -> None:
        self.book = SpeedBook(path)
        self._pool = pool
        self._path = path
        self._tried: set[str] = set()

    def next_one(self) -> None:
        """Queue the next measurement if the worker has nothing to do."""
        if not self._pool.idle:
            return
        for card in cards():
            missing = card.id not in self._tried and self.book.of(card.id, 3) is None
            if missing and available(card) is not Availability.DOWNLOAD:
                self._tried.add(card.id)
                self._pool.submit(measure_into, self._path, card.id)
                return
