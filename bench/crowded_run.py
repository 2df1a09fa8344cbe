"""How long does a run of 100,000 rows take to open on the Evaluate page?

    python -m bench.crowded_run [--openings 3]

Makes such a run (2500 images, ten models, four levels), starts the app anew for each opening, and
opens the run in Chromium twice: by choosing its Parquet file on the page that is already there, and
by its address in a browser that has nothing of the app in its cache. By the clock: what the server
and the browser take for each step, until the leaderboard can be read and drawn, and until
everything has been drawn. Medians go into bench/records/crowded_run.json with the machine's load.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Page, sync_playwright

from bench.screenshots import CHROMIUM, DESK, FLAGS, ROOT

RECORD = Path(__file__).parent / "records" / "crowded_run.json"
IMAGES, MODELS, LEVELS = 2500, 10, 4
LIMIT = 3.0
PATIENCE = 180_000
DONE = '[data-rr-evaluate][data-state="done"] [data-rr-comparison][data-state="done"]'

WATCH = """
window.benchSeen = {};
const marks = {
  readable: "[data-rr-sentence]",
  drawn: '[data-figure="leaderboard"] .main-svg',
};
new MutationObserver(() => {
  const first = document.querySelector("[data-rr-sentence]")?.textContent ?? "";
  if (!first.startsWith("model-9")) return;
  for (const [name, selector] of Object.entries(marks)) {
    if (!(name in window.benchSeen) && document.querySelector(selector)) {
      window.benchSeen[name] = performance.now();
    }
  }
}).observe(document, { childList: true, subtree: true, attributes: true });
"""
ASKED = """
since => {
  const found = performance.getEntriesByType("resource").filter((each) => each.startTime >= since);
  const steps = {};
  for (const [step, part] of [["take rows in", "runs/opened"], ["compare", "/overview"],
      ["load what draws", "/plots-"], ["two models", "/pair"]]) {
    const each = found.find((it) => it.name.includes(part));
    if (each) steps[step] = [each.startTime - since, each.responseEnd - each.startTime,
      each.encodedBodySize];
  }
  return steps;
}
"""


def main() -> None:
    """Open, print, record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--openings", type=int, default=3)
    openings = parser.parse_args().openings
    load = round(os.getloadavg()[0], 1)
    chosen, addressed = [], []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        rows = Path(name) / "rows.parquet"
        crowd().to_parquet(rows)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        for number in range(openings):
            data = Path(name) / f"data{number}"
            with app(data) as address:
                opened, run = choose(browser, address, rows)
                chosen.append(opened)
            # Another process, which has read nothing yet.
            with app(data) as address:
                addressed.append(visit(browser, f"{address}/evaluate?run={run}"))
        browser.close()
    record = {
        "rows": IMAGES * MODELS * LEVELS,
        "median_of": openings,
        "file_chosen_on_the_page": medians(chosen),
        "address_in_a_fresh_browser": medians(addressed),
        "limit": LIMIT,
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "load_average_at_the_start": load,
        "load_average_at_the_end": round(os.getloadavg()[0], 1),
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


@contextmanager
def app(data: Path) -> Iterator[str]:
    """The app on a free port; its address."""
    environment = {**os.environ, "RR_PORT": "0", "RR_HOST": "127.0.0.1", "RR_DATA_DIR": str(data)}
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1].rstrip("/")
    finally:
        process.terminate()
        process.wait(timeout=30)


def choose(browser: Browser, address: str, rows: Path) -> tuple[dict[str, float], str]:
    """Choose the file on a page that shows the sample run; seconds, and the id of the run."""
    page = watched(browser)
    page.goto(f"{address}/evaluate", wait_until="domcontentloaded")
    page.locator(DONE).wait_for(timeout=PATIENCE)
    page.get_by_text("Open a run, or add human ratings").click()
    files = page.locator("#run-tables input[type=file]")
    begun = page.evaluate("performance.now()")
    files.set_input_files([str(rows)])
    seconds = followed(page, begun)
    run = page.evaluate("new URLSearchParams(location.search).get('run')")
    page.context.close()
    return seconds, run


def visit(browser: Browser, address: str) -> dict[str, float]:
    """Go to the run's address; seconds since the navigation began."""
    page = watched(browser)
    page.goto(address, wait_until="commit")
    seconds = followed(page, 0.0)
    page.context.close()
    return seconds


def watched(browser: Browser) -> Page:
    """A page of a browser with an empty cache that notes when the run can be read and seen."""
    page = browser.new_context(viewport=DESK, color_scheme="light").new_page()
    page.add_init_script(WATCH)
    return page


def followed(page: Page, begun: float) -> dict[str, float]:
    """Wait for everything; seconds since `begun` (ms of the page's clock), and of each step."""
    page.wait_for_function(
        "selector => 'drawn' in window.benchSeen && document.querySelector(selector)",
        arg=DONE,
        timeout=PATIENCE,
    )
    done = page.evaluate("performance.now()")
    seen = page.evaluate("window.benchSeen")
    seconds = {
        "leaderboard_can_be_read": seen["readable"] - begun,
        "leaderboard_is_drawn": seen["drawn"] - begun,
        "everything_is_done": done - begun,
    }
    for step, (start, length, size) in page.evaluate(ASKED, begun).items():
        seconds |= {
            f"{step}: begins at": start,
            f"{step}: takes": length,
            f"{step}: MB": size / 1e3,
        }
    return {name: value / 1e3 for name, value in seconds.items()}


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    """Of each figure."""
    return {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}


def crowd() -> pd.DataFrame:
    """Rows of known differences between models."""
    chance = np.random.default_rng(0)
    shape = (IMAGES, MODELS, LEVELS)
    content = 30 + chance.normal(0, 3, (IMAGES, 1, 1))
    psnr = content + 0.3 * np.arange(MODELS)[None, :, None] - 2 * np.arange(LEVELS)
    psnr = (psnr + chance.normal(0, 1, shape)).ravel()
    image, model, level = np.indices(shape).reshape(3, -1)
    return pd.DataFrame(
        {
            "image": [f"image{number:05}.png" for number in image],
            "image_sha256": [f"{number:064x}" for number in image],
            "width": 512,
            "height": 512,
            "model": [f"model-{number}" for number in model],
            "degradation": [f"gaussian:{15 + 10 * number}" for number in level],
            "seed": 0,
            "seconds": 0.1 + model,
            "psnr": psnr,
            "ssim": 1 - 10 ** (-psnr / 20),
        }
    )


if __name__ == "__main__":
    main()
