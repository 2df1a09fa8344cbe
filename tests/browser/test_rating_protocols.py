"""Each kind of answer, by keys alone and by the pointer alone, in a real browser to the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from evaluation.studies.collecting.creation import StimulusSpec, create_study
from evaluation.studies.collecting.design import Arm, Design
from evaluation.studies.collecting.items import Role
from evaluation.studies.collecting.standing import read_contents
from evaluation.studies.collecting.store import StudyStore
from restoration.settings import Settings
from tests.browser.rating_steps import PATIENCE, await_end, await_trial, begin, grave, picture
from ui.rate.room import rate_room
from ui.server import build

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Case:
    """A protocol, two ways to give the same answer to one trial, and what is stored then."""

    protocol: str
    versions: int
    trials: int
    by_keys: Callable[[Any], None]
    by_pointer: Callable[[Any], None]
    answer: dict[str, Any]
    is_immediate: bool = False


def _keys(*keys: str) -> Callable[[Any], None]:
    def press(page: Any) -> None:
        for key in keys:
            page.keyboard.press(key)

    return press


def _french_six(page: Any) -> None:
    """The key of 6 on a French keyboard, where a digit needs Shift."""
    event = "new KeyboardEvent('keydown', {key: '-', code: 'Digit6', bubbles: true})"
    page.evaluate(f"document.body.dispatchEvent({event})")


def _clicks(*names: str) -> Callable[[Any], None]:
    def click(page: Any) -> None:
        for name in names:
            page.get_by_role("button", name=name, exact=True).click()

    return click


def _drags(*names: str) -> Callable[[Any], None]:
    """Drag the handles to the right end; further than it is as far as it goes."""

    def drag(page: Any) -> None:
        for name in names:
            slider = page.get_by_role("slider", name=name, exact=True)
            box = slider.bounding_box()
            middle = box["y"] + box["height"] / 2
            page.mouse.move(box["x"] + box["width"] / 2, middle)
            page.mouse.down()
            page.mouse.move(box["x"] + box["width"] + 20, middle, steps=4)
            page.mouse.up()

    return drag


def _writes(page: Any) -> None:
    page.get_by_role("textbox").click()
    page.keyboard.insert_text("Unsharp,\nh as 4")


SETS = "ABCDEF"
CASES = (
    Case(
        "best-worst", 5, 1, _keys("e", "b", "Shift+e"), _clicks("B: Best", "E: Worst"),
        {"best": 1, "worst": 4},
    ),
    Case(
        "ranking", 5, 1,
        _keys("c", "a", "c", *"bcde"),  # a letter again takes the picture back
        _clicks("A: 2", "B: 1", "C: 3", "D: 4", "E: 5"),
        {"ranks": [2, 1, 3, 4, 5]},
    ),
    Case(  # five versions and the hidden reference, beside the labelled one
        "samviq", 5, 1, _keys(*(key for letter in SETS for key in (letter, "End"))),
        _drags(*SETS), {"scores": [100.0] * 6},
    ),
    Case("acr-continuous", 2, 2, _keys("End"), _drags("Quality"), {"scores": [100.0]}),
    Case(
        "dscqs", 1, 1, _keys("End", "Tab", "End"), _drags("Left", "Right"),
        {"scores": [100.0] * 2},
    ),
    Case(
        "text", 2, 2, _keys(*"Unsharp,", "Shift+Enter", *"h as 4"), _writes,
        {"text": "Unsharp,\nh as 4"},
    ),
    Case("ccr", 2, 1, _french_six, _clicks("Right better"), {"choice": "2"}, True),
)  # fmt: skip


@pytest.fixture(scope="module")
def address(serve: Callable[[Any], str], settings: Settings) -> str:
    return serve(build(settings, (rate_room,)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.protocol)
def test_an_answer_by_keys_and_by_pointer_is_the_same(
    case: Case, address: str, settings: Settings, open_page: Callable[..., Any]
) -> None:
    specs = [StimulusSpec(picture(n), "scan", f"version {n}") for n in range(case.versions)]
    specs.append(StimulusSpec(picture(99), "scan", "original", Role.REFERENCE))
    store = StudyStore.open(settings)
    made = create_study(store, Design("Study", (Arm("one", case.protocol, raters=2),)), specs)
    links = made.invite_links["one"]

    keyed = open_page(address, f"/{links[0]}").page
    keyed.get_by_role("button", name="I agree, begin").focus()
    keyed.keyboard.press("Enter")
    keyed.get_by_role("heading", name="What to do").wait_for(timeout=PATIENCE)
    keyed.keyboard.press("Enter")
    trial = ""
    for _ in range(case.trials):
        trial = await_trial(keyed, trial)
        assert grave(keyed) == []
        if not case.is_immediate:
            assert keyed.get_by_role("button", name="Done").is_disabled()
            keyed.keyboard.press("Enter")  # half an answer is none
        case.by_keys(keyed)
        if not case.is_immediate:
            keyed.keyboard.press("Enter")
    await_end(keyed)

    pointed = open_page(address, f"/{links[1]}", viewport={"width": 390, "height": 844}).page
    begin(pointed)
    trial = ""
    for _ in range(case.trials):
        trial = await_trial(pointed, trial)
        assert pointed.evaluate("document.documentElement.scrollWidth") == 390
        case.by_pointer(pointed)
        if not case.is_immediate:
            pointed.get_by_role("button", name="Done").click()
    await_end(pointed)

    contents = store.database.read(lambda c: read_contents(c, made.id))
    stored = [contents.standing(trial).answer for trial in contents.trials]
    assert stored == [case.answer] * (2 * case.trials)
    store.close()
