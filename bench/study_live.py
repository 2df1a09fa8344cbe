"""How long after a vote is stored the owner's open Results tab shows it.

    python -m bench.study_live [--votes 10]

Starts the app's Studies and Rate pages with a study of pairs, opens its Results tab in Chromium,
gives votes one by one by the rating routes, and measures from the acknowledgement of each vote
until the page has the new count of votes and has drawn all figures of their analysis. Writes
bench/records/study_live.json.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.rating_clients import RaterClient, loads, machine
from bench.screenshots import CHROMIUM, FLAGS
from evaluation.studies.collecting.creation import CreatedStudy, StimulusSpec, create_study
from evaluation.studies.collecting.design import Arm, Design
from evaluation.studies.collecting.joining import consent
from evaluation.studies.collecting.sample_stimuli import sample_stimuli
from evaluation.studies.collecting.store import StudyStore

RECORD = Path(__file__).parent / "records" / "study_live.json"
PASSWORD = "for this measurement only"
PROMISED = 5.0
"""Seconds."""
PATIENCE = 60_000
PLACE = "#study-tabs [data-rr-study-results]"
SETTLED = f"{PLACE}[data-complete=yes] .rr-facts"
SHOWN = f"""() => document.querySelector("{PLACE}").dataset.analysis"""
FOLLOWED = f"""([votes, analysis]) => {{
  const place = document.querySelector("{PLACE}");
  const facts = place.querySelector(".rr-facts");
  return facts?.textContent.startsWith(votes) && place.dataset.analysis !== analysis;
}}"""
"""The page names an analysis when the last of its figures is drawn."""


def pair_study(store: StudyStore, raters: int, stimuli: list[StimulusSpec]) -> CreatedStudy:
    """A study of all pairs whose raters have agreed to take part."""
    made = create_study(store, Design("Live", (Arm("pairs", "pair", raters=raters),)), stimuli)
    for token in tokens_of(made):
        consent(store, store.rater_by_token(token), {})
    return made


def tokens_of(made: CreatedStudy) -> list[str]:
    """The invitations of its raters."""
    return [link.split("=")[1] for link in made.invite_links["pairs"]]


def open_results(
    page: Any,  # noqa: ANN401 - a Playwright page
    address: str,
    study: str,
    password: str = PASSWORD,
) -> None:
    """Log in and open the Results tab of a study; returns when it is drawn."""
    page.goto(f"{address}/studies?study={study}", wait_until="domcontentloaded")
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Results").click()
    page.locator(SETTLED).wait_for()


def main() -> None:
    """Measure and keep the record."""
    from playwright.sync_api import sync_playwright

    from restoration.settings import Settings
    from tests.browser.conftest import served
    from ui.rate.room import rate_room
    from ui.server import build
    from ui.studies.room import studies_room

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--votes", type=int, default=10)
    options = parser.parse_args()
    record = machine()
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        settings = Settings(data_dir=Path(data), owner_password=PASSWORD)
        with served(build(settings, (rate_room, studies_room))) as address:
            store = StudyStore.open(settings)
            made = pair_study(store, 8, sample_stimuli())
            clients = [RaterClient(token, address) for token in tokens_of(made)]
            given = sum(_vote(client) for client in clients[:3] for _ in range(4))
            page = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS]).new_page()
            page.set_default_timeout(PATIENCE)
            open_results(page, address, made.id)
            seconds = []
            for number in range(options.votes):
                before = page.evaluate(SHOWN)
                given += _vote(clients[3 + number % 5])
                began = time.perf_counter()
                page.wait_for_function(FOLLOWED, arg=[f"{given} votes", before])
                seconds.append(round(time.perf_counter() - began, 2))
                print(f"{seconds[-1]:.2f} s", flush=True)
                page.locator(SETTLED).wait_for()
            store.close()
    record["load_average_after"] = loads()
    record["seconds"] = seconds
    record["median"], record["longest"] = statistics.median(seconds), max(seconds)
    record["within_promise"] = sum(each <= PROMISED for each in seconds)
    RECORD.write_text(json.dumps(record, indent=1) + "\n")
    print(f"median {record['median']:.2f} s, longest {record['longest']:.2f} s")


def _vote(client: RaterClient) -> int:
    before = len(client.acknowledged)
    client.vote()
    assert len(client.acknowledged) == before + 1, client.errors
    return 1


if __name__ == "__main__":
    main()
