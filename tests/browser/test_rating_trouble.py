"""What a rater sees when the server, the database or the browser's store fails: no vote is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evaluation.studies.collecting.creation import StimulusSpec, create_study
from evaluation.studies.collecting.design import Arm, Design
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.vote_export import votes_of
from restoration.settings import Settings
from tests.browser.rating_steps import (
    PATIENCE,
    await_trial,
    begin,
    open_routed,
    picture,
    rate_all,
)
from ui.rate.room import rate_room
from ui.server import build

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(serve: Callable[[Any], str], settings: Settings) -> str:
    return serve(build(settings, (rate_room,)))


def test_an_answer_outlasts_a_server_that_is_away(
    address: str, store: StudyStore, open_page: Callable[..., Any]
) -> None:
    specs = [StimulusSpec(picture(n), f"scan {n}", "x") for n in range(2)]
    made = create_study(store, Design("Away", (Arm("one", raters=1),)), specs)
    is_away = False
    watched = open_routed(
        open_page,
        address,
        made.invite_links["one"][0],
        lambda route: route.abort() if is_away else route.continue_(),
    )
    page = watched.page
    begin(page)
    trial = await_trial(page)
    is_away = True
    page.keyboard.press("4")
    page.get_by_text("Your answer is kept here and sent again").wait_for(timeout=PATIENCE)
    assert page.locator(".rr-trial").get_attribute("data-trial") == trial
    # The page is closed before the server is back; opening the link again sends the answer.
    is_away = False
    page.reload(wait_until="domcontentloaded")
    page.get_by_role("button", name="Start").click()
    await_trial(page, trial)
    assert list(votes_of(store, made.id)["score"]) == [4]
    watched.complaints = [said for said in watched.complaints if "ERR_FAILED" not in said]


def test_a_browser_that_may_keep_nothing_can_vote(
    address: str, store: StudyStore, open_page: Callable[..., Any]
) -> None:
    specs = [StimulusSpec(picture(n), f"scan {n}", "x") for n in range(2)]
    made = create_study(store, Design("Frame", (Arm("one", raters=1),), open_quota=1), specs)
    page = open_page(address, "/rate/session").page
    refuse = "{ get() { throw new DOMException('denied', 'SecurityError'); } }"
    page.add_init_script(f"Object.defineProperty(window, 'localStorage', {refuse})")
    page.goto(f"{address}/{made.open_link}", wait_until="domcontentloaded")
    begin(page)
    assert rate_all(page, "24") == 2
    assert sorted(votes_of(store, made.id)["score"]) == [2, 4]


def test_a_locked_database_is_said_to_the_rater_and_the_vote_comes_through(
    address: str, store: StudyStore, open_page: Callable[..., Any]
) -> None:
    specs = [StimulusSpec(picture(n), f"scan {n}", "x") for n in range(2)]
    made = create_study(store, Design("Locked", (Arm("one", raters=1),)), specs)
    watched = open_page(address, "/" + made.invite_links["one"][0])
    page = watched.page
    begin(page)
    trial = await_trial(page)
    with store.database.engine.connect() as holder:
        holder.execution_options(rr_writes=True).begin()
        page.keyboard.press("4")
        said = page.get_by_role("alert").filter(has_text="another program has locked it")
        said.and_(page.get_by_text("Your answer is kept here")).wait_for(timeout=PATIENCE)
        assert page.locator('.rr-answers [aria-pressed="true"]').inner_text().endswith("Good")
        assert page.locator(".rr-trial footer :enabled").count() == 0
        holder.rollback()
    await_trial(page, trial)
    assert said.count() == 0
    assert list(votes_of(store, made.id)["score"]) == [4]
    watched.complaints = [said for said in watched.complaints if "503" not in said]
