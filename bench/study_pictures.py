"""Take the pictures of a study's results from the running app, on the sample study.

python -m bench.study_pictures [-o docs/images]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from bench.screenshots import CHROMIUM, FLAGS, ROOT

SHOTS: tuple[tuple[str, ViewportSize, str], ...] = (
    ("study-results", {"width": 1280, "height": 1000}, "light"),
    ("study-results-dark", {"width": 1280, "height": 1000}, "dark"),
    ("study-results-phone", {"width": 390, "height": 844}, "light"),
)


def main() -> None:
    """Start the app, open the sample study, overwrite the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--whole", action="store_true", help="the whole length of the page")
    options = parser.parse_args()
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
                for name, size, scheme in SHOTS:
                    page = opened(browser, address, size, scheme)
                    target = options.output / f"{name}.png"
                    page.screenshot(path=target, full_page=options.whole)
                    if name == "study-results":
                        page.locator("h2", has_text="Strategies").evaluate(
                            "each => each.scrollIntoView()"
                        )
                        page.screenshot(path=options.output / "study-strategies.png")
                browser.close()
        finally:
            app.terminate()


def opened(browser: Browser, address: str, size: ViewportSize, scheme: str) -> Page:
    """The page with the whole sample study drawn."""
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(600_000)
    page.goto(address.rstrip("/") + "/studies", wait_until="domcontentloaded")
    page.locator("[data-rr-study-results][data-complete=yes]").wait_for()
    return page


if __name__ == "__main__":
    main()
