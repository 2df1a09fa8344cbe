"""Everything of the server that exists for the Synthesize page's sake, put together."""

from __future__ import annotations

from pathlib import Path

from restoration.synthesis.comparison import ComparisonTask
from restoration.synthesis.conditions import Noise
from restoration.synthesis.mask_noise import NoiseKind
from restoration.synthesis.shipped import sample_named
from ui.house import House
from ui.site_page import SitePage
from ui.synthesize.desk import DrawingDesk, new_drawing_id
from ui.synthesize.routes import synthesis_routes
from ui.synthesize.studies import StudyMaker

HERE = Path(__file__).parent
FIRST_SAMPLE = "708eb41a3fc8"
FIRST_NOISE = Noise(24.0, NoiseKind.BLUE)
SCRIPTS = ("label_canvas.js", "map_editor.js", "charts.js", "synthesize.js")


def synthesize_room(house: House) -> SitePage:
    """The page at `/synthesize`, with its desk; a sample is drawn as soon as the app starts."""
    keep_seconds = house.settings.keep_minutes * 60
    desk = DrawingDesk(house.data / "synthesis", house.pool, house.panels, keep_seconds)
    first = new_drawing_id()

    def begin() -> None:
        polygons = sample_named(FIRST_SAMPLE).polygons
        task = ComparisonTask(polygons, FIRST_NOISE, 0, Path(), FIRST_SAMPLE)
        desk.open(task, id=first, kept=True)

    def fill() -> None:
        from ui.synthesize.page import fill_page

        fill_page()

    return SitePage(
        path="synthesize",
        title="Synthesize",
        fill=fill,
        routers=(synthesis_routes(desk, StudyMaker(house.pool, house.studies), first),),
        folders={"/synthesize-files": HERE / "browser"},
        styles=(HERE / "browser" / "synthesize.css",),
        scripts=tuple(f"synthesize-files/{name}" for name in SCRIPTS),
        begin=begin,
        tend=desk.sweep,
        close=desk.close_all,
    )
