"""What browser tests of rating share: pictures, and the steps of a rater through a study."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from axe_playwright_python.sync_playwright import Axe

PASSWORD = "long enough to be a secret"
"""Of the owner of studies."""
PATIENCE = 60_000
"""Milliseconds that a state may take on a busy machine."""


def picture(seed: int, height: int = 90, width: int = 130) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def begin(page: Any) -> None:
    page.get_by_role("button", name="I agree, begin").click()
    page.get_by_role("button", name="Start").click()


def await_trial(page: Any, before: str = "") -> str:
    """The id of the trial that is shown and takes answers, once it is another than `before`."""
    shown = page.locator(f'.rr-trial[data-trial]:not([data-trial="{before}"])')
    shown.wait_for(timeout=PATIENCE)
    page.locator(".rr-answers :is(button, input, textarea):enabled").first.wait_for(
        timeout=PATIENCE
    )
    return str(shown.get_attribute("data-trial"))


def await_end(page: Any) -> None:
    page.get_by_role("heading", name="Finished").wait_for(timeout=PATIENCE)


def answer(page: Any, trial: str, key: str) -> None:
    """Press a key and wait until the page has gone on."""
    page.keyboard.press(key)
    page.wait_for_function(
        "id => document.querySelector('#rate').dataset.stage !== 'trial' ||"
        " ![null, id].includes(document.querySelector('.rr-trial')?.dataset.trial)",
        arg=trial,
        timeout=PATIENCE,
    )


def is_finished(page: Any) -> bool:
    return page.locator("#rate").get_attribute("data-stage") == "done"


def rate_all(page: Any, keys: str) -> int:
    answered, trial = 0, ""
    while not is_finished(page):
        trial = await_trial(page, trial)
        answer(page, trial, keys[answered % len(keys)])
        answered += 1
    return answered


def grave(page: Any) -> list[tuple[str, str]]:
    """What axe-core calls serious or critical on the page: the rule, and the first place."""
    return [
        (violation["id"], violation["nodes"][0]["html"])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


def open_routed(
    open_page: Callable[..., Any], address: str, link: str, answer: Callable[[Any], None]
) -> Any:
    """A rater's page whose votes go through `answer` from its first request on.

    Chromium tells a page of a new route and of a key by two channels, in either order: a route
    laid just before a key is pressed may come too late for the vote.
    """
    watched = open_page(address, "/rate/session")
    watched.page.route("**/rate/api/events", answer)
    watched.page.goto(f"{address}/{link}", wait_until="domcontentloaded")
    return watched
