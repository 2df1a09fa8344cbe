"""The Synthesize page in a real browser: from a drawn map to a picture, and to a study."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from restoration.settings import Settings
from restoration.synthesis.shipped import sample_fields
from tests.browser.rating_steps import PASSWORD
from ui.about import about_page
from ui.rate.room import rate_room
from ui.server import build
from ui.studies.room import studies_room
from ui.synthesize.room import synthesize_room

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE_MS = 240_000


@pytest.fixture(scope="module")
def address(serve: Callable[[Any], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), owner_password=PASSWORD)
    return serve(build(settings, (synthesize_room, rate_room, studies_room, about_page)))


def done(page: Any) -> None:
    page.locator('[data-rr-synthesize][data-state="done"]').wait_for(timeout=PATIENCE_MS)


def generated(page: Any) -> str:
    """Press Generate, wait, and return the drawing's id."""
    before = page.url
    page.get_by_role("button", name="Generate").click()
    page.wait_for_function("before => location.href !== before", arg=before, timeout=PATIENCE_MS)
    done(page)
    return str(page.evaluate("new URLSearchParams(location.search).get('drawing')"))


def picture(address: str, id: str, name: str) -> np.ndarray:
    content = httpx.get(f"{address}/synthesis/drawings/{id}/files/{name}", timeout=60).content
    with Image.open(BytesIO(content)) as image:
        return np.asarray(image)


def test_drawing_with_the_mouse_gives_a_picture_of_that_map(address, open_page):
    page = open_page(address, "/synthesize").page
    done(page)
    assert page.locator(".rr-stage").is_visible()
    page.locator("summary", has_text="New map").click()
    page.get_by_role("button", name="New 320 × 256").click()
    page.get_by_label("Polygon").check()
    page.get_by_role("radio", name="nuclei in tissue").check()
    box = page.locator("[data-rr-codes]").bounding_box()
    scale = box["width"] / 320
    for x, y in ((40, 40), (280, 40), (280, 216), (40, 216)):
        page.mouse.click(box["x"] + x * scale, box["y"] + y * scale)
    page.locator(".rr-easel").press("Enter")
    id = generated(page)

    labels = picture(address, id, "noise.map.png")
    inside = np.zeros((256, 320), bool)
    inside[40:216, 40:280] = True
    assert ((labels == 1) != inside).mean() < 0.02
    told, field = picture(address, id, "noise.told.png"), picture(address, id, "noise.png")
    assert (told == 5).sum() == pytest.approx(labels.size / 24**2, rel=0.25)
    dark = field.mean(axis=2) < 120
    assert dark[50:206, 50:270].mean() > 3 * dark[~inside].mean(), (
        "nuclei where they were asked for"
    )

    page.reload(wait_until="domcontentloaded")
    done(page)
    shown = page.evaluate("document.querySelector('[data-rr-codes]').width")
    assert shown == 320


def test_the_map_can_be_drawn_by_keyboard_and_undone(address, open_page):
    page = open_page(address, "/synthesize").page
    done(page)
    easel = page.locator(".rr-easel")

    def middle() -> list[int]:
        return page.evaluate(
            "[...document.querySelector('[data-rr-codes]').getContext('2d')"
            ".getImageData(160, 128, 1, 1).data].slice(0, 3)"
        )

    before = middle()
    easel.focus()
    for key in ("4", "Space"):
        easel.press(key)
    assert middle() == [255, 255, 255], "class 4 is air, painted where the cursor starts"
    easel.press("Control+z")
    assert middle() == before
    assert page.get_by_label("air").is_checked()


def test_wrong_maps_are_refused_where_the_visitor_looks(address, open_page, tmp_path):
    watched = open_page(address, "/synthesize")
    page = watched.page
    done(page)
    page.locator("summary", has_text="New map").click()
    wrong = {
        "deep.png": (np.zeros((64, 64), np.uint16), "kind I;16"),
        "class.png": (np.full((64, 64), 9, np.uint8), "code 9"),
        "small.png": (np.zeros((8, 8), np.uint8), "8x8 pixels"),
    }
    for name, (array, words) in wrong.items():
        Image.fromarray(array).save(tmp_path / name)
        page.locator(".rr-file").set_input_files(tmp_path / name)
        alert = page.locator("[data-rr-status] [role=alert]", has_text=words)
        alert.wait_for(timeout=PATIENCE_MS)
        assert alert.inner_text().count("Found:") == 1
    right = np.zeros((96, 128), np.uint8)
    Image.fromarray(right).save(tmp_path / "right.png")
    page.locator(".rr-file").set_input_files(tmp_path / "right.png")
    page.locator("[data-rr-status]", has_text="on the easel").wait_for(timeout=PATIENCE_MS)
    assert page.evaluate("document.querySelector('[data-rr-codes]').height") == 96
    watched.complaints[:] = [each for each in watched.complaints if "422" not in each]


