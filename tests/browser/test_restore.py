"""The Restore page, used as its visitors do: real files, real Chromium, bytes compared."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import tifffile
from PIL import Image

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
READY = re.compile(r"Restore & Rate is at (http://\S+)")


class App:
    """The app as a person starts it: a process of its own."""

    def __init__(self, data: Path) -> None:
        environment = dict(os.environ, RR_PORT="0", RR_DATA_DIR=str(data), RR_HOST="127.0.0.1")
        started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.ready_seconds = time.monotonic() - started
        found = READY.search(line)
        assert found, f"the app said {line!r}"
        self.address = found.group(1)
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        self.resident_mb = int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024
        self.data = data

    def json(self, path: str) -> dict:
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            return json.load(answer)

    def bytes(self, path: str) -> bytes:
        with urllib.request.urlopen(f"{self.address}/{path}", timeout=60) as answer:
            return answer.read()


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Iterator[App]:
    app = App(tmp_path_factory.mktemp("data"))
    yield app
    app.process.send_signal(signal.SIGTERM)
    assert app.process.wait(timeout=10) == 0


@pytest.fixture(scope="module")
def scans(tmp_path_factory) -> dict[str, Path]:
    """A 16-bit TIFF, a PDF of three scanned pages, and a JPEG that a camera held sideways."""
    folder = tmp_path_factory.mktemp("scans")
    noise = np.random.default_rng(7)
    ramp = np.linspace(0.2, 0.8, 220)[None, :] * np.ones((160, 1))
    deep = np.clip(ramp + noise.normal(0, 20 / 255, ramp.shape), 0, 1)
    tiff = folder / "deep.tiff"
    tifffile.imwrite(
        tiff, (deep * 65535).round().astype(np.uint16), resolution=(300, 300), resolutionunit="INCH"
    )
    pages = []
    for number in range(3):
        gray = np.clip(ramp * (0.6 + 0.2 * number) + noise.normal(0, 15 / 255, ramp.shape), 0, 1)
        pages.append(Image.fromarray((gray * 255).round().astype(np.uint8)))
    pdf = folder / "three.pdf"
    pages[0].save(pdf, save_all=True, append_images=pages[1:], resolution=150)
    sideways = folder / "sideways.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    colour = np.repeat((deep * 255).astype(np.uint8)[..., None], 3, 2)
    Image.fromarray(colour).save(sideways, quality=95, exif=exif)
    return {"tiff": tiff, "pdf": pdf, "jpeg": sideways}


def wait_until(page, state: str, timeout: float = 90) -> None:
    page.locator(f'[data-rr-result][data-state="{state}"]').wait_for(timeout=timeout * 1000)


def choose_models(page, *ids: str) -> None:
    """Choose exactly these models, with the keyboard."""
    box = page.locator("#models input")
    box.click()
    for _ in range(5):
        box.press("Backspace")
    for id in ids:
        box.fill(id)
        page.get_by_role("option", name=re.compile(f"^.*{id}:")).first.click()
    box.press("Escape")


def upload(page, *paths: Path) -> None:
    page.locator("#scan input[type=file]").set_input_files([str(path) for path in paths])
    page.locator("#scan").get_by_text(paths[-1].stem).first.wait_for()


def case_id(page) -> str:
    page.wait_for_function("/case=[0-9a-f]{32}/.test(location.search)")
    return re.search(r"case=([0-9a-f]{32})", page.url).group(1)


def test_the_app_is_ready_soon_and_small(app):
    assert app.ready_seconds < 10
    assert app.resident_mb < 600


def test_a_first_visitor_sees_a_restored_sample(app, open_page):
    watched = open_page(app.address, "/")
    started = time.monotonic()
    watched.page.locator("#restore").wait_for()
    assert time.monotonic() - started < 3
    wait_until(watched.page, "done", 30)
    lead = watched.page.locator(".rr-lead").first.inner_text()
    assert "removed" in lead.lower()
    assert "PSNR" in watched.page.locator(".rr-verdict").first.inner_text()


def test_three_kinds_of_scan_two_models_and_the_bytes(app, open_page, scans):
    watched = open_page(app.address, "/restore")
    page = watched.page
    upload(page, scans["tiff"], scans["pdf"], scans["jpeg"])
    choose_models(page, "identity", "median")
    page.locator("#restore").click()
    id = case_id(page)
    wait_until(page, "done")

    files = page.get_by_label("File", exact=True)
    assert files.locator("option").all_inner_texts() == ["deep.tiff", "three.pdf", "sideways.jpg"]
    assert page.locator(".rr-table tbody tr").count() == 3

    view = app.json(f"/cases/{id}/page?file=0&page=0")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("deep-identity.tiff$")).click()
    downloaded = Path(download.value.path()).read_bytes()
    names = {entry["name"]: entry["address"] for entry in view["downloads"]}
    assert downloaded == app.bytes(names["deep-identity.tiff"])
    np.testing.assert_array_equal(
        tifffile.imread(io.BytesIO(downloaded)), tifffile.imread(scans["tiff"])
    )
    median = tifffile.imread(io.BytesIO(app.bytes(names["deep-median.tiff"])))
    assert median.dtype == np.uint16
    recipe = json.loads(app.bytes(names["deep-median.tiff.recipe.json"]))
    assert recipe["pages"][0]["model"] == "median"

    files.select_option(label="three.pdf")
    page.get_by_text("Page 1 of 3").wait_for()
    page.get_by_role("button", name="Next page").click()
    page.get_by_text("Page 2 of 3").wait_for()
    pdf_view = app.json(f"/cases/{id}/page?file=1&page=0")
    pdf = {entry["name"]: entry["address"] for entry in pdf_view["downloads"]}
    assert len(pypdfium2.PdfDocument(app.bytes(pdf["three-identity.pdf"]))) == 3

    files.select_option(label="sideways.jpg")
    page.get_by_text("JPEG").first.wait_for()
    jpeg_view = app.json(f"/cases/{id}/page?file=2&page=0")
    jpeg = {entry["name"]: entry["address"] for entry in jpeg_view["downloads"]}
    with Image.open(io.BytesIO(app.bytes(jpeg["sideways-identity.jpg.exact.png"]))) as exact:
        assert exact.size == (160, 220), "turned upright"
        upright = Image.open(scans["jpeg"]).transpose(Image.Transpose.ROTATE_270)
        np.testing.assert_array_equal(np.asarray(exact), np.asarray(upright))

    with zipfile.ZipFile(io.BytesIO(app.bytes(f"cases/{id}/restored.zip"))) as archive:
        assert archive.testzip() is None
        assert archive.read("deep-identity.tiff") == downloaded

    page.reload(wait_until="domcontentloaded")
    wait_until(page, "done")
    assert id in page.url, "a reloaded page shows the same restoration"


def test_a_bad_file_is_listed_and_the_others_are_restored(app, open_page, scans, tmp_path):
    bad = tmp_path / "picture.png"
    bad.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    page = open_page(app.address, "/restore").page
    upload(page, scans["tiff"], bad)
    choose_models(page, "identity")
    page.locator("#restore").click()
    case_id(page)
    wait_until(page, "done")
    alert = page.get_by_role("alert").filter(has_text="picture.png")
    assert "SVG" in alert.inner_text()


def test_what_is_wrong_is_said_where_the_button_is(app, open_page):
    page = open_page(app.address, "/restore").page
    choose_models(page)
    page.locator("#restore").click()
    page.locator("#message").get_by_role("alert").wait_for()
    assert "No model is chosen" in page.locator("#message").inner_text()


def test_restore_takes_what_the_page_shows(app, open_page, scans):
    """The first sample on a fresh page; after a reload the visitor's own file again."""
    page = open_page(app.address, "/restore").page
    wait_until(page, "done", 30)
    page.locator("#restore").click()
    first = case_id(page)
    wait_until(page, "done")
    assert "book-page" in app.json(f"/cases/{first}/page")["files"][0]["name"]
    upload(page, scans["tiff"])
    page.locator("#restore").click()
    page.wait_for_function("id => !location.search.includes(id)", arg=first)
    own = case_id(page)
    wait_until(page, "done")
    page.reload(wait_until="domcontentloaded")
    wait_until(page, "done")
    page.locator("#restore").click()
    page.wait_for_function("id => !location.search.includes(id)", arg=own)
    again = case_id(page)
    wait_until(page, "done")
    assert app.json(f"/cases/{again}/page")["files"][0]["name"] == "deep.tiff"


