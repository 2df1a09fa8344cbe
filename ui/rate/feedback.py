"""Training: what a rater is told after an answer to a trial whose answer is known."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from evaluation.studies.collecting.items import Item
from evaluation.studies.collecting.protocols import Protocol, protocol_by_id
from evaluation.studies.collecting.records import Event, Kind, Rater, item_of, trial_of
from evaluation.studies.collecting.schema import arms, items, trials
from evaluation.studies.collecting.statements import truth_of
from evaluation.studies.collecting.store import StudyStore, study_by_id


def feedback_view(store: StudyStore, rater: Rater, event: Event) -> dict[str, Any] | None:
    """After a training vote: the right answer and whether it was given; None otherwise."""
    if event.kind is not Kind.VOTE:
        return None

    def work(c: Connection) -> dict[str, Any] | None:
        row = c.execute(select(trials).where(trials.c.id == event.trial)).one()
        if row.phase != "training":
            return None
        trial = trial_of(row)
        study = study_by_id(c, rater.study)
        number = c.scalar(select(arms.c.number).where(arms.c.id == rater.arm)) or 1
        protocol = protocol_by_id(study.design.arms[number - 1].protocol)
        of_trial = (items.c.study == study.id) & items.c.id.in_(trial.pictures)
        found = {row.id: item_of(row) for row in c.execute(select(items).where(of_trial))}
        shown = [found[id] for id in trial.pictures]
        return {
            "right": right_answer(protocol, shown),
            "given": _given(protocol, event.answer or {}),
            "note": " ".join(dict.fromkeys(item.feedback for item in shown if item.feedback)),
        }

    return store.database.read(work)


def right_answer(protocol: Protocol, shown: list[Item]) -> str:
    """The known answer in words; empty where there is none."""
    truth = truth_of(protocol, shown)
    if protocol.compares_pair:
        return {"item": "Left is better", "other": "Right is better"}.get(truth, "")
    labels = {choice.value: choice.label for choice in protocol.choices}
    label = labels.get(truth, "")
    return f"{truth} · {label}" if label and label.lower() != truth else label or truth


def _given(protocol: Protocol, answer: dict[str, Any]) -> str:
    labels = {choice.value: choice.label for choice in protocol.choices}
    choice = answer.get("choice", "")
    label = labels.get(choice, "")
    return f"{choice} · {label}" if protocol.scale and label else label or choice
