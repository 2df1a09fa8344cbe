"""A page for imported votes and the sample study."""

from __future__ import annotations

from pathlib import Path

from evaluation.studies.report import BROWSER as SHOWN
from ui.house import House
from ui.site_page import SitePage
from ui.studies.imported import IMPORTED, imported_routes
from ui.studies.results import AnalysisDesk, analysis_routes

BROWSER = Path(__file__).parent / "results_browser"


def analysis_room(house: House) -> SitePage:
    """The page at `/results`."""
    desk = AnalysisDesk(house.data / "analyses", house.pool, house.settings.keep_minutes * 60)

    def fill() -> None:
        import gradio as gr

        gr.HTML(IMPORTED, padding=False, apply_default_css=False)

    return SitePage(
        path="results",
        title="Results",
        fill=fill,
        routers=(imported_routes(desk), analysis_routes(desk)),
        folders={"/results-files": BROWSER, "/results-shown": SHOWN},
        styles=(SHOWN / "results.css", BROWSER / "imported.css"),
        scripts=("results-shown/results.js", "results-files/main.js"),
        tend=desk.sweep,
    )
