"""What a rater's or reviewer's browser is told. Nothing in it says what made a picture."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from evaluation.studies.collecting.design import Arm, Stage
from evaluation.studies.collecting.items import Role
from evaluation.studies.collecting.protocols import Protocol, protocol_by_id
from evaluation.studies.collecting.records import (
    TO_DO,
    Rater,
    State,
    Study,
    Trial,
    TrialState,
    item_of,
    trial_of,
)
from evaluation.studies.collecting.reviewing import ToReview, queue_of, reviewed_count
from evaluation.studies.collecting.schema import arms, events, items, slots, trials
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.voting import last_done, next_trial
from ui.rate.feedback import right_answer
from ui.rate.pictures import example_key, picture_keys, reference_key

MOST_EXAMPLES = 4


def session_view(store: StudyStore, rater: Rater) -> dict[str, Any]:
    """Where a rater is: what to agree to, what to answer next, or the end."""
    study = store.study(rater.study)
    if rater.is_reviewer:
        return {**_frame(study), "stage": "review", **review_view(store, rater)}
    view = store.database.read(lambda c: _rater_view(c, study, rater))
    return {**_frame(study), **view}


def review_view(store: StudyStore, reviewer: Rater) -> dict[str, Any]:
    """The first answer that waits for a reviewer, and how many do."""
    waiting = queue_of(store, reviewer)
    first = waiting[0] if waiting else None
    return {
        "progress": {
            "done": reviewed_count(store, reviewer),
            "total": reviewed_count(store, reviewer) + len(waiting),
        },
        "arm": arm_view(first.arm) if first else None,
        "trial": _reviewed_view(first) if first else None,
    }


def _frame(study: Study) -> dict[str, Any]:
    design = study.design
    return {
        "study": {
            "title": design.title,
            "state": study.state.value,
            "consent": design.consent,
            "allowZoom": design.allow_zoom,
            "breakMinutes": design.break_minutes,
            "endText": design.end_text,
        }
    }


def _rater_view(c: Connection, study: Study, rater: Rater) -> dict[str, Any]:
    number = c.scalar(select(arms.c.number).where(arms.c.id == rater.arm))
    assert number is not None
    arm = study.design.arms[number - 1]
    view: dict[str, Any] = {
        "arm": arm_view(arm),
        "examples": _examples(c, study, arm),
        "progress": _progress(c, rater.id),
        "trial": None,
        "canUndo": False,
    }
    has_place = c.scalar(select(slots.c.id).where(slots.c.rater == rater.id)) is not None
    if study.state is not State.OPEN:
        return {**view, "stage": study.state.value}
    if rater.consented_at is None or not has_place:
        return {**view, "stage": "consent"}
    trial = next_trial(c, rater.id)
    view["canUndo"] = last_done(c, rater.id) is not None
    if trial is None:
        return {**view, "stage": "done"}
    protocol = protocol_by_id(arm.protocol)
    return {
        **view,
        "stage": "trial",
        "trial": trial_view(protocol, trial, _returned_because(c, trial)),
        "ahead": _ahead(c, protocol, trial),
    }


def undoable_view(store: StudyStore, rater: Rater) -> dict[str, Any]:
    """The trial whose answer Undo takes back; null where there is none."""
    trial = store.database.read(lambda c: last_done(c, rater.id))
    return {"trial": {"id": trial.id, "revision": trial.revision} if trial else None}


def arm_view(arm: Arm) -> dict[str, Any]:
    """The question of an arm and its answers."""
    protocol = protocol_by_id(arm.protocol)
    return {
        "question": protocol.question,
        "shown": protocol.shown.value,
        "widget": protocol.widget.value,
        "choices": [vars(choice) for choice in protocol.choices],
        "aspects": list(protocol.aspects),
        "scale": list(protocol.scale) if protocol.scale else None,
        "instructions": arm.instructions,
    }


def trial_view(protocol: Protocol, trial: Trial, returned: str = "") -> dict[str, Any]:
    """One trial. Gold and repeated ones look like all others."""
    return {
        "id": trial.id,
        "revision": trial.revision,
        "training": trial.phase == "training",
        "pictures": picture_keys(trial),
        "reference": reference_key(trial) if protocol.has_reference else None,
        "returned": returned,
    }


def _reviewed_view(waiting: ToReview) -> dict[str, Any]:
    protocol = protocol_by_id(waiting.arm.protocol)
    return {**trial_view(protocol, waiting.trial), "answer": waiting.answer}


def _progress(c: Connection, rater: str) -> dict[str, int]:
    counted = select(func.count()).select_from(trials).join(slots, slots.c.id == trials.c.slot)
    counted = counted.where(slots.c.rater == rater, trials.c.phase != "training")
    total = c.scalar(counted) or 0
    return {
        "done": total - (c.scalar(counted.where(trials.c.state.in_(TO_DO))) or 0),
        "total": total,
    }


def _returned_because(c: Connection, trial: Trial) -> str:
    if trial.state is not TrialState.RETURNED:
        return ""
    latest = (events.c.trial == trial.id) & (events.c.revision == trial.revision)
    return c.scalar(select(events.c.reason).where(latest)) or ""


def _ahead(c: Connection, protocol: Protocol, trial: Trial) -> list[str]:
    """Pictures of the trial after this one, to be loaded meanwhile."""
    following = (
        select(trials)
        .where(trials.c.slot == trial.slot, trials.c.position > trial.position)
        .where(trials.c.state.in_(TO_DO))
        .order_by(trials.c.position)
        .limit(1)
    )
    row = c.execute(following).one_or_none()
    if row is None:
        return []
    coming = trial_of(row)
    extra = [reference_key(coming)] if protocol.has_reference else []
    return [*extra, *picture_keys(coming)]


def _examples(c: Connection, study: Study, arm: Arm) -> list[dict[str, str]]:
    """Training pictures with what is to be said of them, for instructions with pictures."""
    if arm.stage is not Stage.PICTURES:
        return []
    chosen = (items.c.study == study.id) & (items.c.role == Role.TRAINING.value)
    rows = c.execute(select(items).where(chosen).order_by(items.c.id).limit(MOST_EXAMPLES))
    protocol = protocol_by_id(arm.protocol)
    return [
        {"key": example_key(study.id, item.id), "says": right_answer(protocol, [item])}
        for item in map(item_of, rows)
    ]
