"""Votes: appended once each, acknowledged after the commit, undone by a further event.

Three things keep a vote single: the id that the browser makes (a retry finds it and changes
nothing), the revision that it follows (of two tabs one wins, the other is told), and the order of
the plan (only the next trial takes an answer, so that a sequence never forks).
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from evaluation.studies.collecting.answers import Answer, AnswerRefused, checked
from evaluation.studies.collecting.design import Arm
from evaluation.studies.collecting.joining import refuse_unless_open
from evaluation.studies.collecting.protocols import protocol_by_id
from evaluation.studies.collecting.records import (
    LEAVES,
    TO_DO,
    Event,
    Kind,
    Rater,
    Study,
    Trial,
    TrialState,
    as_json,
    event_of,
    now,
    study_of,
    trial_of,
)
from evaluation.studies.collecting.schema import arms, events, raters, slots, studies, trials
from evaluation.studies.collecting.store import StudyStore, refuse_erased
from evaluation.studies.collecting.submission import Submission, check_form, refuse_scaled
from restoration.errors import UsageError

RATERS_SAY = (Kind.VOTE, Kind.SKIP, Kind.UNDO)
"""The rest are a reviewer's."""


class Superseded(UsageError):
    """The trial was answered elsewhere meanwhile, or another one is next."""


class NotYours(UsageError):
    """The trial belongs to somebody else, or to nobody."""


def submit(store: StudyStore, rater: Rater, sent: Submission) -> Event:
    """Store a vote, skip or undo of a rater; what is returned is on the disk.

    Sent again, the same submission gives the event of the first time. Raises Superseded,
    AnswerRefused, ScaledPicture, NotYours, NotOpen, UnknownInvite for a rater who has withdrawn,
    and NotStored, after which the browser may send it again.
    """
    check_form(sent, RATERS_SAY)
    try:
        return store.database.write(lambda c: _stored(c, rater, sent))
    except (Superseded, IntegrityError):
        # The same submission, sent twice at once, may have won.
        found = store.database.read(lambda c: earlier_event(c, rater.id, sent))
        if found is not None:
            return found
        raise _superseded() from None


def _stored(c: Connection, rater: Rater, sent: Submission) -> Event:
    earlier = earlier_event(c, rater.id, sent)
    if earlier is not None:
        return earlier
    asked = select(trials, slots.c.arm, slots.c.rater).join(slots, slots.c.id == trials.c.slot)
    row = c.execute(asked.where(trials.c.id == sent.trial)).one_or_none()
    if row is None or row.rater != rater.id:
        raise NotYours("This trial is not yours", remedy="Reload the page")
    trial = trial_of(row)
    study, arm = study_and_arm(c, row.arm)
    refuse_unless_open(study)
    expected = _last_done(c, trial.slot) if sent.kind is Kind.UNDO else _next(c, trial.slot)
    if trial.revision != sent.revision or expected is None or expected.id != trial.id:
        raise _superseded()
    answer = None
    if sent.kind is Kind.VOTE:
        if not study.design.allow_zoom:
            refuse_scaled(sent.viewing)
        answer = checked(protocol_by_id(arm.protocol), sent.answer, len(trial.pictures))
    return append(c, study, trial, rater, sent, answer=answer, author=rater.id)


def append(
    c: Connection,
    study: Study,
    trial: Trial,
    rater: Rater,
    sent: Submission,
    *,
    answer: Answer | None,
    author: str,
) -> Event:
    """Add an event to a trial at the revision it was shown in.

    Raises Superseded, UnknownInvite where the rater or the author has withdrawn meanwhile.
    """
    refuse_erased(c, rater.id, author)
    stamp = now()
    moved = c.execute(
        update(trials)
        .where(trials.c.id == trial.id, trials.c.revision == trial.revision)
        .values(revision=trial.revision + 1, state=LEAVES[sent.kind].value)
    )
    if moved.rowcount != 1:
        raise _superseded()
    row = {
        "client_id": sent.client_id,
        "study": study.id,
        "trial": trial.id,
        "revision": trial.revision + 1,
        "kind": sent.kind.value,
        "rater": rater.id,
        "author": author,
        "answer": None if answer is None else as_json(answer),
        "reason": sent.reason.strip(),
        "seconds": round(sent.seconds, 3),
        "idle_seconds": round(sent.idle_seconds, 3),
        "viewing": as_json(sent.viewing) if sent.viewing else None,
        "client_time": sent.client_time,
        "stored_at": stamp,
    }
    c.execute(insert(events), row)
    c.execute(update(raters).where(raters.c.id == author).values(seen_at=stamp))
    stored = c.execute(select(events).where(events.c.client_id == sent.client_id)).one()
    return event_of(stored)


def earlier_event(c: Connection, author: str, sent: Submission) -> Event | None:
    """The event that this submission made before; raises AnswerRefused for an id used twice."""
    row = c.execute(select(events).where(events.c.client_id == sent.client_id)).one_or_none()
    if row is None:
        return None
    if (row.author, row.trial, row.kind) != (author, sent.trial, sent.kind.value):
        raise AnswerRefused("This vote's id belongs to another vote", remedy="Reload the page")
    return event_of(row)


def study_and_arm(c: Connection, arm_id: str) -> tuple[Study, Arm]:
    """The study and the design of an arm, for an event that is stored in the same transaction.

    Nobody can pause, close or withdraw from the study before the end of it, so that what was
    checked still holds when the event is stored.
    """
    row = c.execute(
        select(studies, arms.c.number)
        .join(arms, arms.c.study == studies.c.id)
        .where(arms.c.id == arm_id)
        .with_for_update(read=True, of=studies)
    ).one()
    study = study_of(row)
    return study, study.design.arms[row.number - 1]


def next_trial(c: Connection, rater: str) -> Trial | None:
    """What the rater is asked next; None when everything is done or no place was taken."""
    slot = c.scalar(select(slots.c.id).where(slots.c.rater == rater))
    return None if slot is None else _next(c, slot)


def last_done(c: Connection, rater: str) -> Trial | None:
    """What Undo would take back."""
    slot = c.scalar(select(slots.c.id).where(slots.c.rater == rater))
    return None if slot is None else _last_done(c, slot)


def _next(c: Connection, slot: str) -> Trial | None:
    query = (
        select(trials)
        .where(trials.c.slot == slot, trials.c.state.in_(TO_DO))
        .order_by(trials.c.position)
        .limit(1)
    )
    row = c.execute(query).one_or_none()
    return None if row is None else trial_of(row)


def _last_done(c: Connection, slot: str) -> Trial | None:
    """The answered trial before the next one; one that a reviewer has judged stays as it is."""
    query = (
        select(trials)
        .where(trials.c.slot == slot, trials.c.state.in_((TrialState.VOTED, TrialState.SKIPPED)))
        .order_by(trials.c.position.desc())
        .limit(1)
    )
    upcoming = _next(c, slot)
    if upcoming is not None:
        query = query.where(trials.c.position < upcoming.position)
    row = c.execute(query).one_or_none()
    if row is None or row.phase == "training":
        return None
    kind = c.scalar(
        select(events.c.kind).where(events.c.trial == row.id, events.c.revision == row.revision)
    )
    return trial_of(row) if kind in (Kind.VOTE, Kind.SKIP) else None


def _superseded() -> Superseded:
    return Superseded(
        "This trial was answered meanwhile, perhaps in another tab",
        remedy="The page goes on with the next one",
    )
