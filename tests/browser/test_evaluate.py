"""The Evaluate page as a researcher uses it: real runs, real Chromium, marks that open images."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from restoration.settings import Settings
from ui.server import build

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
PATIENCE = 180_000
CROWDED = 100_000
GRACE = 500
"""Milliseconds in which what must not happen would."""


@pytest.fixture(scope="module")
def site(serve: Callable, tmp_path_factory: pytest.TempPathFactory) -> str:
    return serve(build(Settings(data_dir=tmp_path_factory.mktemp("data"))))


def compared(page):
    page.locator('[data-rr-comparison][data-state="done"]').wait_for(timeout=PATIENCE)
    return page


def looked(page):
    page.locator('.rr-look[data-state="done"]').wait_for(timeout=PATIENCE)
    return page.locator(".rr-look")


def click_mark(page, figure: str, trace: int) -> None:
    """Click the middle of the first mark of a series, as a mouse would."""
    mark = page.locator(f'[data-figure="{figure}"] .scatterlayer .trace').nth(trace)
    mark = mark.locator(".point").first
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_from_the_leaderboard_to_a_pareto_point_to_the_images(site, open_page):
    page = compared(open_page(site, "/evaluate").page)
    assert "unet-denoise is first" in page.locator("[data-rr-sentence]").inner_text()
    assert page.locator('[data-figure="leaderboard"] .point').count() == 7
    rows = page.locator("[data-rr-comparison] .rr-table tbody tr")
    assert rows.first.locator("th").inner_text() == "unet-denoise"
    page.get_by_role("button", name="s per megapixel").click()
    page.get_by_role("button", name="s per megapixel").click()
    assert rows.first.locator("th").inner_text() == "identity", "the cheapest first"
    for name in ("front", "level-gaussian", "grid", "versus", "difference"):
        page.locator(f'[data-figure="{name}"] .main-svg').first.wait_for()

    names = page.locator('[data-figure="front"] .legendtext').all_text_contents()
    click_mark(page, "front", names.index("median"))
    look = looked(page)
    assert look.locator("h2").inner_text().endswith("median")
    assert "Restored again just now" in look.locator(".rr-status").inner_text()
    labels = look.locator(".rr-viewer select").first.locator("option").all_inner_texts()
    assert {"Noisy", "median", "unet-denoise", "Clean original", "Removed by median"} <= set(labels)
    look.locator(".openseadragon-canvas canvas").first.wait_for()
    look.locator(".rr-plot .main-svg").first.wait_for()
    page.keyboard.press("Escape")
    look.wait_for(state="hidden")


def test_the_keyboard_alone_reaches_images_metrics_and_rows(site, open_page):
    page = compared(open_page(site, "/evaluate").page)
    page.get_by_label("Ranked by").select_option("ssim")
    page.wait_for_function("location.search.includes('metric=ssim')")
    compared(page)
    page.get_by_label("Over", exact=True).select_option("gaussian:50")
    page.wait_for_function("location.search.includes('on=gaussian')")
    compared(page)
    assert "SSIM" in page.locator("[data-rr-sentence]").inner_text()
    page.reload(wait_until="domcontentloaded")
    compared(page)
    assert page.get_by_label("Ranked by").input_value() == "ssim"
    page.locator("[data-rr-cells] summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Find rows").fill("moon wavelet jpeg")
    page.get_by_text("1 to 1 of 1 rows").wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="moon-clean.png").last.focus()
    page.keyboard.press("Enter")
    looked(page)
    page.keyboard.press("Escape")
    walk_to_the_second_mark(page, "front")
    walk_to_the_second_mark(page, "grid")
    violations = Axe().run(page, context="#run-result").response["violations"]
    serious = [v["id"] for v in violations if v["impact"] in ("serious", "critical")]
    assert serious == []


def walk_to_the_second_mark(page, figure: str) -> None:
    """By arrow keys, and into its images by Enter, as the line below the figure says."""
    plot = page.locator(f'[data-figure="{figure}"]')
    plot.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.locator(f'[data-figure="{figure}"] + .rr-mark', has_text="2 of ").wait_for()
    page.keyboard.press("Enter")
    looked(page)
    page.keyboard.press("Escape")
    page.locator(".rr-look").wait_for(state="hidden")


def shown_pair(page) -> tuple[str, str]:
    """What the sentence about two models and the figure below it say."""
    figure = "document.querySelector('[data-figure=versus]').layout"
    titles = page.evaluate(f"JSON.stringify([{figure}.xaxis.title, {figure}.yaxis.title])")
    return page.locator("[data-rr-pair]").inner_text(), titles


def test_an_answer_that_comes_late_is_not_shown(site, open_page):
    watched = open_page(site, "/rate")
    page = watched.page
    # The first question for the script that draws is lost; the page asks once more.
    page.route("**/evaluate-plots", lambda route: route.abort(), times=1)
    page.goto(f"{site}/evaluate", wait_until="domcontentloaded")
    compared(page)
    assert [each.endswith("net::ERR_FAILED") for each in watched.complaints] == [True]
    watched.complaints.clear()

    held = []
    page.route("**/pair?*", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/pair?*"):
        page.get_by_label("First").select_option("median")
    page.get_by_label("First").select_option("wavelet")
    page.locator("[data-rr-pair]", has_text="wavelet").wait_for(timeout=PATIENCE)
    compared(page)
    shown = shown_pair(page)
    with page.expect_response("**/pair?*first=median*"):
        held[0].continue_()
    page.wait_for_timeout(GRACE)
    assert shown_pair(page) == shown

    held.clear()
    page.route("**/overview?*", lambda route: held.append(route))
    other = "f" * 32
    run = {"id": other, "title": "x", "state": "running", "done": 0.1, "doing": "x"}
    page.route(f"**/runs/{other}", lambda route: route.fulfill(json=run))
    with page.expect_request("**/overview?*"):
        page.get_by_label("Ranked by").select_option("ssim")
    page.evaluate(f"rrOpenRun('{other}')")
    page.get_by_text("This page can be closed").wait_for(timeout=PATIENCE)
    with page.expect_response("**/overview?*"):
        held[0].continue_()
    page.wait_for_timeout(GRACE)
    assert page.locator("[data-rr-comparison]").inner_text().startswith("This page can be closed")


def test_a_double_click_starts_one_run(site, open_page):
    page = compared(open_page(site, "/evaluate").page)
    asked = []
    page.route("**/runs", lambda route: asked.append(route))
    with page.expect_request("**/runs"):
        page.get_by_role("button", name="Start the comparison").dblclick()
    page.wait_for_timeout(GRACE)
    assert len(asked) == 1
    asked[0].fulfill(json={"refused": {"problem": "Not now"}})
    page.locator("#run-message .rr-error").wait_for(timeout=PATIENCE)


def pictures(folder: Path) -> Path:
    """A zip of three small pictures, and what should stay out of it."""
    archive = folder / "pictures.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for number in range(3):
            y, x = np.mgrid[:48, :64] / 64
            gray = 0.3 + 0.4 * x + 0.2 * (y > 0.1 * number + 0.2)
            buffer = io.BytesIO()
            Image.fromarray((gray * 255).astype(np.uint8)).save(buffer, "PNG")
            packed.writestr(f"deep/folder/picture{number}.png", buffer.getvalue())
        packed.writestr("notes.txt", "no image")
    return archive


def test_a_run_of_ones_own_is_started_watched_left_and_found_again(site, open_page, tmp_path):
    watched = open_page(site, "/evaluate")
    page = compared(watched.page)
    page.locator("#run-images input[type=file]").set_input_files([str(pictures(tmp_path))])
    page.locator("#run-images").get_by_text("pictures").first.wait_for()
    box = page.locator("#run-models input")
    box.click()
    for _ in range(6):
        box.press("Backspace")
    for model in ("median", "wavelet"):
        box.fill(model)
        page.get_by_role("option", name=f"{model}:").first.click()
    box.press("Escape")
    page.get_by_role("button", name="Start the comparison").click()
    page.wait_for_function("/run=[0-9a-f]{32}/.test(location.search)", timeout=PATIENCE)
    page.locator('[data-rr-evaluate][data-state="working"]').wait_for()
    address = page.url.removeprefix(site)

    again = open_page(site, address).page
    again.locator('[data-rr-evaluate][data-state="done"]').wait_for(timeout=PATIENCE)
    compared(again)
    text = again.locator("[data-rr-sentence]").inner_text()
    assert "over 3 images" in text
    assert "fewer than 7 images" in text, "it says that three images cannot decide"
    again.get_by_text("pictures.zip: 3 models, 3 degradations").first.wait_for()
    again.locator("[data-rr-first] button").first.click()
    assert "bit-identical" in looked(again).locator(".rr-status").inner_text()
    again.keyboard.press("Escape")
    again.get_by_role("button", name="Delete this run").click()
    again.wait_for_function("!location.search.includes('run=')")
    again.get_by_text("Sample run: seven models").wait_for()


def test_a_broken_data_set_is_explained_before_anything_runs(site, open_page, tmp_path):
    page = compared(open_page(site, "/evaluate").page)
    (tmp_path / "empty.png").write_bytes(b"")
    page.locator("#run-images input[type=file]").set_input_files([str(tmp_path / "empty.png")])
    page.locator("#run-images").get_by_text("empty").first.wait_for()
    page.get_by_role("button", name="Start the comparison").click()
    error = page.locator("[data-rr-status] .rr-error, #run-message .rr-error").first
    error.wait_for(timeout=PATIENCE)
    assert "empty" in error.inner_text()


def test_a_hundred_thousand_rows_and_ratings_open(site, open_page, tmp_path):
    chance = np.random.default_rng(0)
    images, models, levels = 2500, 10, 4
    shape = (images, models, levels)
    psnr = 30 + chance.normal(0, 3, (images, 1, 1)) + 0.3 * np.arange(models)[None, :, None]
    psnr = (psnr - 2 * np.arange(levels) + chance.normal(0, 1, shape)).ravel()
    places = np.indices(shape).reshape(3, -1)
    frame = pd.DataFrame(
        {
            "image": [f"image{number:05}.png" for number in places[0]],
            "model": [f"model-{number}" for number in places[1]],
            "degradation": [f"gaussian:{15 + 10 * number}" for number in places[2]],
            "psnr": psnr,
            "ssim": 1 - 10 ** (-psnr / 20),
        }
    )
    assert len(frame) == CROWDED
    frame.to_parquet(tmp_path / "rows.parquet")
    rated = frame.sample(60, random_state=0).assign(mos=lambda f: f["psnr"] / 8, ci95=0.3)
    rated.to_csv(tmp_path / "ratings.csv", index=False)
    watched = open_page(site, "/evaluate")
    page = compared(watched.page)
    page.get_by_text("Open a run, or add human ratings").click()
    page.locator("#run-tables input[type=file]").set_input_files(
        [str(tmp_path / "rows.parquet"), str(tmp_path / "ratings.csv")]
    )
    page.wait_for_function("/run=[0-9a-f]{32}/.test(location.search)", timeout=PATIENCE)
    page.locator("[data-rr-sentence]", has_text="model-9 is first").wait_for(timeout=PATIENCE)
    compared(page)
    assert "over 2500 images" in page.locator("[data-rr-sentence]").inner_text()
    page.locator('[data-figure="ratings"] .point').first.wait_for()
    page.get_by_text("PLCC 1.000").wait_for()
    page.locator("[data-rr-first] button").first.click()
    error = page.locator(".rr-look .rr-error")
    error.wait_for(timeout=PATIENCE)
    assert "model-" in error.inner_text() or "image" in error.inner_text()
    watched.complaints.clear()  # the browser notes the refusal that was provoked


def test_a_phone_has_all_of_it_without_scrolling_sideways(site, open_page):
    phone = open_page(site, "/evaluate", viewport={"width": 390, "height": 844})
    page = compared(phone.page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("[data-rr-first] button").first.click()
    looked(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_report_opens_without_a_network(browser, tmp_path):
    from evaluation.commands import main
    from evaluation.sample_images import SAMPLE_RUN

    report = tmp_path / "report.html"
    asked = ["report", str(SAMPLE_RUN), "-o", str(report), "--no-pictures"]
    assert main(asked) == 0
    context = browser.new_context(offline=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(report.as_uri())
    names = json.loads(page.locator("#figures").text_content())
    assert {"leaderboard", "front", "grid", "level-gaussian", "versus", "difference"} <= set(names)
    for name in names:
        page.locator(f"#figure-{name} .main-svg").first.wait_for(timeout=PATIENCE)
    page.locator("th button", has_text="s per megapixel").first.click()
    page.locator("th button", has_text="s per megapixel").first.click()
    assert page.locator("tbody tr").first.locator("td").first.inner_text() == "identity"
    assert complaints == []
    context.close()
