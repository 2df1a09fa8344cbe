"""A study in a real browser: four raters in two arms, a reviewer and an owner, to the archive."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from evaluation.studies.collecting.archive import frozen, import_archive, verify_archive
from evaluation.studies.collecting.creation import StimulusSpec, create_study
from evaluation.studies.collecting.design import Arm, Design
from evaluation.studies.collecting.items import Role
from evaluation.studies.collecting.records import trial_of
from evaluation.studies.collecting.schema import trials
from evaluation.studies.collecting.standing import read_contents
from evaluation.studies.collecting.stimuli import encoded
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.verification import verify_study
from evaluation.studies.collecting.vote_export import votes_of
from restoration.settings import Settings
from tests.browser.rating_steps import (
    PASSWORD,
    PATIENCE,
    answer,
    await_end,
    await_trial,
    begin,
    grave,
    open_routed,
    picture,
    rate_all,
)
from ui.rate.room import rate_room
from ui.restore.room import restore_room
from ui.server import build
from ui.studies.room import studies_room

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(serve: Callable[[Any], str], settings: Settings) -> str:
    return serve(build(settings, (rate_room, studies_room, restore_room)))


def _largest_difference(page: Any, store: StudyStore, trial_id: str, density: int) -> int:
    """Between what the screen shows and the stimuli of a trial, over every pixel of each."""
    row = store.database.read(
        lambda c: c.execute(trials.select().where(trials.c.id == trial_id)).one()
    )
    trial = trial_of(row)
    study = trial.slot.split(".")[0]
    items = store.database.read(lambda c: read_contents(c, study)).items
    worst = 0
    for number, item in enumerate(trial.pictures):
        pane = page.locator(f'.rr-pane[data-key="{trial_id}-{number}"] .rr-picture')
        shown = np.asarray(Image.open(io.BytesIO(pane.screenshot())).convert("RGB"))
        stimulus = store.stimuli.picture(items[item].stimulus)
        height, width = stimulus.shape[:2]
        top, left = (shown.shape[0] - height) // 2, (shown.shape[1] - width) // 2
        # Of random pixels only the right place can be equal; rounding may move it by one or two.
        differences = [
            np.abs(shown[y : y + height, x : x + width].astype(int) - stimulus).max()
            for y in range(top - 2, top + 3)
            for x in range(left - 2, left + 3)
        ]
        worst = max(worst, min(differences))
    assert page.evaluate("devicePixelRatio") == density
    return worst


def _create(page: Any, folder: Path) -> None:
    """The owner makes a study of two arms in the page."""
    files = []
    for content in range(2):
        for number, condition in enumerate(("original", "swinir", "nlm", "identity")):
            file = folder / f"scan {content}__{condition}.png"
            file.write_bytes(encoded(picture(10 * content + number)))
            files.append(file)
    page.get_by_text("Log in to run studies").click(timeout=PATIENCE)
    page.get_by_label("Password").fill("wrong wrong wrong")
    page.keyboard.press("Enter")
    page.get_by_text("The name or the password is wrong").wait_for(timeout=PATIENCE)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="New study").click()
    page.get_by_label("Title, shown to raters").fill("Which would you keep?")
    page.locator("#study-pictures").set_input_files(files)
    page.locator(".rr-pictures-table tbody tr").nth(7).wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="Add an arm").click()
    first, second = page.locator(".rr-card").nth(0), page.locator(".rr-card").nth(1)
    first.get_by_label("Name").fill("grades, reviewed")
    first.get_by_label("Quality assurance").select_option("review")
    second.get_by_label("Name").fill("pairs")
    second.get_by_label("Protocol").select_option("pair-ties")
    for card in (first, second):
        card.get_by_role("spinbutton", name="Raters").fill("2")
        card.get_by_label("Pay for a vote").fill("0.1")
    page.get_by_role("row", name="pairs 6 12").wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="Create the study").click()
    page.get_by_role("tab", name="Raters").wait_for(timeout=PATIENCE)


def _links(page: Any) -> dict[str, list[str]]:
    """Links by arm, from the Raters tab."""
    page.get_by_role("tab", name="Raters").click()
    rows = page.locator("#study-tabs tbody tr")
    rows.first.wait_for(timeout=PATIENCE)
    links: dict[str, list[str]] = {}
    for row in rows.all():
        arm = row.locator("td").nth(0).inner_text()
        href = row.get_by_role("link", name="Open").get_attribute("href")
        links.setdefault(arm, []).append(re.sub(r"^https?://[^/]+", "", href))
    return links


def test_a_study_from_creation_to_the_frozen_archive(
    address: str, store: StudyStore, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    watched_owner = open_page(address, "/studies", accept_downloads=True)
    owner = watched_owner.page
    _create(owner, tmp_path)
    watched_owner.complaints = [c for c in watched_owner.complaints if "400" not in c]
    links = _links(owner)
    owner.get_by_label("Who").select_option(label="Reviewer")
    owner.get_by_role("button", name="Invite").click()
    owner.locator("#study-tabs tbody tr").nth(4).wait_for(timeout=PATIENCE)
    (reviewer_link,) = _links(owner)["–"]
    study = re.search(r"study=(\w+)", owner.url)[1]

    # First rater: every picture is shown to the bit; undo, skip, and going on elsewhere.
    watched_first = open_page(address, links["grades, reviewed"][0])
    first = watched_first.page
    begin(first)
    trial = await_trial(first)
    assert _largest_difference(first, store, trial, 1) == 0
    answer(first, trial, "1")
    trial = await_trial(first, trial)
    assert _largest_difference(first, store, trial, 1) == 0
    first.keyboard.press("u")
    trial = await_trial(first, trial)
    assert first.get_by_text("1 of 6").count() == 1
    answer(first, trial, "5")
    trial = await_trial(first, trial)
    first.keyboard.press("s")
    first.get_by_label("Reason").fill("not sharp here")
    first.get_by_role("button", name="Skip", exact=True).last.click()
    await_trial(first, trial)
    elsewhere = open_page(address, links["grades, reviewed"][0]).page
    elsewhere.get_by_role("button", name="Start").click()
    assert await_trial(elsewhere) == first.locator(".rr-trial").get_attribute("data-trial")
    assert rate_all(elsewhere, "2435") == 4
    # The page that was left behind is told, and does not fork the sequence.
    first.keyboard.press("3")
    await_end(first)
    watched_first.complaints = [said for said in watched_first.complaints if "409" not in said]

    # Second rater of the arm, on a screen of twice the density.
    second = open_page(address, links["grades, reviewed"][1], device_scale_factor=2).page
    begin(second)
    assert _largest_difference(second, store, await_trial(second), 2) == 0
    assert rate_all(second, "3421") == 6

    # The other arm compares pairs.
    for link, keys in zip(links["pairs"], ("12", "213"), strict=True):
        page = open_page(address, link).page
        begin(page)
        assert _largest_difference(page, store, await_trial(page), 1) == 0
        assert rate_all(page, keys) == 6

    # The reviewer corrects one answer, returns one, accepts the others.
    reviewer = open_page(address, reviewer_link).page
    reviewed = 0
    before = ""
    while reviewed < 11:
        shown = reviewer.locator(f'.rr-trial:not([data-trial=""]):not([data-trial="{before}"])')
        shown.and_(reviewer.locator("[data-trial]")).wait_for(timeout=PATIENCE)
        before = shown.get_attribute("data-trial")
        reviewer.locator('.rr-answers [aria-pressed="true"]').wait_for(timeout=PATIENCE)
        if reviewed == 0:
            marked = reviewer.locator('.rr-answers [aria-pressed="true"]')
            other = "1" if marked.get_attribute("data-value") != "1" else "2"
            reviewer.keyboard.press(other)
            reviewer.keyboard.press("c")
        elif reviewed == 10:
            reviewer.keyboard.press("r")
            reviewer.get_by_label("Reason").fill("look at the corner")
            reviewer.get_by_role("button", name="Return", exact=True).last.click()
        else:
            reviewer.keyboard.press("a")
        reviewed += 1
    reviewer.get_by_text("Nothing waits for review").wait_for(timeout=PATIENCE)

    # The rater answers what was returned, and the reviewer accepts it.
    second.reload(wait_until="domcontentloaded")
    second.get_by_role("button", name="Start").click()
    trial = await_trial(second)
    second.get_by_text("Returned to you: look at the corner").wait_for(timeout=PATIENCE)
    answer(second, trial, "4")
    reviewer.reload(wait_until="domcontentloaded")
    reviewer.locator('.rr-answers [aria-pressed="true"]').wait_for(timeout=PATIENCE)
    reviewer.keyboard.press("a")
    reviewer.get_by_text("Nothing waits for review").wait_for(timeout=PATIENCE)

    # The owner sees it, closes it, and takes the archive.
    owner.get_by_text("23 of 24 votes").wait_for(timeout=PATIENCE)
    owner.get_by_text("2.30 EUR so far").wait_for(timeout=PATIENCE)
    owner.on("dialog", lambda dialog: dialog.accept())
    owner.get_by_role("button", name="Close", exact=True).click()
    owner.get_by_text("Closed", exact=True).wait_for(timeout=PATIENCE)
    owner.get_by_role("tab", name="Data").click()
    with owner.expect_download() as download:
        owner.get_by_role("link", name="Frozen archive").click()
    archive = tmp_path / "study.zip"
    download.value.save_as(archive)
    assert verify_archive(archive).study == study
    assert verify_study(store, study).events == 24 + 2 + 1 + 12
    votes = votes_of(store, study)
    assert len(votes) == 23
    changed = votes[(votes["qa"] == "yes") & (votes["score"] != votes["before"])]
    assert 1 <= len(changed) <= 2

    elsewhere_store = StudyStore.open(Settings(data_dir=tmp_path / "another"))
    assert import_archive(elsewhere_store, archive) == study
    assert frozen(elsewhere_store, study) == archive.read_bytes()
    elsewhere_store.close()
    for view in (first, second):
        view.goto(address + links["grades, reviewed"][0], wait_until="domcontentloaded")
        view.get_by_text("The study is closed").wait_for(timeout=PATIENCE)


def test_nothing_that_reaches_a_rater_says_what_made_a_picture(
    address: str, store: StudyStore, open_page: Callable[..., Any]
) -> None:
    secret = ("swinir-secret", "identity-secret", "content-secret", "characteristic")
    specs = [
        StimulusSpec(picture(n), secret[2], name, metrics={"psnr": 31.4159})
        for n, name in enumerate(secret[:2])
    ]
    made = create_study(store, Design("Blind", (Arm("arm-secret", "pair", raters=1),)), specs)
    watched = open_page(address, "/" + made.invite_links["arm-secret"][0])
    said: list[str] = []
    watched.page.on("response", lambda response: said.append(_text_of(response)))
    begin(watched.page)
    await_trial(watched.page)
    everything = (
        "".join(said)
        + watched.page.content()
        + json.dumps(watched.page.evaluate("({...localStorage, url: location.href})"))
    )
    hashes = [
        item.stimulus
        for item in store.database.read(lambda c: read_contents(c, made.id)).items.values()
    ]
    for name in (*secret, "31.4159", *hashes, *(each[:16] for each in hashes)):
        assert name not in everything


def _text_of(response: Any) -> str:
    is_text = "json" in response.headers.get("content-type", "")
    return response.url + str(response.headers) + (response.text() if is_text else "")


def test_marks_are_drawn_where_they_are_stored_and_by_keys(
    address: str, store: StudyStore, open_page: Callable[..., Any]
) -> None:
    specs = [
        StimulusSpec(picture(1), "scan", "original", Role.REFERENCE),
        StimulusSpec(picture(2), "scan", "restored"),
    ]
    made = create_study(store, Design("Marks", (Arm("one", "marks", raters=1),)), specs)
    page = open_page(address, "/" + made.invite_links["one"][0]).page
    begin(page)
    trial = await_trial(page)
    box = page.locator(f'.rr-pane[data-key="{trial}-0"] .rr-picture').bounding_box()
    left, top = box["x"] + box["width"] / 2 - 65, box["y"] + box["height"] / 2 - 45
    page.mouse.move(left + 10, top + 20)
    page.mouse.down()
    page.mouse.move(left + 40, top + 60, steps=4)
    page.mouse.up()
    page.keyboard.press("m")
    page.keyboard.press("i")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.get_by_role("list", name="Marks").get_by_text("2 Detail invented").wait_for()
    assert grave(page) == []
    page.keyboard.press("Enter")
    await_end(page)
    contents = store.database.read(lambda c: read_contents(c, made.id))
    marks = contents.standing(trial).answer["marks"]
    assert marks == [
        {"x": 10, "y": 20, "w": 30, "h": 40, "kind": "lost"},
        {"x": 49, "y": 21, "w": 48, "h": 56, "kind": "invented"},
    ]


def test_training_tells_the_answer_and_a_scaled_picture_is_refused(
    address: str, store: StudyStore, open_page: Callable[..., Any]
) -> None:
    specs = [
        StimulusSpec(picture(1), "a", "x", Role.TRAINING, truth="real", feedback="See the edge."),
        StimulusSpec(picture(2), "b", "x", truth="synthetic"),
    ]
    arm = Arm("one", "real-or-synthetic", raters=1, training=1)
    made = create_study(store, Design("Real?", (arm,)), specs)
    is_changed = False

    def passed_on(route: Any) -> None:
        sent = route.request.post_data
        changed = sent.replace('"scale":1,', '"scale":1.5,') if is_changed else sent
        route.continue_(post_data=changed)

    watched = open_routed(open_page, address, made.invite_links["one"][0], passed_on)
    page = watched.page
    begin(page)
    trial = await_trial(page)
    page.keyboard.press("2")
    told = page.get_by_role("dialog", name="Practice")
    told.wait_for(timeout=PATIENCE)
    assert "Most people would say: Real." in told.inner_text()
    assert "See the edge." in told.inner_text()
    page.keyboard.press("Enter")
    trial = await_trial(page, trial)
    # Somebody changes what the page tells: the server does not count it.
    is_changed = True
    page.keyboard.press("1")
    page.get_by_text("was not shown pixel for pixel").wait_for(timeout=PATIENCE)
    is_changed = False
    page.get_by_role("button", name="Close").click()
    page.wait_for_function("!document.querySelector('.rr-answers button').disabled")
    page.keyboard.press("2")
    await_end(page)
    votes = votes_of(store, made.id)
    assert list(zip(votes["phase"], votes["score"], votes["truth"], strict=True)) == [
        ("training", 1.0, "real"),
        ("vote", 1.0, "synthetic"),
    ]
    watched.complaints = [said for said in watched.complaints if "422" not in said]


def test_a_picture_larger_than_the_screen_says_so_and_the_vote_records_it(
    address: str, store: StudyStore, open_page: Callable[..., Any]
) -> None:
    sizes = {"large": (300, 600), "small": (60, 80)}
    specs = [StimulusSpec(picture(1, *size), name, "x") for name, size in sizes.items()]
    made = create_study(store, Design("Phone", (Arm("one", raters=1),)), specs)
    link = made.invite_links["one"][0]
    page = open_page(address, f"/{link}", viewport={"width": 390, "height": 844}).page
    begin(page)
    trial = ""
    for _ in sizes:
        trial = await_trial(page, trial)
        row = store.database.read(
            lambda c, id=trial: c.execute(trials.select().where(trials.c.id == id)).one()
        )
        items = store.database.read(lambda c: read_contents(c, made.id)).items
        is_large = items[trial_of(row).pictures[0]].content == "large"
        assert page.get_by_text("Larger than the screen").is_visible() == is_large
        answer(page, trial, "3")
        found = store.database.read(lambda c: read_contents(c, made.id))
        assert found.events[trial][0].viewing["cropped"] == is_large
    await_end(page)
