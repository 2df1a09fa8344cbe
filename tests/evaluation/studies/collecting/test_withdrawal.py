"""What a withdrawal leaves: counts, and nothing that a rater wrote; on both databases."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import select

from evaluation.studies.collecting.creation import create_study, create_study_from_stimuli
from evaluation.studies.collecting.design import Arm, Design, Quality
from evaluation.studies.collecting.exports import ExportFormat, exported
from evaluation.studies.collecting.joining import consent, invite
from evaluation.studies.collecting.records import Kind, Rater
from evaluation.studies.collecting.reviewing import queue_of, review
from evaluation.studies.collecting.schema import events, raters
from evaluation.studies.collecting.store import StudyStore, UnknownInvite
from evaluation.studies.collecting.submission import Submission
from evaluation.studies.collecting.voting import last_done, submit
from evaluation.studies.collecting.withdrawal import withdraw
from tests.evaluation.studies.conftest import event_count, joined, pictures, submission

SECRET = "I am the one from Kiel"


@pytest.fixture
def rater(store: StudyStore) -> Rater:
    return joined(store, create_study_from_stimuli(store, "Study", pictures(), raters=3).open_link)


def telling(store: StudyStore, rater: Rater, **changed: Any) -> Submission:
    """What a browser sends, with something of the rater in every field that takes it."""
    viewing = {"scale": 1, "note": SECRET}
    parts = {"reason": SECRET, "viewing": viewing, "client_time": SECRET[:22]}
    return submission(store, rater, **{**parts, **changed})


def stored(store: StudyStore) -> list[Any]:
    """What every event holds of a person."""
    query = select(events.c.kind, events.c.answer, events.c.reason, events.c.viewing)
    query = query.add_columns(events.c.client_time)
    return list(store.database.read(lambda c: c.execute(query).all()))


def test_skips_and_undos_keep_nothing_that_the_rater_wrote(store: StudyStore, rater: Rater) -> None:
    submit(store, rater, telling(store, rater))
    submit(store, rater, telling(store, rater, kind=Kind.SKIP, answer=None))
    done = store.database.read(lambda c: last_done(c, rater.id))
    undo = {"kind": Kind.UNDO, "answer": None, "trial": done.id, "revision": done.revision}
    submit(store, rater, telling(store, rater, **undo))
    assert withdraw(store, rater) == 1  # of three events one held an answer
    assert {row[1:] for row in stored(store)} == {(None, "", None, "")}
    assert event_count(store) == 3
    assert SECRET[:22].encode() not in exported(store, rater.study, ExportFormat.JSONL)


def test_nothing_is_stored_of_a_rater_after_the_withdrawal(store: StudyStore, rater: Rater) -> None:
    in_flight = telling(store, rater)
    withdraw(store, rater)
    with pytest.raises(UnknownInvite, match="withdrawn"):
        submit(store, rater, in_flight)
    with pytest.raises(UnknownInvite, match="withdrawn"):
        consent(store, rater, {"screen": SECRET})
    assert event_count(store) == 0
    viewing = select(raters.c.viewing).where(raters.c.id == rater.id)
    assert store.database.read(lambda c: c.scalar(viewing)) is None


def test_a_review_of_the_raters_answer_is_erased_and_a_later_one_refused(
    store: StudyStore,
) -> None:
    design = Design("Study", (Arm("one", raters=2, qa=Quality.REVIEW),), open_quota=2)
    made = create_study(store, design, pictures())
    rater, other = joined(store, made.open_link), joined(store, made.open_link)
    reviewer = store.rater_by_token(invite(store, made.id, None))
    for each in (rater, rater, other):
        submit(store, each, submission(store, each))
    words = [
        Submission(
            str(uuid.uuid4()), each.trial.id, 1, Kind.CORRECT, {"choice": "2"}, reason=SECRET
        )
        for each in queue_of(store, reviewer)
    ]
    first, in_flight, of_other = words
    review(store, reviewer, first)
    review(store, reviewer, of_other)
    assert withdraw(store, rater) == 3
    with pytest.raises(UnknownInvite, match="withdrawn"):
        review(store, reviewer, in_flight)
    kept = [row for row in stored(store) if row.answer is not None]
    assert [(row.kind, row.reason) for row in kept] == [("vote", ""), ("correct", SECRET)]
    assert sum(row.reason == SECRET for row in stored(store)) == 1
