"""Take the pictures of docs/synthesis.md from the running app.

    python -m bench.synthesis_pictures [-o docs/images]

Starts the app on a free port with an empty data folder, drives Chromium, and overwrites the
pictures. Needs what `make test` installs. Fields shown are of the CC0 histology set.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.screenshots import CHROMIUM, DESK, FLAGS, PHONE, ROOT, settle

PATIENCE_MS = 240_000


def main() -> None:
    """Start the app and overwrite the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs" / "images")
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        app = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")],
            env={**os.environ, "RR_PORT": "0", "RR_DATA_DIR": data},
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
    desk = opened(browser, address, DESK, "light")
    desk.screenshot(path=folder / "synthesize.png")
    desk.locator("[data-rr-sweep]").screenshot(path=folder / "sweep.png")
    opened(browser, address, DESK, "dark").screenshot(path=folder / "synthesize-dark.png")
    opened(browser, address, PHONE, "light").screenshot(path=folder / "synthesize-phone.png")


def opened(browser: Browser, address: str, viewport: object, scheme: str) -> Page:
    """The Synthesize page with its first sample drawn."""
    page = browser.new_context(viewport=viewport, color_scheme=scheme).new_page()
    page.goto(f"{address}/synthesize", wait_until="domcontentloaded")
    page.locator('[data-rr-synthesize][data-state="done"]').wait_for(timeout=PATIENCE_MS)
    settle(page)
    return page


if __name__ == "__main__":
    main()
