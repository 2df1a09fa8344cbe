"""Everything of the server that exists for the Evaluate page's sake, put together."""

from __future__ import annotations

from pathlib import Path

from ui.evaluate.asking import asking_routes
from ui.evaluate.desk import RunDesk
from ui.evaluate.intake import Intake
from ui.evaluate.opened import OpenedRuns
from ui.evaluate.pictures import PictureDesk
from ui.evaluate.routes import plot_routes, run_routes
from ui.house import House
from ui.site_page import SitePage

HERE = Path(__file__).parent
SECONDS_A_DAY = 86_400


def evaluate_room(house: House) -> SitePage:
    """The page at `/evaluate`, with its runs and the pictures behind their marks."""
    settings = house.settings
    desk = RunDesk(
        house.data / "runs",
        house.long_runs,
        settings.keep_runs_days * SECONDS_A_DAY,
        settings.max_runs_gb * 1e9,
    )
    pictures = PictureDesk(
        house.data / "run-pictures", house.pool, house.panels, settings.keep_minutes * 60
    )
    intake = Intake(settings, desk, house.speeds)

    def tend() -> None:
        desk.sweep()
        pictures.sweep()

    def fill() -> None:
        from ui.evaluate.page import fill_page

        fill_page()

    return SitePage(
        path="evaluate",
        title="Evaluate",
        fill=fill,
        routers=(asking_routes(intake), run_routes(desk, OpenedRuns(), pictures), plot_routes()),
        folders={"/evaluate-files": HERE / "browser"},
        styles=(HERE / "browser" / "evaluate.css",),
        scripts=("evaluate-files/main.js",),
        tend=tend,
        close=pictures.close,
    )