def test_the_latest_press_is_shown_when_answers_cross(app, open_page):
    page = open_page(app.address, "/restore").page
    wait_until(page, "done", 30)
    held = []
    page.route("**/cases", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/cases"):
        page.locator("#restore").click()
    page.locator('[data-sample="invoice"]').click()
    latest = case_id(page)
    wait_until(page, "done")
    with page.expect_request("**/cancel"):
        held[0].continue_()
    assert latest in page.url


def test_a_press_waits_for_the_upload_and_the_level_is_kept(app, open_page, scans):
    """On a slow line nothing else is restored in place of the scan that is on its way."""
    page = open_page(app.address, "/restore").page
    wait_until(page, "done", 30)
    choose_models(page, "wavelet")
    page.locator("#by-hand input").check()
    page.locator("#level input[type=number]").fill("33")
    page.locator("#level input[type=number]").blur()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 1_000}
    line.send("Network.emulateNetworkConditions", slow)
    page.locator("#scan input[type=file]").set_input_files([str(scans["tiff"])])
    page.get_by_text("Uploading").wait_for()
    page.locator("#restore").click()
    line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    case = case_id(page)
    wait_until(page, "done")
    recipe = json.loads(app.bytes(f"cases/{case}/files/deep-wavelet.tiff.recipe.json"))
    assert recipe["pages"][0]["level"] == 33


