"""Results of a study in a real browser: sentences, figures, data, a rater left out, a bad file."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from restoration.settings import Settings
from ui.server import build
from ui.studies.room import studies_room

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 420_000


@pytest.fixture(scope="module")
def address(serve: Callable[[Any], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    return serve(build(Settings(data_dir=tmp_path_factory.mktemp("data")), (studies_room,)))


def drawn(page: Any) -> Any:
    results = page.locator("[data-rr-study-results]")
    page.locator("[data-rr-study-results][data-complete=yes]").wait_for(timeout=PATIENCE)
    return results


def test_a_visitor_sees_the_sample_leaves_a_rater_out_and_brings_own_votes(
    address: str, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    watched = open_page(address, "/studies")
    page = watched.page
    page.set_default_timeout(PATIENCE)
    results = drawn(page)
    assert "Simulated" in results.inner_text()
    assert "Raters prefer variant 3" in results.locator(".rr-answer").first.inner_text()
    figures = results.locator(".rr-plot .main-svg").count()
    assert figures >= 11
    assert "Computed with Restore & Rate" in results.locator(".rr-methods").inner_text()
    results.get_by_text("Agreement between raters", exact=True).click()
    assert "ICC(2,1)" in results.get_by_role("region", name="Agreement").inner_text()
    with page.expect_download() as started:
        results.get_by_role("link", name="Data of the figure Preferences as CSV").click()
    with open(started.value.path(), newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == 6
    grave = [each["id"] for each in Axe().run(page).response["violations"]]
    assert grave == []

    page.get_by_role("checkbox", name="simulated-acr-06").focus()
    page.keyboard.press("Space")
    results.get_by_text("Left out: simulated-acr-06.").wait_for()

    bad = tmp_path / "bad.csv"
    bad.write_text("item,rater,score\na,r,much\n")
    page.locator("input[type=file]").set_input_files(bad)
    page.get_by_role("alert").get_by_text("much in row 1").wait_for()
    assert all("422" in complaint for complaint in watched.complaints)
    watched.complaints.clear()

    good = tmp_path / "good.csv"
    lines = [f"i{i},r{r},{1 + (i + r) % 5}" for i in range(4) for r in range(4)]
    good.write_text("item,rater,score\n" + "\n".join(lines) + "\n")
    page.locator("input[type=file]").set_input_files(good)
    results.get_by_role("heading", name="good.csv").wait_for()


def test_results_fit_a_phone_in_the_dark(address: str, open_page: Callable[..., Any]) -> None:
    size = {"width": 390, "height": 844}
    page = open_page(address, "/studies", color_scheme="dark", viewport=size).page
    results = drawn(page)
    for figure in results.get_by_role("figure").all():
        assert figure.is_visible(), figure.get_attribute("aria-label")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
