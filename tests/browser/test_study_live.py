"""The Results tab of a study under way: a vote changes it, marks lie over their picture."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bench.rating_clients import RaterClient
from bench.study_live import FOLLOWED, SHOWN, open_results
from evaluation.studies.collecting.creation import CreatedStudy, StimulusSpec, create_study
from evaluation.studies.collecting.design import Arm, Design
from evaluation.studies.collecting.items import Role
from evaluation.studies.collecting.joining import consent
from evaluation.studies.collecting.records import Kind
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.submission import Submission
from evaluation.studies.collecting.voting import next_trial, submit
from restoration.settings import Settings
from tests.browser.rating_steps import PASSWORD, grave, picture
from ui.rate.room import rate_room
from ui.server import build
from ui.studies.room import studies_room

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 300_000
LOST = {"x": 20.0, "y": 10.0, "w": 40.0, "h": 30.0, "kind": "lost"}
INVENTED = {"x": 70.0, "y": 40.0, "w": 30.0, "h": 30.0, "kind": "invented"}
MARKED: tuple[list[dict[str, Any]], ...] = ([LOST], [LOST, INVENTED], [])
"""What three raters draw into each picture."""
FIRST_VOTES = 4
PICTURE = ".rr-plot .imagelayer image"
PREFERENCES = """() => JSON.stringify(
  document.querySelector("#study-tabs [aria-label^='Preferences.']").data)"""


@pytest.fixture(scope="module")
def address(serve: Callable[[Any], str], settings: Settings) -> str:
    return serve(build(settings, (rate_room, studies_room)))


@pytest.fixture(scope="module")
def study(store: StudyStore) -> CreatedStudy:
    """Three raters of pairs who have not begun, three who have marked every picture."""
    roles = {"original": Role.REFERENCE}
    specs = [
        StimulusSpec(picture(3 * n + k), f"scan {n}", name, roles.get(name, Role.RATED))
        for n in range(2)
        for k, name in enumerate(("original", "one", "two"))
    ]
    arms = (Arm("pairs", "pair", raters=3), Arm("marks", "marks", raters=len(MARKED)))
    made = create_study(store, Design("Under way", arms), specs)
    for link in made.invite_links["pairs"]:
        consent(store, store.rater_by_token(_token(link)), {})
    for link, marks in zip(made.invite_links["marks"], MARKED, strict=True):
        rater = store.rater_by_token(_token(link))
        consent(store, rater, {})
        while trial := store.database.read(lambda c, id=rater.id: next_trial(c, id)):
            answer = {"marks": marks}
            sent = Submission(
                str(uuid.uuid4()), trial.id, trial.revision, Kind.VOTE, answer, viewing={"scale": 1}
            )
            submit(store, rater, sent)
    return made


def _token(link: str) -> str:
    return link.split("=")[1]


def test_a_vote_changes_the_open_results_and_marks_stay_chosen(
    address: str, study: CreatedStudy, open_page: Callable[..., Any]
) -> None:
    raters = [RaterClient(_token(link), address) for link in study.invite_links["pairs"]]
    for number in range(FIRST_VOTES):
        raters[number % 2].vote()
    watched = open_page(address)
    page = watched.page
    page.set_default_timeout(PATIENCE)
    open_results(page, address, study.id, PASSWORD)
    results = page.locator("#study-tabs .rr-study-results")
    assert "4 votes and 12 marks of 5 raters" in results.locator(".rr-facts").inner_text()

    maps = results.locator(".rr-marks")
    maps.get_by_role("combobox", name="Defect").select_option("detail invented")
    maps.get_by_text("1 of 3 raters marked this, with 1 box.").wait_for()
    under = maps.locator(PICTURE).evaluate("image => image.href.baseVal")
    assert page.request.get(f"{address}/{under}").headers["content-type"] == "image/png"
    stranger = {"x-rr-invite": _token(study.invite_links["marks"][0])}
    assert httpx.get(f"{address}/{under}", headers=stranger).status_code == 401

    assert grave(page) == []
    before, preferred = page.evaluate(SHOWN), page.evaluate(PREFERENCES)
    # The app is out of reach just when the page asks what the new vote changes.
    page.route("**/results", lambda route: route.abort(), times=1)
    raters[2].vote()
    page.wait_for_function(FOLLOWED, arg=["5 votes", before])
    assert page.evaluate(PREFERENCES) != preferred
    assert [each.endswith("net::ERR_FAILED") for each in watched.complaints] == [True]
    watched.complaints.clear()
    maps.get_by_text("1 of 3 raters marked this, with 1 box.").wait_for()
    assert maps.get_by_role("combobox", name="Defect").input_value() == "detail invented"


def test_results_under_way_fit_a_phone_in_the_dark(
    address: str, study: CreatedStudy, open_page: Callable[..., Any]
) -> None:
    size = {"width": 390, "height": 844}
    page = open_page(address, color_scheme="dark", viewport=size).page
    page.set_default_timeout(PATIENCE)
    open_results(page, address, study.id, PASSWORD)
    page.locator(f"#study-tabs .rr-marks {PICTURE}").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    assert grave(page) == []
