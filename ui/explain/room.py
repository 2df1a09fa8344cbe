"""Everything of the server that exists for the Explain page's sake, put together."""

from __future__ import annotations

from pathlib import Path

from restoration.explanation.question import BROWSER, Question
from restoration.samples import FOLDER as SAMPLES_FOLDER
from restoration.samples import sample_by_id
from ui.explain.desk import ExplanationDesk
from ui.explain.intake import FIRST_SAMPLE
from ui.explain.routes import explanation_routes, question_routes
from ui.house import House
from ui.site_page import SitePage

HERE = Path(__file__).parent / "browser"


def explain_room(house: House) -> SitePage:
    """The page at `/explain`, with its desk."""
    sample = sample_by_id(FIRST_SAMPLE)
    desk = ExplanationDesk(
        house.data / "explanations",
        house.pool,
        house.settings.keep_minutes * 60,
        Question(sample.path, reference=sample.clean_path),
    )

    def fill() -> None:
        from ui.explain.page import fill_page

        fill_page()

    return SitePage(
        path="explain",
        title="Explain",
        fill=fill,
        routers=(question_routes(house.settings, desk), explanation_routes(desk)),
        folders={
            "/samples": SAMPLES_FOLDER,
            "/story-files": BROWSER,
            "/explain-files": HERE,
        },
        styles=(BROWSER / "story.css", HERE / "explain.css"),
        scripts=("story-files/story.js", "explain-files/explain.js"),
        tend=desk.sweep,
        close=desk.close_all,
    )
