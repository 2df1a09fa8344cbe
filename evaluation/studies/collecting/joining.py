"""How raters come in: by open link, consent, the viewing check, and a place in the plan."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from evaluation.studies.collecting.creation import insert_rater
from evaluation.studies.collecting.plan import new_trial_id
from evaluation.studies.collecting.quota import OPEN_LINK, UNDONE, places_taken, takes_a_place
from evaluation.studies.collecting.records import (
    Rater,
    State,
    Study,
    as_json,
    hours_ago,
    now,
    study_of,
)
from evaluation.studies.collecting.schema import arms, raters, slots, studies, trials
from evaluation.studies.collecting.store import (
    StudyStore,
    UnknownInvite,
    refuse_erased,
    study_by_id,
)
from restoration.errors import UsageError

LONGEST_VIEWING = 4000
"""Characters of what a browser may tell about its screen."""


class StudyFull(UsageError):
    """Every place of the study is taken."""


class NotOpen(UsageError):
    """The study is paused or closed, so nothing is stored in it."""


def refuse_unless_open(study: Study) -> None:
    """Raises NotOpen."""
    if study.state is State.PAUSED:
        raise NotOpen(
            "The study is paused",
            remedy="Your answers so far are stored; come back later by the same link",
        )
    if study.state is State.CLOSED:
        raise NotOpen("The study is closed", remedy="Your answers so far are stored. Thank you")


def join_open(store: StudyStore, token: str) -> str:
    """The token of a new rater who comes by an open link; raises UnknownInvite, StudyFull."""

    def work(c: Connection) -> str:
        query = select(studies).where(studies.c.open_token == token).with_for_update()
        row = c.execute(query).one_or_none()
        if row is None:
            raise UnknownInvite("This open link is not known here")
        study = study_of(row)
        refuse_unless_open(study)
        _refuse_when_full(c, study)
        return insert_rater(c, study.id, _emptiest_arm(c, study), source=OPEN_LINK)

    return store.database.write(work)


def _refuse_when_full(c: Connection, study: Study, *, but: str = "") -> None:
    taken = places_taken(c, study, but=but)
    if taken >= study.design.open_quota:
        raise StudyFull(
            "This study has all the raters it needs",
            actual=f"{taken} joined",
            expected=f"at most {study.design.open_quota}",
            remedy="Open the link again later; a place is free again when somebody gives up",
        )


def invite(store: StudyStore, study_id: str, arm: str | None, label: str = "") -> str:
    """The token of a new invited rater, or of a reviewer where no arm is named."""

    def work(c: Connection) -> str:
        study = study_by_id(c, study_id)
        if arm is not None and c.scalar(select(arms.c.study).where(arms.c.id == arm)) != study.id:
            raise UsageError("The study has no such arm", actual=arm[:60])
        source = "reviewer" if arm is None else "invited"
        return insert_rater(c, study.id, arm, source=source, label=label)

    return store.database.write(work)


def _emptiest_arm(c: Connection, study: Study) -> str:
    """The arm with the smallest share of its places spoken for."""
    counted = (
        select(raters.c.arm, func.count())
        .where(raters.c.study == study.id, raters.c.arm.is_not(None), takes_a_place(study))
        .group_by(raters.c.arm)
    )
    taken = {arm: count for arm, count in c.execute(counted)}  # noqa: C416 - rows are no pairs
    order = select(arms.c.id).where(arms.c.study == study.id).order_by(arms.c.number)
    ids = list(c.scalars(order))
    sizes = dict(zip(ids, (arm.raters for arm in study.design.arms), strict=True))
    return min(ids, key=lambda arm: taken.get(arm, 0) / sizes[arm])


def consent(store: StudyStore, rater: Rater, viewing: dict[str, Any]) -> None:
    """Store that the rater agreed to the study's text and what the viewing check found.

    Takes a place in the plan. Raises NotOpen, StudyFull, UnknownInvite for a rater who has
    withdrawn. Saying it again changes nothing but the viewing check.
    """
    try:
        checked = as_json(viewing)
    except ValueError as error:
        raise UsageError("The viewing check holds what is no JSON") from error
    if len(checked) > LONGEST_VIEWING:
        raise UsageError("The viewing check says too much", actual=f"{len(checked)} characters")

    def work(c: Connection) -> None:
        study = study_by_id(c, rater.study, for_change=True)
        refuse_unless_open(study)
        refuse_erased(c, rater.id)
        text = hashlib.sha256(study.design.consent.encode()).hexdigest()
        agreed = {"consented_at": now(), "consent_text": text} if not rater.consented_at else {}
        c.execute(
            update(raters)
            .where(raters.c.id == rater.id)
            .values(**agreed, viewing=checked, seen_at=now())
        )
        if rater.arm is not None:
            _take_place(c, study, rater, rater.arm)

    store.database.write(work)


def _take_place(c: Connection, study: Study, rater: Rater, arm: str) -> None:
    if c.scalar(select(slots.c.id).where(slots.c.rater == rater.id)) is not None:
        return
    if rater.source == OPEN_LINK:
        _refuse_when_full(c, study, but=rater.id)  # others may have come before they agreed
    free = (
        select(slots.c.id)
        .where(slots.c.arm == arm, slots.c.rater.is_(None))
        .order_by(slots.c.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    slot = c.scalar(free) or _lapsed_place(c, study, arm)
    if slot is None:
        raise StudyFull(
            "Every place of this part of the study is taken",
            remedy="Ask the person who invited you; a place is free again when somebody gives up",
        )
    c.execute(update(slots).where(slots.c.id == slot).values(rater=rater.id))


def _lapsed_place(c: Connection, study: Study, arm: str) -> str | None:
    """A new place with what a rater who did nothing for the time of a lease left undone.

    What that rater answered stays; what is open belongs to the new place from now on. What a
    withdrawn one left undone was planned again.
    """
    lapsed = c.scalar(
        select(slots.c.id)
        .join(raters, raters.c.id == slots.c.rater)
        .where(slots.c.arm == arm, raters.c.seen_at < hours_ago(study.design.lease_hours))
        .where(raters.c.erased_at.is_(None))
        .where(select(trials.c.id).where(trials.c.slot == slots.c.id, UNDONE).exists())
        .order_by(slots.c.number)
        .limit(1)
    )
    if lapsed is None:
        return None
    slot = new_place(c, arm, lapsed)
    c.execute(update(trials).where(trials.c.slot == lapsed, UNDONE).values(slot=slot))
    return slot


def new_place(c: Connection, arm: str, before: str) -> str:
    """A further slot at the end of an arm's plan; its id says which slot it goes on with."""
    last = c.scalar(select(func.max(slots.c.number)).where(slots.c.arm == arm)) or 0
    slot = f"{before}.{last + 1}"
    c.execute(insert(slots), {"id": slot, "arm": arm, "number": last + 1})
    return slot


def plan_again(c: Connection, slot: str, arm: str) -> None:
    """The trials of a slot once more in a new one, for somebody else to take."""
    rows = c.execute(
        select(trials).where(trials.c.slot == slot).order_by(trials.c.position)
    ).mappings()
    kept = [dict(row) for row in rows]
    place = new_place(c, arm, slot)
    fresh = {"slot": place, "revision": 0, "state": "open"}
    if kept:
        c.execute(insert(trials), [{**row, **fresh, "id": new_trial_id()} for row in kept])
