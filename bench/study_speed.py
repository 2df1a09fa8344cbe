"""How long a study's results take: import, live tables, everything, and opening the page again.

    python -m bench.study_speed VOTES.csv [--page]

--page also opens the cached results in Chromium. Prints seconds and writes
bench/records/study_speed.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evaluation.studies.analysing.analysis import analyse, votes_hash
from evaluation.studies.analysing.presentation import presented
from evaluation.studies.analysing.votes_csv import read_votes

RECORD = Path(__file__).parent / "records" / "study_speed.json"


def main() -> None:
    """Measure and keep the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("votes", type=Path)
    parser.add_argument("--page", action="store_true")
    options = parser.parse_args()
    record: dict[str, Any] = {"votes": options.votes.name, "load": os.getloadavg()[0]}

    def timed(name: str, work: Callable[[], Any]) -> Any:  # noqa: ANN401
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        record[name] = {
            "seconds": round(time.perf_counter() - wall, 2),
            "processor_seconds": round(time.process_time() - cpu, 2),
        }
        print(name, record[name], flush=True)
        return result

    table = timed("read", lambda: read_votes(options.votes))
    timed("hash", lambda: votes_hash(table))
    live = timed("live tables", lambda: analyse(table, live_only=True))
    timed("live view", lambda: presented(live))
    timed("all tables", lambda: analyse(table))
    if options.page:
        record["page from cache"] = page_seconds(options.votes)
        print("page from cache", record["page from cache"])
    record["machine"] = f"{platform.machine()}, {os.cpu_count()} cores"
    RECORD.write_text(json.dumps(record, indent=1) + "\n")


def page_seconds(votes: Path) -> list[float]:
    """Seconds from asking for the page to all figures drawn, three times, analysis cached."""
    from playwright.sync_api import sync_playwright

    from bench.screenshots import CHROMIUM, FLAGS
    from restoration.settings import Settings
    from tests.browser.conftest import served
    from ui.server import build
    from ui.studies.room import studies_room

    seconds = []
    with tempfile.TemporaryDirectory() as data:
        app = build(Settings(data_dir=Path(data)), (studies_room,))
        with served(app) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
            page = browser.new_page()
            page.set_default_timeout(600_000)
            page.goto(address + "/studies", wait_until="domcontentloaded")
            page.locator("input[type=file]").set_input_files(votes)
            page.get_by_role("heading", name=votes.name).wait_for()
            page.locator("[data-rr-study-results][data-complete=yes]").wait_for()
            for _ in range(3):
                began = time.perf_counter()
                page.reload(wait_until="domcontentloaded")
                page.locator("[data-rr-study-results][data-complete=yes]").wait_for()
                seconds.append(round(time.perf_counter() - began, 2))
            browser.close()
    return seconds


if __name__ == "__main__":
    main()
