"""A restored page is rated where it is shown, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evaluation.studies.collecting.open_study import OPEN_STUDY
from evaluation.studies.collecting.standing import read_contents
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.vote_export import votes_of
from restoration.settings import Settings
from tests.browser.rating_steps import (
    PATIENCE,
)
from ui.rate.room import rate_room
from ui.restore.room import restore_room
from ui.server import build
from ui.studies.room import studies_room

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(serve: Callable[[Any], str], settings: Settings) -> str:
    return serve(build(settings, (rate_room, studies_room, restore_room)))


def test_one_click_on_a_result_is_a_vote_without_the_scan(
    address: str, store: StudyStore, open_page: Callable[..., Any]
) -> None:
    page = open_page(address, "/restore").page
    page.locator('[data-rr-result][data-state="done"]').wait_for(timeout=180_000)
    grades = page.get_by_role("group", name="Rating, 1 bad to 5 excellent")
    grades.get_by_role("button", name="2 Poor").click()
    page.get_by_text("Stored, without your scan").wait_for(timeout=PATIENCE)
    grades.get_by_role("button", name="4 Good").click()
    page.locator('.rr-grades [aria-pressed="true"][aria-label="4 Good"]').wait_for(timeout=PATIENCE)
    page.get_by_role("slider", name="Fidelity").fill("70")
    page.get_by_role("slider", name="Naturalness").fill("40")
    page.get_by_role("button", name="Save both").click()
    page.get_by_text("Stored, without your scan").wait_for(timeout=PATIENCE)
    # Whoever thinks better of the kind draws one box all the same.
    page.get_by_role("button", name="Mark: detail invented").click()
    page.get_by_role("button", name="Mark: detail lost").click()
    surface = page.locator(".rr-picture.rr-drawing")
    surface.dispatch_event("pointerup")
    box = surface.bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 150, steps=3)
    page.mouse.up()
    page.get_by_text("1 Detail lost", exact=True).wait_for(timeout=PATIENCE)
    assert page.locator(".rr-drawing").count() == 0
    votes = votes_of(store, OPEN_STUDY)
    assert sorted(votes["score"]) == [4, 40, 70]
    contents = store.database.read(lambda c: read_contents(c, OPEN_STUDY))
    (mark,) = next(
        standing.answer["marks"]
        for standing in map(contents.standing, contents.trials)
        if "marks" in standing.answer
    )
    assert mark["kind"] == "lost"
    assert min(mark["w"], mark["h"]) > 0
    assert len(contents.items) == 1
    page.reload()
    page.locator('.rr-grades [aria-pressed="true"][aria-label="4 Good"]').wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="Take my rating back").click()
    page.get_by_text("Taken back.").wait_for(timeout=PATIENCE)
    contents = store.database.read(lambda c: read_contents(c, OPEN_STUDY))
    answers = [contents.standing(trial).answer for trial in contents.trials]
    assert answers == [None, None, None], "grade, scores and marks"
    page.reload()
    grades.wait_for(timeout=PATIENCE)
    assert page.locator('.rr-grades [aria-pressed="true"]').count() == 0


def test_a_browser_that_may_keep_nothing_shows_results_and_rates_them(
    address: str, store: StudyStore, open_page: Callable[..., Any]
) -> None:
    page = open_page(address, "/rate").page
    refuse = "{ get() { throw new DOMException('denied', 'SecurityError'); } }"
    page.add_init_script(f"Object.defineProperty(window, 'sessionStorage', {refuse})")
    page.goto(f"{address}/restore", wait_until="domcontentloaded")
    page.locator('[data-rr-result][data-state="done"]').wait_for(timeout=180_000)
    page.get_by_role("region", name="Table of scores").wait_for(timeout=PATIENCE)
    before = list(votes_of(store, OPEN_STUDY)["score"]).count(5)
    page.get_by_role("button", name="5 Excellent").click()
    page.get_by_text("Stored, without your scan").wait_for(timeout=PATIENCE)
    assert list(votes_of(store, OPEN_STUDY)["score"]).count(5) == before + 1
    # A case of one's own is opened, too, and deleted with all others of this page.
    page.locator('[data-sample="invoice"]').click()
    page.get_by_role("button", name="Delete it from the server now").click(timeout=180_000)
    page.get_by_text("gone from the server").wait_for(timeout=PATIENCE)
