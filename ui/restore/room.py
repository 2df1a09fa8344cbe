"""Everything of the server that exists for the Restore page's sake, put together."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

from restoration.jobs import LocalPool
from restoration.models.catalogue import Availability, available, cards
from restoration.pages.limited import warm_up
from restoration.restoring import AUTO, Request
from restoration.samples import FOLDER as SAMPLES_FOLDER
from restoration.samples import SAMPLES
from restoration.settings import Settings
from restoration.speed import SpeedBook, measure_missing
from ui.panels import PanelStore, panel_routes
from ui.restore.desk import RestorationDesk
from ui.restore.intake import Intake
from ui.restore.routes import case_routes
from ui.site_page import SitePage
from ui.viewer_files import VIEWER_STYLES, viewer_scripts, viewer_static

HERE = Path(__file__).parent


def restore_room(settings: Settings) -> SitePage:
    """The page at `/restore`, with its desk, viewer and worker."""
    data = settings.data_dir.resolve()
    pool = LocalPool(settings.max_queue)
    panels = PanelStore(data / "panels")
    desk = RestorationDesk(data / "jobs", pool, panels, settings.keep_minutes * 60)
    speeds = SpeedBook(data / "speeds.json")
    intake = Intake(settings, desk, speeds)
    Thread(target=warm_up, daemon=True).start()
    shown_first = SAMPLES[0]
    first = desk.open(
        [shown_first.path], (AUTO,), Request(reference=shown_first.clean_path), kept=True
    )
    pool.submit(measure_missing, _ready_models(), data / "speeds.json")

    def fill() -> None:
        from ui.restore.page import fill_page

        fill_page(intake, first.id)

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
        tend=desk.sweep,
        close=close,
    )


def _ready_models() -> tuple[str, ...]:
    return tuple(card.id for card in cards() if available(card) is not Availability.DOWNLOAD)