def test_cancel_stops_a_long_restoration(app, open_page, tmp_path):
    large = tmp_path / "large.png"
    noise = np.random.default_rng(0).integers(0, 255, (2400, 3200), np.uint8)
    Image.fromarray(noise).save(large, compress_level=1)
    page = open_page(app.address, "/restore").page
    upload(page, large)
    choose_models(page, "nlm")
    page.locator("#restore").click()
    id = case_id(page)
    page.get_by_text(re.compile(r"tile \d+ of")).wait_for(timeout=60000)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped").wait_for(timeout=15000)
    assert app.json(f"/cases/{id}")["state"] == "cancelled"
    assert list((app.data / "jobs" / id / "output").iterdir()) == []


def test_deleting_leaves_nothing_behind(app, open_page, scans):
    page = open_page(app.address, "/restore").page
    upload(page, scans["tiff"])
    choose_models(page, "identity")
    page.locator("#restore").click()
    id = case_id(page)
    wait_until(page, "done")
    page.get_by_role("button", name=re.compile("Delete")).click()
    page.get_by_text("gone from the server").wait_for()
    assert not (app.data / "jobs" / id).exists()
    assert list((app.data / "panels").glob(f"{id}*")) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_reads_well_everywhere(app, open_page, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    watched = open_page(
        app.address, "/restore", color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    wait_until(watched.page, "done", 30)
    overflow = watched.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, "nothing is wider than the screen"
    found = Axe().run(watched.page).response["violations"]
    serious = [each["id"] for each in found if each["impact"] in ("serious", "critical")]
    assert serious == []


def test_a_sample_is_restored_by_keyboard_alone(app, open_page):
    page = open_page(app.address, "/restore").page
    wait_until(page, "done", 30)
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.dataset?.sample === 'invoice'"):
            break
    else:
        pytest.fail("the sample cannot be reached with the Tab key")
    page.keyboard.press("Enter")
    case_id(page)
    wait_until(page, "done")
