"""The built-in open study: visitors rate what they see on the Restore page, one click a vote.

Trials come into being with the first vote on a result, by one visitor in one arm; everything else
is as in any study: append-only events, idempotent ids, acknowledged after the commit.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from evaluation.studies.collecting.answers import checked
from evaluation.studies.collecting.creation import insert_items, insert_study
from evaluation.studies.collecting.design import Arm, Design
from evaluation.studies.collecting.items import Item
from evaluation.studies.collecting.joining import refuse_unless_open
from evaluation.studies.collecting.protocols import protocol_by_id
from evaluation.studies.collecting.records import (
    Event,
    Kind,
    Rater,
    Study,
    Trial,
    as_json,
    now,
    rater_of,
    trial_of,
)
from evaluation.studies.collecting.schema import arms, items, raters, slots, studies, trials
from evaluation.studies.collecting.store import StudyStore, study_by_id
from evaluation.studies.collecting.submission import Submission, check_form
from evaluation.studies.collecting.voting import Superseded, append, earlier_event
from restoration.errors import UsageError

OPEN_STUDY = "open"
VISITOR = re.compile(r"[A-Za-z0-9]{24,64}")
TRIES = 8

DESIGN = Design(
    title="Results on the Restore page",
    arms=(
        Arm("overall", "acr-5", raters=1),
        Arm("fidelity and naturalness", "fidelity-naturalness", raters=1),
        Arm("marks", "marks", raters=1),
    ),
    consent=(
        "Your rating is stored under a random name with the model, the measured figures and a "
        "checksum of the picture, without your scan and without your network address."
    ),
    allow_zoom=True,
)


@dataclass(frozen=True)
class Shown:
    """A restored page that a visitor looks at."""

    stimulus: str
    """SHA-256 of the restored picture as PNG."""
    content: str
    """What tells the scan from others without holding any of it: its own SHA-256."""
    condition: str
    """The model."""
    width: int
    height: int
    kept: bool
    """Whether the picture itself is stored: only that of a bundled sample."""


def ensure_open_study(store: StudyStore) -> None:
    """Make the built-in study where it is not there yet."""

    def work(c: Connection) -> None:
        if c.scalar(select(studies.c.id).where(studies.c.id == OPEN_STUDY)) is not None:
            return
        insert_study(c, OPEN_STUDY, DESIGN, None, builtin=True)
        for number, arm in enumerate(DESIGN.arms, 1):
            row = {"study": OPEN_STUDY, "number": number, "name": arm.name}
            c.execute(insert(arms), {"id": f"{OPEN_STUDY}.{number}", **row})

    try:
        store.database.write(work)
    except IntegrityError:
        return  # another process made it at the same moment


def rate_openly(
    store: StudyStore, visitor: str, arm_name: str, shown: Shown, sent: Submission
) -> Event:
    """Store a visitor's vote or undo; the latest of a visitor on a result counts.

    visitor: a random text that the browser keeps while its tab is open. `sent` names no trial
    and no revision. Raises AnswerRefused, NotOpen, NotStored and UsageError.
    """
    if not VISITOR.fullmatch(visitor):
        raise UsageError("The rating has no usable name", remedy="Reload the page")
    numbers = {arm.name: number for number, arm in enumerate(DESIGN.arms, 1)}
    if arm_name not in numbers:
        raise UsageError(
            "There is no such rating", actual=arm_name[:40], expected=", ".join(numbers)
        )
    check_form(sent, (Kind.VOTE, Kind.UNDO))
    number = numbers[arm_name]
    for _ in range(TRIES):
        try:
            return store.database.write(lambda c: _stored(c, visitor, number, shown, sent))
        except (Superseded, IntegrityError):
            continue  # another click of the same visitor came in between
    raise Superseded("This result was rated elsewhere meanwhile", remedy="Try again")


def _stored(c: Connection, visitor: str, number: int, shown: Shown, sent: Submission) -> Event:
    study = study_by_id(c, OPEN_STUDY, for_change=True)  # nobody pauses it before the vote is in
    refuse_unless_open(study)
    arm = f"{OPEN_STUDY}.{number}"
    rater, slot = _visitor(c, study, visitor, arm)
    trial = _trial(c, rater, slot, _item(c, shown))
    sent = replace(sent, trial=trial.id, revision=trial.revision)
    found = earlier_event(c, rater.id, sent)
    if found is not None:
        return found
    answer = None
    if sent.kind is Kind.VOTE:
        answer = checked(protocol_by_id(DESIGN.arms[number - 1].protocol), sent.answer, 1)
    return append(c, study, trial, rater, sent, answer=answer, author=rater.id)


def _visitor(c: Connection, study: Study, visitor: str, arm: str) -> tuple[Rater, str]:
    """A visitor's rater in an arm and its slot, made at the first vote."""
    id = hashlib.sha256(f"{visitor} {arm}".encode()).hexdigest()[:16]
    found = c.execute(select(raters).where(raters.c.id == id)).one_or_none()
    slot = f"{arm}.{id}"
    if found is None:
        stamp = now()
        row = {
            "id": id,
            "study": study.id,
            "arm": arm,
            "token": f"{visitor}.{arm.rpartition('.')[2]}",
            "source": "visitor",
            "invited_at": stamp,
            "consented_at": stamp,
            "consent_text": hashlib.sha256(study.design.consent.encode()).hexdigest(),
        }
        c.execute(insert(raters), row)
        last = c.scalar(select(func.max(slots.c.number)).where(slots.c.arm == arm)) or 0
        place = {"id": slot, "arm": arm, "number": last + 1, "rater": id}
        c.execute(insert(slots), place)
        found = c.execute(select(raters).where(raters.c.id == id)).one()
    return rater_of(found), slot


def _item(c: Connection, shown: Shown) -> str:
    """The item of a result, made when it is first rated."""
    key = f"{shown.stimulus} {shown.content} {shown.condition}"
    id = hashlib.sha256(key.encode()).hexdigest()[:16]
    known = c.scalar(select(items.c.id).where(items.c.study == OPEN_STUDY, items.c.id == id))
    if known is None:
        item = Item(
            id, shown.stimulus, shown.content, shown.condition, shown.width, shown.height,
            kept=shown.kept,
        )  # fmt: skip
        insert_items(c, OPEN_STUDY, [item])
    return id


def _trial(c: Connection, rater: Rater, slot: str, item: str) -> Trial:
    id = hashlib.sha256(f"{rater.id} {item} {slot}".encode()).hexdigest()[:32]
    row = c.execute(select(trials).where(trials.c.id == id)).one_or_none()
    if row is None:
        fresh = {"slot": slot, "position": 0, "phase": "vote", "key": item}
        c.execute(insert(trials), {"id": id, **fresh, "pictures": as_json([item])})
        row = c.execute(select(trials).where(trials.c.id == id)).one()
    return trial_of(row)
