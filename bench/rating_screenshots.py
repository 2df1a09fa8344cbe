"""Take the pictures of the handbook of studies from the running app.

    python -m bench.rating_screenshots [-o docs/images]

Makes a study of two arms of the sample scans, lets two raters answer most of it in Chromium, and
overwrites the pictures. Needs what `make test` installs.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bench.screenshots import CHROMIUM, DESK, FLAGS, PHONE, ROOT

PASSWORD = "only for these pictures"
PATIENCE = 180_000
LARGEST_BYTES = 400_000
VOTES = re.compile(r"12 of \d+ votes")
"""What the head of the study says once all that is answered below has come."""


def main() -> None:
    """Start the app and overwrite the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs" / "images")
    folder = parser.parse_args().output
    with tempfile.TemporaryDirectory() as data:
        environment = {
            **os.environ, "RR_PORT": "0", "RR_DATA_DIR": data, "RR_OWNER_PASSWORD": PASSWORD,
        }  # fmt: skip
        app = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")], env=environment, cwd=ROOT,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            address = app.stdout.readline().split()[-1]
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
                take_all(browser, address, folder)
                browser.close()
        finally:
            app.terminate()
            app.wait(timeout=20)


def take_all(browser: Browser, address: str, folder: Path) -> None:
    """Each picture once."""
    owner = browser.new_context(viewport=DESK).new_page()
    owner.set_default_timeout(PATIENCE)
    links = new_study(owner, address)
    pairs = rater(browser, address + links["pairs"])
    pairs.screenshot(path=folder / "rate-pair.png")
    for key in "12121212":
        answer(pairs, key)
    grades = rater(browser, address + links["grades"])
    for key in "2435":
        answer(grades, key)
    phone = browser.new_context(viewport=PHONE).new_page()
    phone.set_default_timeout(PATIENCE)
    phone.goto(address + links["grades"], wait_until="domcontentloaded")
    phone.get_by_role("button", name="Start").click()
    shown(phone)
    phone.screenshot(path=folder / "rate-phone.png")
    owner.get_by_role("tab", name="Design").click()
    owner.get_by_text(VOTES).first.wait_for()
    owner.screenshot(path=folder / "study.png")
    for name in ("rate-pair.png", "rate-phone.png", "study.png"):
        reduce(folder / name)


def reduce(path: Path) -> None:
    """Fewer colours where a page of noise would be too large; they tint what is gray."""
    if path.stat().st_size <= LARGEST_BYTES:
        return
    with Image.open(path) as picture:
        reduced = picture.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    reduced.save(path, optimize=True)


def new_study(page: Page, address: str) -> dict[str, str]:
    """Log in and make the study; the first link of each arm."""
    page.goto(f"{address}/studies", wait_until="domcontentloaded")
    page.get_by_text("Log in to run studies").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="New study").click()
    page.get_by_role("button", name="Use the sample scans").click()
    page.locator(".rr-pictures-table").wait_for()
    page.get_by_role("button", name="Add an arm").click()
    first, second = page.locator(".rr-card").nth(0), page.locator(".rr-card").nth(1)
    first.get_by_label("Name").fill("grades")
    first.get_by_label("Quality assurance").select_option("review")
    second.get_by_label("Name").fill("pairs")
    second.get_by_label("Protocol").select_option("pair-ties")
    page.get_by_role("button", name="Create the study").click()
    page.get_by_role("tab", name="Raters").click()
    rows = page.locator("#study-tabs tbody tr")
    rows.first.wait_for()
    links: dict[str, str] = {}
    for row in rows.all():
        href = row.get_by_role("link", name="Open").get_attribute("href")
        links.setdefault(row.locator("td").nth(0).inner_text(), "/" + href.split("/", 3)[3])
    return links


def rater(browser: Browser, link: str) -> Page:
    """A rater before the first trial."""
    page = browser.new_context(viewport=DESK).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(link, wait_until="domcontentloaded")
    page.get_by_role("button", name="I agree, begin").click()
    page.get_by_role("button", name="Start").click()
    shown(page)
    return page


def shown(page: Page) -> None:
    """Wait until the trial takes answers."""
    page.locator(".rr-trial[data-trial]").wait_for()
    page.locator(".rr-answers button:enabled").first.wait_for()


def answer(page: Page, key: str) -> None:
    """Answer, and wait for the next trial."""
    before = page.locator(".rr-trial").get_attribute("data-trial")
    page.keyboard.press(key)
    page.locator(f'.rr-trial[data-trial]:not([data-trial="{before}"])').wait_for()
    shown(page)


if __name__ == "__main__":
    main()
