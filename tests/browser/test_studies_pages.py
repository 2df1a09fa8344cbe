"""The Studies and Rate pages: axe-core in both themes, a phone's width, and by keys alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evaluation.studies.collecting.creation import CreatedStudy, StimulusSpec, create_study
from evaluation.studies.collecting.design import Arm, Design, Quality
from evaluation.studies.collecting.joining import consent, invite
from evaluation.studies.collecting.records import Kind
from evaluation.studies.collecting.stimuli import encoded
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.submission import Submission
from evaluation.studies.collecting.vote_export import votes_of
from evaluation.studies.collecting.voting import next_trial, submit
from restoration.settings import Settings
from tests.browser.rating_steps import (
    PASSWORD,
    PATIENCE,
    answer,
    await_end,
    await_trial,
    grave,
    picture,
)
from ui.house import House
from ui.rate.room import rate_room
from ui.restore.room import restore_room
from ui.server import build
from ui.site_page import SitePage
from ui.studies.room import studies_room

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_TABS = 80
GRACE = 500
"""Milliseconds in which what must not happen would."""
IS_FADED_IN = """() => [...document.querySelectorAll("h1, h2")].every((each) => {
  for (let at = each; at; at = at.parentElement) {
    if (getComputedStyle(at).opacity !== "1") return false;
  }
  return true;
})"""


def _restore_at_rest(house: House) -> SitePage:
    """The Restore page, whose buttons these pages share, without a scan restored at the start."""
    return replace(restore_room(house), begin=lambda: None)


@pytest.fixture(scope="module")
def address(serve: Callable[[Any], str], settings: Settings) -> str:
    return serve(build(settings, (_restore_at_rest, rate_room, studies_room)))


@pytest.fixture(scope="module")
def study(store: StudyStore) -> CreatedStudy:
    """Two arms; one vote that waits for review."""
    specs = [StimulusSpec(picture(n), f"scan {n % 2}", f"version {n // 2}") for n in range(4)]
    arms = (Arm("grades", qa=Quality.REVIEW, raters=3, instructions="Look."), Arm("pairs", "pair"))
    made = create_study(store, Design("Which is readable?", arms), specs)
    rater = store.rater_by_token(made.invite_links["grades"][0].split("=")[1])
    consent(store, rater, {})
    trial = store.database.read(lambda c: next_trial(c, rater.id))
    assert trial is not None
    vote = Submission("0" * 32, trial.id, 0, Kind.VOTE, {"choice": "4"}, viewing={"scale": 1})
    submit(store, rater, vote)
    return made


def _log_in(page: Any) -> None:
    page.get_by_text("Log in to run studies").click(timeout=PATIENCE)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="New study").wait_for(timeout=PATIENCE)


def _looks_right(page: Any, width: int) -> None:
    page.wait_for_function(IS_FADED_IN, timeout=PATIENCE)
    assert grave(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_pages_of_studies_and_rating_are_accessible_and_fit(
    address: str,
    store: StudyStore,
    study: CreatedStudy,
    open_page: Callable[..., Any],
    tmp_path: Path,
    scheme: str,
    width: int,
) -> None:
    looks = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    page = open_page(address, "/studies", **looks).page
    _log_in(page)
    page.get_by_role("link", name="Which is readable?").wait_for(timeout=PATIENCE)
    _looks_right(page, width)

    page.get_by_role("button", name="New study").click()
    file = tmp_path / "page__restored.png"
    file.write_bytes(encoded(picture(5)))
    page.locator("#study-pictures").set_input_files([file])
    page.get_by_role("region", name="What it will take").wait_for(timeout=PATIENCE)
    for summary in page.locator("summary").all():
        summary.click()
    _looks_right(page, width)

    page.get_by_role("button", name="Back").click()
    page.get_by_role("link", name="Which is readable?").click()
    page.get_by_text("of 12 votes").first.wait_for(timeout=PATIENCE)
    for tab, sign in (
        ("Design", "Raters agree"),
        ("Raters", "Flags are signs"),
        ("Results", "vote"),
        ("Data", "Datasheet"),
    ):
        page.get_by_role("tab", name=tab).click()
        page.locator("#study-tabs").get_by_text(sign).locator("visible=true").first.wait_for(
            timeout=PATIENCE
        )
        _looks_right(page, width)

    page = open_page(address, "/rate", **looks).page
    page.get_by_role("heading", name="You have an invitation?").wait_for(timeout=PATIENCE)
    _looks_right(page, width)

    reviewer = invite(store, study.id, None)
    page = open_page(address, f"/rate/session?invite={reviewer}", **looks).page
    page.locator('.rr-answers [aria-pressed="true"]').wait_for(timeout=PATIENCE)
    _looks_right(page, width)

    page = open_page(address, f"/{study.invite_links['pairs'][0]}", **looks).page
    begun = page.get_by_role("button", name="I agree, begin")
    begun.or_(page.get_by_role("button", name="Start")).wait_for(timeout=PATIENCE)
    _looks_right(page, width)
    if begun.is_visible():
        begun.click()
    page.get_by_role("button", name="Start").click()
    await_trial(page)
    _looks_right(page, width)


def _reach(page: Any, wanted: Any) -> None:
    """Press Tab until the wanted element has the focus, and see that it shows it."""
    wanted.wait_for(timeout=PATIENCE)
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            outline = "element => getComputedStyle(element).outlineStyle"
            assert wanted.evaluate(outline) != "none"
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def test_an_owner_and_a_rater_need_no_pointer(
    address: str, store: StudyStore, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    owner = open_page(address, "/studies").page
    keys = owner.keyboard
    _reach(owner, owner.locator("summary", has_text="Log in to run studies"))
    keys.press("Enter")
    _reach(owner, owner.get_by_label("Password"))
    keys.type(PASSWORD)
    keys.press("Enter")
    _reach(owner, owner.get_by_role("button", name="New study"))
    keys.press("Enter")
    _reach(owner, owner.get_by_label("Title, shown to raters"))
    keys.type("By keys")
    files = [tmp_path / f"page__{name}.png" for name in ("one", "two")]
    for number, file in enumerate(files):
        file.write_bytes(encoded(picture(number)))
    owner.locator("#study-pictures").set_input_files(files)  # the system's window chooses files
    owner.locator(".rr-pictures-table tbody tr").nth(1).wait_for(timeout=PATIENCE)
    _reach(owner, owner.get_by_label("Protocol"))
    keys.press("p")  # the first of the list that begins so: paired comparison
    _reach(owner, owner.get_by_role("button", name="Create the study"))
    keys.press("Enter")
    _reach(owner, owner.get_by_role("tab", name="Raters"))
    keys.press("Enter")
    link = owner.get_by_role("link", name="Open").first
    _reach(owner, link)

    rater = open_page(address, link.get_attribute("href").removeprefix(address)).page
    keys = rater.keyboard
    for field in rater.get_by_role("group", name="Which square is lighter?").all():
        square = field.get_by_role("button", name="Square 2")
        _reach(rater, square)
        keys.press("Space")
        assert square.get_attribute("aria-pressed") == "true"
    _reach(rater, rater.get_by_role("button", name="I agree, begin"))
    keys.press("Enter")
    rater.get_by_role("button", name="Start").wait_for(timeout=PATIENCE)
    keys.press("Enter")
    trial = await_trial(rater)
    keys.press("h")
    rater.get_by_role("dialog", name="What to do").wait_for(timeout=PATIENCE)
    keys.press("Escape")
    rater.locator('.rr-trial [aria-keyshortcuts="u"]').and_(rater.locator(":disabled")).wait_for()
    _reach(rater, rater.get_by_role("button", name="Right is better"))
    keys.press("Enter")
    await_end(rater)
    _reach(rater, rater.get_by_role("button", name="Undo the last answer"))
    keys.press("Enter")
    assert await_trial(rater) == trial
    answer(rater, trial, "1")
    await_end(rater)
    study = store.rater_by_token(rater.url.split("invite=")[1]).study
    assert len(votes_of(store, study)) == 1


def test_a_study_without_votes_says_what_to_do_and_a_mended_form_says_nothing(
    address: str, store: StudyStore, open_page: Callable[..., Any]
) -> None:
    specs = [StimulusSpec(picture(9), "scan", "version")]
    made = create_study(store, Design("Nobody came", (Arm("one"),)), specs)
    watched = open_page(address, "/studies")
    page = watched.page
    _log_in(page)
    page.get_by_role("button", name="New study").click()
    page.get_by_role("button", name="Create the study").click()
    trouble = page.get_by_text("The study has no title")
    trouble.wait_for(timeout=PATIENCE)
    plain = page.evaluate("getComputedStyle(document.querySelector('h2')).color")
    assert trouble.evaluate("each => getComputedStyle(each).color") != plain
    page.get_by_label("Title, shown to raters").fill("T")
    trouble.wait_for(state="hidden", timeout=PATIENCE)
    page.goto(f"{address}/studies?study={made.id}")
    page.get_by_role("tab", name="Results").click()
    page.get_by_text("There are no votes yet. Send raters their links").wait_for(timeout=PATIENCE)
    assert all(" 400 " in each for each in watched.unforeseen()), "the two refusals"
    watched.complaints.clear()


def test_whoever_tries_rating_waits_on_a_page_that_goes_on_by_itself(
    address: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(address, "/rate").page
    page.get_by_role("link", name="Begin").last.click(timeout=PATIENCE)
    page.get_by_text("This page goes on by itself").wait_for(timeout=PATIENCE)
    assert grave(page) == []
    page.get_by_role("button", name="I agree, begin").wait_for(timeout=3 * PATIENCE)


def test_an_owner_gets_the_sample_scans_restored(
    address: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(address, "/studies").page
    _log_in(page)
    page.get_by_role("button", name="New study").click()
    page.get_by_role("button", name="Use the sample scans").click()
    rows = page.locator(".rr-pictures-table tbody tr")
    rows.nth(20).wait_for(timeout=3 * PATIENCE)


def test_a_study_that_answers_late_leaves_what_is_shown_instead(
    address: str, study: CreatedStudy, open_page: Callable[..., Any]
) -> None:
    page = open_page(address, "/studies").page
    _log_in(page)
    held: list[Any] = []
    asked = f"**/studies/api/studies/{study.id}"
    page.route(asked, lambda route: held.append(route))
    with page.expect_request(asked):
        page.get_by_role("link", name="Which is readable?").click()
    page.go_back()
    page.get_by_role("button", name="New study").click()
    title = page.get_by_label("Title, shown to raters")
    title.fill("Half of a form")
    with page.expect_response(asked):
        for route in held:
            route.continue_()
    page.wait_for_timeout(GRACE)
    assert title.input_value() == "Half of a form"
    page.get_by_role("button", name="Back").click()
    page.get_by_role("link", name="Which is readable?").wait_for(timeout=PATIENCE)


def test_an_owner_is_told_of_a_server_that_is_away_and_of_a_login_that_has_ended(
    address: str, study: CreatedStudy, open_page: Callable[..., Any]
) -> None:
    watched = open_page(address, "/studies")
    page = watched.page
    _log_in(page)
    old = page.get_by_text("Counts that are shown are of a moment ago")
    counts = page.get_by_text("of 12 votes").first
    page.route("**/studies/api/**", lambda route: route.abort())
    old.wait_for(timeout=PATIENCE)
    page.get_by_role("link", name="Which is readable?").click()
    page.unroute("**/studies/api/**")
    counts.wait_for(timeout=PATIENCE)
    old.wait_for(state="hidden", timeout=PATIENCE)
    page.route("**/studies/api/**", lambda route: route.abort())
    old.wait_for(timeout=PATIENCE)
    assert counts.is_visible()
    page.unroute("**/studies/api/**")
    old.wait_for(state="hidden", timeout=PATIENCE)

    page.context.clear_cookies()
    page.get_by_text("Your login has ended").wait_for(timeout=PATIENCE)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    counts.wait_for(timeout=PATIENCE)
    expected = ("net::ERR_FAILED", " 401 ")
    assert [said for said in watched.complaints if not any(map(said.count, expected))] == []
    watched.complaints.clear()
