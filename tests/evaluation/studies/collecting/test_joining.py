"""Places of an open link come free again when somebody gives up; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from evaluation.studies.collecting.creation import create_study
from evaluation.studies.collecting.design import Arm, Design
from evaluation.studies.collecting.joining import StudyFull, consent, join_open
from evaluation.studies.collecting.records import Rater, hours_ago
from evaluation.studies.collecting.schema import raters
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.vote_export import votes_of
from evaluation.studies.collecting.withdrawal import withdraw
from tests.evaluation.studies.conftest import joined, pictures, upcoming

Vote = Callable[..., Any]
LEASE = 5.0


@pytest.fixture
def link(store: StudyStore) -> str:
    """The open link of a study of two pictures for two raters."""
    design = Design("Study", (Arm("one", raters=2),), lease_hours=LEASE, open_quota=2)
    made = create_study(store, design, pictures(1, "ab"))
    assert made.open_link is not None
    return made.open_link


def came(store: StudyStore, link: str) -> Rater:
    """Somebody who opened the link and did nothing else."""
    return store.rater_by_token(join_open(store, link.split("=")[1]))


def time_passes(store: StudyStore, hours: float, *people: Rater) -> None:
    """As if these had come, and where they agreed last done anything, so long ago."""
    then = hours_ago(hours)
    ids = raters.c.id.in_([each.id for each in people])
    seen = raters.c.seen_at.is_not(None)
    store.database.write(lambda c: c.execute(update(raters).where(ids).values(invited_at=then)))
    store.database.write(lambda c: c.execute(update(raters).where(ids, seen).values(seen_at=then)))


def answer_all(store: StudyStore, rater: Rater, vote: Vote) -> None:
    while upcoming(store, rater) is not None:
        vote(rater, {"choice": "4"})


def test_whoever_only_opened_the_link_keeps_no_place_for_long(
    store: StudyStore, link: str, vote: Vote
) -> None:
    curious = [came(store, link), came(store, link)]
    with pytest.raises(StudyFull, match="Open the link again later"):
        came(store, link)
    time_passes(store, 2, *curious)
    for _ in range(2):
        answer_all(store, joined(store, link), vote)
    assert len(votes_of(store, curious[0].study)) == 4
    with pytest.raises(StudyFull, match="all the raters it needs"):
        consent(store, curious[0], {})


def test_a_place_is_free_after_a_withdrawal_and_only_once(
    store: StudyStore, link: str, vote: Vote
) -> None:
    first, second = joined(store, link), joined(store, link)
    vote(first, {"choice": "1"})
    with pytest.raises(StudyFull):
        came(store, link)
    withdraw(store, first)
    third = joined(store, link)
    with pytest.raises(StudyFull):
        came(store, link)
    for each in (second, third):
        answer_all(store, each, vote)
    time_passes(store, 2 * LEASE, first, second, third)
    with pytest.raises(StudyFull):
        came(store, link)
    assert len(votes_of(store, first.study)) == 4


def test_a_lapsed_place_is_taken_over_by_the_open_link_again_and_again(
    store: StudyStore, link: str, vote: Vote
) -> None:
    first, second = joined(store, link), joined(store, link)
    answer_all(store, first, vote)
    vote(second, {"choice": "2"})
    time_passes(store, 2 * LEASE, first, second)
    third = joined(store, link)
    assert upcoming(store, second) is None, "what was undone went to the third"
    with pytest.raises(StudyFull):
        came(store, link)
    time_passes(store, 2 * LEASE, third)
    fourth = joined(store, link)
    answer_all(store, fourth, vote)
    time_passes(store, 2 * LEASE, fourth)
    with pytest.raises(StudyFull):
        came(store, link)
    assert len(votes_of(store, first.study)) == 4


def test_arms_are_filled_by_those_who_stay(store: StudyStore) -> None:
    arms = (Arm("one", raters=1), Arm("two", raters=1))
    design = Design("Study", arms, lease_hours=LEASE, open_quota=2)
    made = create_study(store, design, pictures(1, "ab"))
    assert made.open_link is not None
    stays = joined(store, made.open_link)
    for _ in range(2):
        time_passes(store, 2, came(store, made.open_link))
    other = joined(store, made.open_link)
    assert {stays.arm, other.arm} == {f"{made.id}.1", f"{made.id}.2"}
