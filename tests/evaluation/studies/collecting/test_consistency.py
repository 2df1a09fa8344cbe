"""What happens in the middle of a reading or of a vote does not mix with it; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, func, select

from evaluation.studies.collecting import voting
from evaluation.studies.collecting.administration import set_state
from evaluation.studies.collecting.creation import create_study_from_stimuli
from evaluation.studies.collecting.records import Event, Rater, State, Study
from evaluation.studies.collecting.schema import events
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.voting import submit
from evaluation.studies.collecting.withdrawal import withdraw
from tests.evaluation.studies.conftest import event_count, joined, pictures, submission

MOMENT = 0.5
"""Seconds that somebody else gets while a vote is half stored."""


@pytest.fixture
def rater(store: StudyStore) -> Rater:
    return joined(store, create_study_from_stimuli(store, "Study", pictures(), raters=3).open_link)


def test_a_vote_in_the_middle_of_a_reading_is_not_seen_in_it(
    store: StudyStore, rater: Rater
) -> None:
    sent = submission(store, rater)

    def counted_twice(c: Connection) -> tuple[int | None, int | None]:
        query = select(func.count()).select_from(events)
        before = c.scalar(query)
        submit(store, rater, sent)
        return before, c.scalar(query)

    assert store.database.read(counted_twice) == (0, 0)
    assert event_count(store) == 1


def voted_while(
    store: StudyStore, rater: Rater, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> Event:
    """A vote, in the middle of which, right after its checks, somebody else tries `act`."""
    other = threading.Thread(target=act)
    check = voting.refuse_unless_open

    def check_and_let_the_other_try(study: Study) -> None:
        check(study)
        other.start()
        other.join(MOMENT)

    monkeypatch.setattr(voting, "refuse_unless_open", check_and_let_the_other_try)
    stored = submit(store, rater, submission(store, rater, client_time="12:00"))
    other.join()
    return stored


def test_no_vote_is_stored_after_its_study_was_closed(
    store: StudyStore, rater: Rater, monkeypatch: pytest.MonkeyPatch
) -> None:
    def close() -> None:
        set_state(store, rater.study, State.CLOSED)

    stored = voted_while(store, rater, close, monkeypatch)
    closed_at = store.study(rater.study).closed_at
    assert closed_at is not None
    assert stored.stored_at < closed_at


def test_a_withdrawal_in_the_middle_of_a_vote_erases_it(
    store: StudyStore, rater: Rater, monkeypatch: pytest.MonkeyPatch
) -> None:
    voted_while(store, rater, lambda: withdraw(store, rater), monkeypatch)
    rows = store.database.read(
        lambda c: c.execute(select(events.c.answer, events.c.viewing, events.c.client_time)).all()
    )
    assert rows == [(None, None, "")]
