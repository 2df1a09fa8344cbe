"""The frame around the pages in a real browser: header, both themes, a phone, nothing foreign."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from restoration.settings import Settings
from ui.about import about_page
from ui.house import House
from ui.server import build
from ui.site_page import SitePage

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _form_page(_: House) -> SitePage:
    def fill() -> None:
        import gradio as gr

        gr.HTML("<h1>Form</h1>")
        file = gr.File(label="Scan", elem_id="scan")
        gr.Dropdown(["One", "Two"], label="Model")
        gr.Slider(0, 75, label="Level")
        gr.Checkbox(label="By hand")
        name = gr.Textbox(label="Name", elem_id="name")
        gr.Button("Cancel", variant="stop")
        gr.Button("Restore", variant="primary").click(lambda path: Path(path).name, file, name)

    return SitePage("form", "Form", fill)


@pytest.fixture(scope="module")
def address(serve: Callable[[Any], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    return serve(build(settings, (_form_page, about_page)))


@pytest.mark.parametrize(
    ("path", "scheme", "width"),
    [
        ("/form", "light", 1280),
        ("/form", "dark", 390),
        ("/about", "light", 390),
        ("/about", "dark", 1280),
    ],
)
def test_pages_are_accessible_and_fit(
    address: str, open_page: Callable[..., Any], path: str, scheme: str, width: int
) -> None:
    page = open_page(
        address, path, color_scheme=scheme, viewport={"width": width, "height": 800}
    ).page
    page.get_by_role("heading", level=1).wait_for()
    grave = [
        (violation["id"], violation["nodes"][0]["html"])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert grave == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    painted = "names => names.map(n => getComputedStyle(document.querySelector(n)).backgroundColor)"
    colours = page.evaluate(painted, ["body", "gradio-app"])
    assert colours == [{"light": "rgb(255, 255, 255)", "dark": "rgb(21, 22, 24)"}[scheme]] * 2


def test_the_header_leads_to_every_page_by_keyboard(
    address: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(address, "/").page
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    links.first.wait_for()
    assert links.all_inner_texts() == ["Form", "About"]
    assert page.get_by_role("link", name="Home").count() == 0
    assert page.locator("[aria-current=page]").inner_text() == "Form"
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "About"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="About Restore & Rate").wait_for()
    assert page.url == f"{address}/about"


def test_an_upload_works_under_the_headers_and_nothing_stays_in_the_browser(
    address: str, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(b"pixels")
    watched = open_page(address, "/form")
    page = watched.page
    page.locator("#scan input[type=file]").set_input_files([scan])
    page.locator("#scan").get_by_text("scan").first.wait_for()
    page.get_by_role("button", name="Restore").click()
    page.wait_for_function("document.querySelector('#name textarea, #name input').value")
    assert page.locator("#name textarea, #name input").input_value() == "scan.png"
    assert page.evaluate("document.cookie + Object.keys(localStorage)") == ""
    gradios_own = "console warning: Method not implemented."
    watched.complaints = [said for said in watched.complaints if said != gradios_own]
