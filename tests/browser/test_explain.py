"""The Explain page in Chromium: pixels clicked, blocks stepped through, techniques switched off."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from safetensors.torch import save_file

from restoration.commands import main
from restoration.explanation.question import preferred
from restoration.models.swinir_config import SwinIRConfig
from restoration.models.swinir_network import SwinIR
from restoration.samples import sample_by_id
from restoration.settings import Settings
from ui.about import about_page
from ui.explain.room import explain_room
from ui.server import build

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 300_000
"""Milliseconds for an explanation on a machine that does other things as well."""


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    return serve(build(settings, (explain_room, about_page)))


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Path:
    """The folder that the command writes for a SwinIR (of random weights) on a small scan."""
    folder = tmp_path_factory.mktemp("told")
    torch.manual_seed(0)
    network = SwinIR(
        SwinIRConfig(channels=3, width=24, depths=(2, 2), heads=(2, 2), window=8, hidden=48)
    )
    weights = folder / "small.safetensors"
    save_file({name: each.contiguous() for name, each in network.state_dict().items()}, weights)
    sample = sample_by_id("photograph")
    names = []
    for path in (sample.path, sample.clean_path):
        with Image.open(path) as image:
            image.crop((200, 140, 296, 236)).save(folder / path.name)
        names.append(str(folder / path.name))
    scan, clean = names
    out = folder / "out"
    arguments = ["explain", scan, "--reference", clean, "--model", str(weights), "-o", str(out)]
    assert main(arguments) == 0
    return out


def finished(page):
    page.locator('[data-rr-explain][data-state="done"]').wait_for(timeout=PATIENCE)


def saved(page, link) -> bytes:
    with page.expect_download() as download:
        link.click()
    return Path(download.value.path()).read_bytes()


def switch_off_techniques(page):
    """Each technique of a SwinIR: its picture and its score."""
    for part, technique in (
        ("correction", "Without the skip"),
        ("attention", "Without looking at content"),
        ("shift", "Without the shift"),
        ("convolution", "Without the convolution"),
    ):
        choice = page.locator(f'[data-part="{part}"]').get_by_role("radio", name=technique)
        choice.click()
        caption = page.locator(f'[data-part="{part}"] .rr-story-caption').inner_text()
        assert re.search(r"\d dB", caption)


def test_a_visitor_plays_with_every_part(address, open_page):
    page = open_page(address, "/explain").page
    finished(page)
    parts = page.locator("[data-part]")
    assert parts.count() == 9
    for number in range(9):
        part = parts.nth(number)
        image = part.locator(".rr-story-stage img")
        seen = set()
        for choice in part.locator("[data-choice]").all():
            choice.click()
            assert choice.get_attribute("aria-checked") == "true"
            seen.add(image.get_attribute("src"))
            assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        assert len(seen) == part.locator("[data-choice]").count(), "each state has its picture"

    stages = page.locator('[data-part="stages"]')
    before = stages.locator(".rr-story-caption").inner_text()
    stages.get_by_role("button", name="Next state").click()
    assert stages.locator(".rr-story-caption").inner_text() != before

    attention = page.locator('[data-part="attention"]')
    stage = attention.locator("[data-attention]")
    box = stage.bounding_box()
    asked = "document.querySelector('[data-part=attention]').dataset.pixel"
    page.wait_for_function(f"{asked} === '128,128'")
    stage.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.5})
    page.wait_for_function(f"{asked} !== '128,128'")
    x, y = map(int, page.evaluate(asked).split(","))
    assert abs(x - 64) <= 1 and abs(y - 128) <= 1, "the pixel that was clicked"
    stage.press("ArrowRight")
    page.wait_for_function(f"{asked} === '{x + 1},{y}'")
    if preferred().startswith("swinir"):
        layers = attention.get_by_label("Layer")
        assert layers.locator("option").count() >= 4
        before = attention.locator("canvas").count()
        assert before > 2, "heads, their mean, patch similarity"
        layers.select_option(index=0)
        assert attention.locator("canvas").count() == before
        switch_off_techniques(page)
    else:
        assert attention.locator("canvas").count() == 1, "patch similarity alone"

    frequencies = page.locator('[data-part="frequencies"]')
    key = frequencies.get_by_role("button", name="wavelet: noise")
    curve = frequencies.locator('svg [data-series="wavelet: noise"]')
    key.click()
    assert curve.get_attribute("data-hidden") is not None
    key.click()
    assert curve.get_attribute("data-hidden") is None
    data = json.loads(saved(page, frequencies.get_by_role("link", name="Data of this figure")))
    assert data["id"] == "frequencies" and "identity" in data["data"]["models"]

    card = saved(page, page.get_by_role("button", name="Save the card"))
    assert card.startswith(b"\x89PNG")


def test_another_crop_is_explained_by_keyboard(address, open_page):
    page = open_page(address, "/explain").page
    finished(page)
    page.get_by_role("button", name=re.compile("^The page:")).press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_function("/explanation=[0-9a-f]{32}/.test(location.search)")
    finished(page)
    page.reload(wait_until="domcontentloaded")
    finished(page)
    assert "explanation=" in page.url, "a reloaded page shows the same explanation"
    page.get_by_role("button", name="Delete it from the server now").press("Enter")
    page.get_by_text("Deleted: this explanation").wait_for()
    assert "explanation=" not in page.url
    assert page.locator("[data-part]").count() == 0


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_it_reads_well_everywhere(address, open_page, scheme, width):
    page = open_page(
        address, "/explain", color_scheme=scheme, viewport={"width": width, "height": 900}
    ).page
    finished(page)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    found = Axe().run(page).response["violations"]
    grave = [(v["id"], v["nodes"][0]["html"][:160]) for v in found
             if v["impact"] in ("serious", "critical")]  # fmt: skip
    assert grave == []


def test_the_page_of_the_command_line_works_without_a_server(told, open_page):
    page = open_page(f"file://{told}", "/explanation.html").page
    page.locator("[data-part]").first.wait_for()
    attention = page.locator('[data-part="attention"]')
    stage = attention.locator("[data-attention]")
    before = attention.get_attribute("data-pixel")
    box = stage.bounding_box()
    for x, y in ((0.1, 0.1), (0.9, 0.9)):
        stage.click(position={"x": box["width"] * x, "y": box["height"] * y})
        assert attention.get_attribute("data-pixel") != before
        before = attention.get_attribute("data-pixel")
    assert attention.locator("canvas").count() == 4, "all heads, two heads, patch similarity"
    layers = attention.get_by_label("Layer")
    assert layers.locator("option").count() == 4
    layers.select_option(index=0)
    assert layers.evaluate("select => select.selectedOptions[0].text") == "Block 1, layer 1"

    stages = page.locator('[data-part="stages"]')
    for label in ("Block 1", "Block 2", "Without the long skip"):
        stages.get_by_role("button", name="Next state").click()
        assert stages.get_by_role("radio", name=label).get_attribute("aria-checked") == "true"
    switch_off_techniques(page)
    data = json.loads(saved(page, attention.get_by_role("link", name="Data of this figure")))
    assert len(data["data"]["points"]) == 9
