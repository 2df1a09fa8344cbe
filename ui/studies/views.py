"""What an owner's browser is told about studies."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evaluation.studies.collecting.creation import invite_link, join_link
from evaluation.studies.collecting.design import CHARACTERISTICS, Design, Quality, Stage
from evaluation.studies.collecting.items import Role
from evaluation.studies.collecting.progress import (
    ArmProgress,
    RaterProgress,
    StudySummary,
    arm_progress,
    rater_progress,
    summaries,
)
from evaluation.studies.collecting.protocols import PROTOCOLS, protocol_by_id
from evaluation.studies.collecting.records import State, Study, hours_ago
from evaluation.studies.collecting.standing import StudyContents, read_contents
from evaluation.studies.collecting.store import StudyStore

STAGES = {
    Stage.MINIMAL: "Minimal text",
    Stage.EXTENDED: "Extended text",
    Stage.PICTURES: "Extended text and pictures",
}
QUALITIES = {
    Quality.NONE: "None",
    Quality.REVIEW: "A reviewer looks at every answer",
    Quality.CONSENSUS: "The median of the raters counts",
    Quality.ADJUDICATION: "A reviewer looks where raters differ",
}


def choices_view() -> dict[str, Any]:
    """Everything a design can choose from."""
    return {
        "protocols": [{"value": protocol.id, "label": protocol.title} for protocol in PROTOCOLS],
        "stages": [{"value": stage.value, "label": label} for stage, label in STAGES.items()],
        "qualities": [{"value": q.value, "label": label} for q, label in QUALITIES.items()],
        "roles": [role.value for role in Role],
        "characteristics": list(CHARACTERISTICS),
        "consent": Design.consent,
    }


def list_view(store: StudyStore) -> list[dict[str, Any]]:
    """Every study on one line."""
    return [_summary(each) for each in summaries(store)]


def _summary(each: StudySummary) -> dict[str, Any]:
    return {
        **_study(each.study),
        "done": each.done,
        "planned": each.planned,
        "lastHour": each.last_hour,
    }


def _study(study: Study) -> dict[str, Any]:
    return {
        "id": study.id,
        "title": study.title,
        "state": study.state.value,
        "created": study.created_at,
        "closed": study.closed_at,
        "builtin": study.builtin,
        "arms": len(study.design.arms),
    }


def study_view(store: StudyStore, id: str) -> dict[str, Any]:
    """One study for its tabs; raises UnknownStudy."""
    contents = store.database.read(lambda c: read_contents(c, id))
    study = contents.study
    people = rater_progress(contents)
    arms = arm_progress(contents)
    return {
        **_study(study),
        "openLink": join_link(study.open_token)
        if study.open_token and not study.builtin and study.state is not State.CLOSED
        else None,
        "openQuota": study.design.open_quota,
        "seed": study.design.seed,
        "allowZoom": study.design.allow_zoom,
        "currency": study.design.currency,
        "consent": study.design.consent,
        "pictures": len({item.stimulus for item in contents.items.values()}),
        "contents": len({item.content for item in contents.items.values()}),
        "conditions": sorted({item.condition for item in contents.items.values()}),
        "done": sum(arm.done for arm in arms),
        "events": sum(map(len, contents.events.values())),
        "planned": sum(arm.planned for arm in arms),
        "lastHour": _last_hour(contents),
        "cost": sum(arm.cost for arm in arms),
        "byArm": [_arm(contents, number, arm) for number, arm in enumerate(arms)],
        "raters": [_rater(each) for each in people],
        "stuck": sum(each.state == "stuck" for each in people),
    }


def _last_hour(contents: StudyContents) -> int:
    """Votes of the last hour that stand."""
    standing = (contents.standing(trial.id) for trial in contents.trials.values())
    votes = (each.voted for each in standing if each.answer is not None)
    return sum(vote is not None and vote.stored_at > hours_ago(1) for vote in votes)


def _arm(contents: StudyContents, number: int, progress: ArmProgress) -> dict[str, Any]:
    arm = contents.study.design.arms[number]
    sides = progress.sides
    return {
        "id": f"{contents.study.id}.{number + 1}",
        "name": arm.name,
        "protocol": protocol_by_id(arm.protocol).title,
        "stage": STAGES[arm.stage],
        "qa": QUALITIES[arm.qa],
        "provider": arm.provider,
        "pay": arm.pay,
        "places": arm.raters,
        "training": arm.training,
        "gold": arm.gold_share,
        "repeats": arm.repeat_share,
        "instructions": arm.instructions,
        "done": progress.done,
        "planned": progress.planned,
        "cost": progress.cost,
        "agreement": progress.agreement,
        "sides": asdict(sides) if sides else None,
    }


def _rater(each: RaterProgress) -> dict[str, Any]:
    rater = each.rater
    return {
        "id": rater.id,
        "label": rater.label,
        "arm": each.arm,
        "source": rater.source,
        "state": each.state,
        "done": each.done,
        "total": each.total,
        "medianSeconds": each.median_seconds,
        "seen": rater.seen_at,
        "link": None if rater.erased_at or rater.source == "visitor" else invite_link(rater.token),
        "flags": [flag.sentence for flag in each.flags],
    }