def test_the_slider_moves_the_spectrum_and_the_point_on_the_curve(address, open_page):
    page = open_page(address, "/synthesize").page
    done(page)
    said = page.locator("[data-rr-noise-said]")
    said.filter(has_text="peaks at").wait_for(timeout=PATIENCE_MS)
    before = page.locator("[data-rr-now]").get_attribute("d"), said.inner_text()
    page.locator("#rr-frequency").focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "before => document.querySelector('[data-rr-noise-said]').innerText !== before",
        arg=before[1],
    )
    assert page.locator("[data-rr-now]").get_attribute("d") != before[0]


def test_a_class_has_noise_of_its_own_and_a_band_makes_an_image(address, open_page):
    page = open_page(address, "/synthesize").page
    done(page)
    assert page.locator(".rr-places").is_hidden(), "nothing was checked here"
    page.locator("summary", has_text="More settings").click()
    page.locator('[data-rr-own-spacing="1"]').fill("8")
    page.locator('.rr-sparkline [data-rr-own="1"]').wait_for(state="attached", timeout=PATIENCE_MS)
    said = page.locator("[data-rr-noise-said]", has_text="In nuclei in tissue: One pixel in")
    said.wait_for(timeout=PATIENCE_MS)
    id = generated(page)
    told, labels = (picture(address, id, f"noise.{each}.png") for each in ("told", "map"))
    share = (told[labels == 1] == 5).mean()
    assert share == pytest.approx(1 / 64, rel=0.25)
    page.reload(wait_until="domcontentloaded")
    done(page)
    assert page.locator('[data-rr-own-spacing="1"]').input_value() == "8"

    page.locator("summary", has_text="More settings").click()
    page.get_by_role("button", name="Make the noise image").click()
    band = page.locator("[data-rr-band]")
    band.get_by_text("of the power lies between").wait_for(timeout=PATIENCE_MS)
    assert band.locator("img").evaluate("image => image.decode().then(() => image.width)") > 0


def log_in(page: Any) -> None:
    page.set_default_timeout(PATIENCE_MS)
    page.get_by_text("Log in to run studies").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="New study").wait_for()


def test_who_is_not_logged_in_is_led_to_the_login_by_keyboard(address, open_page):
    page = open_page(address, "/synthesize").page
    done(page)
    said = page.locator("[data-rr-study]")
    said.filter(has_text="log in at Studies").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="study").press("Enter")
    page.wait_for_function("document.activeElement.matches('[data-rr-study] a')")
    page.keyboard.press("Enter")
    log_in(page)
    page.go_back()
    done(page)
    page.get_by_role("button", name="study").wait_for()
    page.wait_for_function("!document.querySelector('[data-rr-study]').textContent")


def test_the_study_is_made_rated_by_keyboard_and_analysed(address, open_page):
    page = open_page(address, "/studies").page
    log_in(page)
    page.goto(f"{address}/synthesize", wait_until="domcontentloaded")
    done(page)
    page.get_by_role("button", name="study").click()
    link = page.locator("[data-rr-study-link]")
    link.wait_for(timeout=PATIENCE_MS)
    study = link.get_attribute("data-rr-study-link")

    for _ in range(2):  # one rater would not say how much raters differ
        rater = open_page(address, f"/{link.get_attribute('href')}").page
        rater.set_default_timeout(PATIENCE_MS)
        rater.get_by_role("button", name="I agree, begin").click()
        rater.get_by_role("button", name="Start").click()
        assert rate_every_trial(rater) >= 2 * len(sample_fields())
        rater.close()

    owner = page
    owner.goto(f"{address}/studies?study={study}", wait_until="domcontentloaded")
    owner.get_by_role("tab", name="Results").click()
    results = owner.locator("[data-rr-study-results]")
    sentence = results.get_by_text(re.compile("raters .*tell synthetic from real", re.IGNORECASE))
    sentence.first.wait_for()
    said = sentence.first.inner_text()
    for words in ("accuracy", "d' ", "equivalen"):
        assert words in said, said


def rate_every_trial(page: Any) -> int:
    """Answer by keyboard until the end, the two answers in turn; the number of answers."""
    answered, trial = 0, ""
    while True:
        page.wait_for_function(
            "before => document.querySelector('#rate').dataset.stage === 'done' ||"
            " (document.querySelector('.rr-trial[data-trial]') &&"
            " document.querySelector('.rr-trial').dataset.trial !== before &&"
            " document.querySelector('.rr-answers button:enabled'))",
            arg=trial,
        )
        if page.locator("#rate").get_attribute("data-stage") == "done":
            return answered
        trial = page.locator(".rr-trial").get_attribute("data-trial")
        page.keyboard.press("12"[answered % 2])
        answered += 1


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_page_is_accessible_and_fits(address, open_page, scheme, width):
    page = open_page(
        address, "/synthesize", color_scheme=scheme, viewport={"width": width, "height": 844}
    ).page
    done(page)
    grave = [
        (violation["id"], violation["nodes"][0]["html"][:160])
        for violation in Axe().run(page, context="[data-rr-synthesize]").response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert grave == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
