"""Each vote once: retries, tabs, undo, leases; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text, update

from evaluation.studies.collecting.answers import AnswerRefused
from evaluation.studies.collecting.creation import create_study, create_study_from_stimuli
from evaluation.studies.collecting.design import Arm, Design
from evaluation.studies.collecting.joining import NotOpen, StudyFull, consent, invite
from evaluation.studies.collecting.records import Kind, Rater, TrialState
from evaluation.studies.collecting.schema import events, raters, studies, trials
from evaluation.studies.collecting.store import StudyStore, UnknownInvite
from evaluation.studies.collecting.submission import ScaledPicture, Submission
from evaluation.studies.collecting.vote_export import votes_of
from evaluation.studies.collecting.voting import NotYours, Superseded, last_done, submit
from evaluation.studies.collecting.withdrawal import withdraw
from tests.evaluation.studies.conftest import (
    event_count,
    joined,
    pictures,
    submission,
    upcoming,
)

Vote = Callable[..., Any]


@pytest.fixture
def rater(store: StudyStore) -> Rater:
    made = create_study_from_stimuli(store, "Study", pictures(), raters=3)
    return joined(store, made.open_link)


def test_a_vote_sent_three_times_is_one_event_even_at_once(store: StudyStore, rater: Rater) -> None:
    sent = submission(store, rater)
    first = submit(store, rater, sent)
    assert submit(store, rater, sent) == first

    at_once = submission(store, rater)
    gate, stored = threading.Barrier(8), []

    def post() -> None:
        gate.wait()
        stored.append(submit(store, rater, at_once))

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stored) == 8
    assert len({event.stored_at for event in stored}) == 1
    assert event_count(store) == 2


def test_two_tabs_do_not_fork_the_sequence(store: StudyStore, rater: Rater) -> None:
    both = [submission(store, rater), submission(store, rater, answer={"choice": "1"})]
    gate, outcomes = threading.Barrier(2), []

    def post(sent: Submission) -> None:
        gate.wait()
        try:
            outcomes.append(submit(store, rater, sent))
        except Superseded as error:
            outcomes.append(error)

    threads = [threading.Thread(target=post, args=(sent,)) for sent in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(outcome, Superseded) for outcome in outcomes) == [False, True]
    assert event_count(store) == 1
    later = store.database.read(
        lambda c: c.scalars(select(trials.c.id).where(trials.c.state == "open")).all()
    )
    ahead = upcoming(store, rater)
    other = next(id for id in later if id != ahead.id)
    with pytest.raises((Superseded, NotYours)):
        submit(store, rater, submission(store, rater, trial=other, revision=0))


def test_the_database_itself_refuses_a_second_vote(store: StudyStore, rater: Rater) -> None:
    stored = submit(store, rater, submission(store, rater))
    copy = "INSERT INTO events SELECT {}, study, trial, {}, kind, rater, author, answer, reason, "
    copy += "seconds, idle_seconds, viewing, client_time, stored_at FROM events"
    for client_id, revision in (("client_id", "revision + 1"), ("'another'", "revision")):
        with pytest.raises(Exception, match=r"(?i)unique"):
            query = text(copy.format(client_id, revision))
            store.database.write(lambda c, query=query: c.execute(query))
    assert stored.revision == 1


def test_undo_is_an_event_and_skipping_needs_a_reason(store: StudyStore, rater: Rater) -> None:
    first = submit(store, rater, submission(store, rater))
    with pytest.raises(AnswerRefused, match="reason"):
        submit(store, rater, submission(store, rater, kind=Kind.SKIP, answer=None))
    submit(store, rater, submission(store, rater, kind=Kind.SKIP, answer=None, reason="too dark"))
    for _ in range(2):
        done = store.database.read(lambda c: last_done(c, rater.id))
        submit(
            store,
            rater,
            submission(
                store, rater, kind=Kind.UNDO, trial=done.id, revision=done.revision, answer=None
            ),
        )
    assert store.database.read(lambda c: last_done(c, rater.id)) is None
    again = upcoming(store, rater)
    assert (again.id, again.revision, again.state) == (first.trial, 2, TrialState.OPEN)
    submit(store, rater, submission(store, rater, answer={"choice": "2"}))
    assert event_count(store) == 5
    assert list(votes_of(store, rater.study)["score"]) == [2]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        {"choice": "6"},
        {"choice": 4},
        {"choice": ["4"]},
        {"scores": [4]},
        {"choice": "left"},
    ],
)
def test_what_is_no_answer_is_refused(store: StudyStore, rater: Rater, answer: Any) -> None:
    with pytest.raises(AnswerRefused):
        submit(store, rater, submission(store, rater, answer=answer))
    assert event_count(store) == 0


@pytest.mark.parametrize(
    "parts",
    [
        {"viewing": {"scale": float("nan")}},
        {"kind": Kind.SKIP, "answer": None, "reason": "half \ud800"},
        {"kind": Kind.SKIP, "answer": None, "reason": "x" * 501},
        {"client_id": "short"},
        {"seconds": float("nan")},
        {"seconds": -1.0},
        {"viewing": {"note": "x" * 2000}},
        {"client_time": "\0"},
        {"kind": Kind.ACCEPT, "answer": None},
        {"kind": Kind.CORRECT},
        {"kind": Kind.RETURN, "answer": None, "reason": "look again"},
    ],
)
def test_what_no_page_sends_is_refused(
    store: StudyStore, rater: Rater, parts: dict[str, Any]
) -> None:
    with pytest.raises(AnswerRefused):
        submit(store, rater, submission(store, rater, **parts))
    assert event_count(store) == 0


def test_votes_on_scaled_pictures_and_of_strangers_do_not_count(
    store: StudyStore, rater: Rater
) -> None:
    for viewing in ({}, {"scale": 1.25}, {"scale": "1"}, {"scale": None}):
        with pytest.raises(ScaledPicture):
            submit(store, rater, submission(store, rater, viewing=viewing))
    other = create_study_from_stimuli(store, "Other", pictures(1), raters=1)
    stranger = joined(store, other.open_link)
    with pytest.raises(NotYours):
        submit(store, stranger, submission(store, rater))
    with pytest.raises(UnknownInvite):
        store.rater_by_token("not-a-token")
    assert event_count(store) == 0


def test_the_quota_of_an_open_link_holds_when_all_come_at_once(store: StudyStore) -> None:
    made = create_study_from_stimuli(store, "Study", pictures(1), raters=3)
    gate, outcomes = threading.Barrier(9), []

    def join() -> None:
        gate.wait()
        try:
            outcomes.append(joined(store, made.open_link).id)
        except StudyFull:
            outcomes.append(None)

    threads = [threading.Thread(target=join) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([id for id in outcomes if id]) == 3
    assert len(set(outcomes)) == 4


def test_a_lapsed_place_goes_on_with_somebody_else(store: StudyStore, vote: Vote) -> None:
    design = Design("Study", (Arm("one", raters=1),), lease_hours=1)
    made = create_study(store, design, pictures(2, "ab"))
    (link,) = made.invite_links["one"]
    first = store.rater_by_token(link.split("=")[1])
    consent(store, first, {})
    vote(first, {"choice": "5"})
    second = store.rater_by_token(invite(store, made.id, f"{made.id}.1"))
    with pytest.raises(StudyFull):
        consent(store, second, {})
    long_ago = "2020-01-01T00:00:00.000000+00:00"
    store.database.write(
        lambda c: c.execute(update(raters).where(raters.c.id == first.id).values(seen_at=long_ago))
    )
    consent(store, second, {})
    assert upcoming(store, first) is None
    while upcoming(store, second):
        vote(second, {"choice": "1"})
    assert sorted(votes_of(store, made.id)["score"]) == [1, 1, 1, 5]


def test_withdrawal_erases_answers_and_keeps_the_count(store: StudyStore, vote: Vote) -> None:
    made = create_study_from_stimuli(store, "Study", pictures(1), raters=2)
    rater, other = joined(store, made.open_link), joined(store, made.open_link)
    vote(rater, {"choice": "1"})
    vote(other, {"choice": "5"})
    assert withdraw(store, rater) == 1
    assert list(votes_of(store, made.id)["score"]) == [5]
    rows = store.database.read(lambda c: c.execute(select(events.c.answer, events.c.viewing)).all())
    assert len(rows) == 2
    assert (None, None) in rows
    with pytest.raises(UnknownInvite):
        store.rater_by_token(rater.token)
    replacement = store.rater_by_token(invite(store, made.id, f"{made.id}.1"))
    consent(store, replacement, {})
    assert upcoming(store, replacement) is not None


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_study_that_is_not_open_takes_nothing(
    store: StudyStore, rater: Rater, state: str
) -> None:
    sent = submission(store, rater)
    store.database.write(lambda c: c.execute(update(studies).values(state=state)))
    with pytest.raises(NotOpen, match=state):
        submit(store, rater, sent)
    assert event_count(store) == 0
