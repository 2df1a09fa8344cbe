"""Take the pictures of the guide and the README from the running app.

    python -m bench.screenshots [-o docs/images]

Starts the app on a free port with an empty data folder, drives Chromium, and overwrites the
pictures. Needs what `make test` installs.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).parents[1]
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK: ViewportSize = {"width": 1280, "height": 900}
TALL: ViewportSize = {"width": 1280, "height": 1500}
PHONE: ViewportSize = {"width": 390, "height": 844}
Scheme = Literal["light", "dark"]


def main() -> None:
    """Start the app and overwrite the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs" / "images")
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "RR_PORT": "0", "RR_DATA_DIR": data}
        app = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
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
    first = opened(browser, address, DESK, "light")
    first.screenshot(path=folder / "restore.png")

    dark = opened(browser, address, DESK, "dark")
    choose_also(dark, "wavelet", "median")
    restore_sample(dark, "tissue")
    dark.get_by_role("button", name="Side by side").click()
    settle(dark)
    dark.screenshot(path=folder / "compare-dark.png")
    dark.locator("summary", has_text="What was removed").click()
    dark.locator(".rr-removed").first.scroll_into_view_if_needed()
    settle(dark)
    dark.locator("#details").screenshot(path=folder / "removed.png")

    phone = opened(browser, address, PHONE, "light")
    phone.screenshot(path=folder / "restore-phone.png")

    explained(browser, address).screenshot(path=folder / "explain.png")
    take_comparison(browser, address, folder)


def take_comparison(browser: Browser, address: str, folder: Path) -> None:
    """The Evaluate page with its sample run, and the images behind its worst case."""
    page = browser.new_context(viewport=TALL, color_scheme="light").new_page()
    page.goto(f"{address}/evaluate", wait_until="domcontentloaded")
    page.locator('[data-rr-comparison][data-state="done"]').wait_for(timeout=120_000)
    settle(page)
    page.screenshot(path=folder / "evaluate.png")
    page.set_viewport_size(DESK)
    page.locator("[data-rr-first] button").first.click()
    page.locator('.rr-look[data-state="done"]').wait_for(timeout=120_000)
    settle(page)
    page.screenshot(path=folder / "evaluate-images.png")


def opened(browser: Browser, address: str, viewport: ViewportSize, scheme: Scheme) -> Page:
    """The Restore page with its first sample restored."""
    page = browser.new_context(viewport=viewport, color_scheme=scheme).new_page()
    page.goto(f"{address}/restore", wait_until="domcontentloaded")
    page.locator('[data-rr-result][data-state="done"]').wait_for(timeout=120_000)
    settle(page)
    return page


def explained(browser: Browser, address: str) -> Page:
    """The Explain page at its third section."""
    page = browser.new_context(viewport=DESK, color_scheme="light").new_page()
    page.goto(f"{address}/explain", wait_until="domcontentloaded")
    page.locator('[data-rr-explain][data-state="done"]').wait_for(timeout=300_000)
    part = page.locator('[data-part="stages"]')
    part.get_by_role("button", name="Next state").click()
    part.evaluate("part => part.scrollIntoView({ block: 'start' })")
    settle(page)
    return page


def choose_also(page: Page, *models: str) -> None:
    """Add models to those chosen."""
    box = page.locator("#models input")
    box.click()
    for model in models:
        box.fill(model)
        page.get_by_role("option", name=re.compile(f"^.*{model}:")).first.click()
    box.press("Escape")


def restore_sample(page: Page, sample: str) -> None:
    """Take a sample and wait for its result."""
    page.locator(f"button[data-sample={sample}]").click()
    page.wait_for_function("location.search.includes('case=')")
    page.locator('[data-rr-result][data-state="done"]').wait_for(timeout=120_000)
    page.evaluate("window.scrollTo(0, 0)")


def settle(page: Page) -> None:
    """Let tiles arrive: the viewer marks nothing, so wait for quiet."""
    page.wait_for_timeout(2500)


if __name__ == "__main__":
    main()
