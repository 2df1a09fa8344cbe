"""Guessing passwords slows nobody down but those who log in."""

from __future__ import annotations

import asyncio

import pytest

from evaluation.studies.collecting.administration import LoginRefused
from evaluation.studies.collecting.store import StudyStore
from restoration.errors import TooLarge
from tests.ui.conftest import PASSWORD, run
from ui.studies.door import MOST_WAITING, Door


def test_of_many_who_guess_at_once_few_are_let_wait(store: StudyStore) -> None:
    door = Door(store)

    async def crowd() -> list[object]:
        guesses = (door.log_in(f"name {n}", "guess") for n in range(60))
        return list(await asyncio.gather(*guesses, return_exceptions=True))

    kinds = [type(each) for each in run(crowd())]
    assert kinds.count(LoginRefused) == MOST_WAITING
    assert kinds.count(TooLarge) == 60 - MOST_WAITING
    assert len(run(door.log_in("ann", PASSWORD))) > 20
    with pytest.raises(LoginRefused):
        run(door.log_in("ann", "guess"))
