"""Each vote once: retries, tabs, undo, leases; on both databases."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from evaluation.studies.collecting.answers import AnswerRefused
from evaluation.studies.collecting.creation import create_study, create_study_from_stimuli
from evaluation.studies.collecting.database import NotStored
from evaluation.studies.collecting.design import Arm, Design
from evaluation.studies.collecting.joining import NotOpen, StudyFull, consent, invite, join_open
from evaluation.studies.collecting.records import Kind, Rater, TrialState
from evaluation.studies.collecting.schema import events, raters, studies, trials
from evaluation.studies.collecting.store import StudyStore, UnknownInvite
from evaluation.studies.collecting.vote_export import votes_of
from evaluation.studies.collecting.voting import (
    NotYours,
    ScaledPicture,
    Submission,
    Superseded,
    last_done,
    next_trial,
    submit,
)
from evaluation.studies.collecting.withdrawal import withdraw
from tests.evaluation.studies.conftest import pictures

Vote = Callable[..., Any]


def _join(store: StudyStore, link: str | None) -> Rater:
    assert link is not None
    rater = store.rater_by_token(join_open(store, link.split("=")[1]))
    consent(store, rater, {"ratio": 1})
    return store.rater_by_token(rater.token)


@pytest.fixture
def rater(store: StudyStore) -> Rater:
    made = create_study_from_stimuli(store, "Study", pictures(), raters=3)
    return _join(store, made.open_link)


def _next(store: StudyStore, rater: Rater) -> Any:
    return store.database.read(lambda c: next_trial(c, rater.id))


def _sent(store: StudyStore, rater: Rater, **changed: Any) -> Submission:
    trial = _next(store, rater)
    parts = {
        "client_id": str(uuid.uuid4()),
        "trial": trial.id,
        "revision": trial.revision,
        "kind": Kind.VOTE,
        "answer": {"choice": "4"},
        "viewing": {"scale": 1},
    }
    return Submission(**{**parts, **changed})


def _count(store: StudyStore) -> int:
    return store.database.read(lambda c: c.scalar(select(func.count()).select_from(events))) or 0


def test_a_vote_sent_three_times_is_one_event_even_at_once(store: StudyStore, rater: Rater) -> None:
    sent = _sent(store, rater)
    first = submit(store, rater, sent)
    assert submit(store, rater, sent) == first

    at_once = _sent(store, rater)
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
    assert _count(store) == 2


def test_two_tabs_do_not_fork_the_sequence(store: StudyStore, rater: Rater) -> None:
    both = [_sent(store, rater), _sent(store, rater, answer={"choice": "1"})]
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
    assert _count(store) == 1
    later = store.database.read(
        lambda c: c.scalars(select(trials.c.id).where(trials.c.state == "open")).all()
    )
    ahead = _next(store, rater)
    other = next(id for id in later if id != ahead.id)
    with pytest.raises((Superseded, NotYours)):
        submit(store, rater, _sent(store, rater, trial=other, revision=0))


def test_the_database_itself_refuses_a_second_vote(store: StudyStore, rater: Rater) -> None:
    stored = submit(store, rater, _sent(store, rater))
    copy = "INSERT INTO events SELECT {}, study, trial, {}, kind, rater, author, answer, reason, "
    copy += "seconds, idle_seconds, viewing, client_time, stored_at FROM events"
    for client_id, revision in (("client_id", "revision + 1"), ("'another'", "revision")):
        with pytest.raises(Exception, match=r"(?i)unique"):
            query = text(copy.format(client_id, revision))
            store.database.write(lambda c, query=query: c.execute(query))
    assert stored.revision == 1


def test_undo_is_an_event_and_skipping_needs_a_reason(store: StudyStore, rater: Rater) -> None:
    first = submit(store, rater, _sent(store, rater))
    with pytest.raises(AnswerRefused, match="reason"):
        submit(store, rater, _sent(store, rater, kind=Kind.SKIP, answer=None))
    submit(store, rater, _sent(store, rater, kind=Kind.SKIP, answer=None, reason="too dark"))
    for _ in range(2):
        done = store.database.read(lambda c: last_done(c, rater.id))
        submit(
            store,
            rater,
            _sent(store, rater, kind=Kind.UNDO, trial=done.id, revision=done.revision, answer=None),
        )
    assert store.database.read(lambda c: last_done(c, rater.id)) is None
    again = _next(store, rater)
    assert (again.id, again.revision, again.state) == (first.trial, 2, TrialState.OPEN)
    submit(store, rater, _sent(store, rater, answer={"choice": "2"}))
    assert _count(store) == 5
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
        submit(store, rater, _sent(store, rater, answer=answer))
    assert _count(store) == 0


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
    ],
)
def test_what_no_page_sends_is_refused(
    store: StudyStore, rater: Rater, parts: dict[str, Any]
) -> None:
    with pytest.raises(AnswerRefused):
        submit(store, rater, _sent(store, rater, **parts))
    assert _count(store) == 0


def test_votes_on_scaled_pictures_and_of_strangers_do_not_count(
    store: StudyStore, rater: Rater
) -> None:
    for viewing in ({}, {"scale": 1.25}, {"scale": "1"}, {"scale": None}):
        with pytest.raises(ScaledPicture):
            submit(store, rater, _sent(store, rater, viewing=viewing))
    other = create_study_from_stimuli(store, "Other", pictures(1), raters=1)
    stranger = _join(store, other.open_link)
    with pytest.raises(NotYours):
        submit(store, stranger, _sent(store, rater))
    with pytest.raises(UnknownInvite):
        store.rater_by_token("not-a-token")
    assert _count(store) == 0


def test_the_quota_of_an_open_link_holds_when_all_come_at_once(store: StudyStore) -> None:
    made = create_study_from_stimuli(store, "Study", pictures(1), raters=3)
    gate, outcomes = threading.Barrier(9), []

    def join() -> None:
        gate.wait()
        try:
            outcomes.append(_join(store, made.open_link).id)
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
    assert _next(store, first) is None
    while _next(store, second):
        vote(second, {"choice": "1"})
    assert sorted(votes_of(store, made.id)["score"]) == [1, 1, 1, 5]


def test_withdrawal_erases_answers_and_keeps_the_count(store: StudyStore, vote: Vote) -> None:
    made = create_study_from_stimuli(store, "Study", pictures(1), raters=2)
    rater, other = _join(store, made.open_link), _join(store, made.open_link)
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
    assert _next(store, replacement) is not None


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_study_that_is_not_open_takes_nothing(
    store: StudyStore, rater: Rater, state: str
) -> None:
    sent = _sent(store, rater)
    store.database.write(lambda c: c.execute(update(studies).values(state=state)))
    with pytest.raises(NotOpen, match=state):
        submit(store, rater, sent)
    assert _count(store) == 0


def test_a_locked_database_is_said_plainly_and_nothing_is_lost(
    store: StudyStore, rater: Rater
) -> None:
    if not store.database.is_sqlite:
        pytest.skip("PostgreSQL has no lock on the whole database")
    stored = submit(store, rater, _sent(store, rater))
    sent = _sent(store, rater)
    impatient = type(store.database)(str(store.database.engine.url), busy_seconds=0.05)
    hasty = StudyStore(impatient, store.stimuli)
    with store.database.engine.connect() as holder:
        holder.execution_options(rr_writes=True).begin()
        with pytest.raises(NotStored, match="another program has locked it"):
            submit(hasty, rater, sent)
        holder.rollback()
    assert submit(hasty, rater, sent).revision == 1
    assert submit(hasty, rater, sent).client_id != stored.client_id
    assert _count(store) == 2
    impatient.close()


def test_a_full_disk_is_said_plainly_and_nothing_is_lost(store: StudyStore, rater: Rater) -> None:
    if not store.database.is_sqlite:
        pytest.skip("a full disk is PostgreSQL's to report; SQLite can be told to be full")
    submit(store, rater, _sent(store, rater))
    full = type(store.database)(str(store.database.engine.url))
    cramped = StudyStore(full, store.stimuli)
    from sqlalchemy import event

    @event.listens_for(full.engine, "connect")
    def no_more_pages(connection: Any, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    refused = 0
    for _ in range(40):
        if _next(store, rater) is None:
            break
        sent = _sent(store, rater, viewing={"scale": 1, "note": "x" * 900})
        try:
            submit(cramped, rater, sent)
        except NotStored as error:
            assert "the disk is full" in str(error)
            refused += 1
            submit(store, rater, sent)
    assert refused
    assert len(votes_of(store, rater.study)) == 9
    store.database.check()
    full.close()
