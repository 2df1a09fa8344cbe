"""The datasheet of a study: what ITU-T P.910 (10/2023), section 14, asks to be reported.

Written from what is stored, so that it cannot say what was not done.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator

from evaluation.studies.collecting.design import Arm, Quality
from evaluation.studies.collecting.items import Role
from evaluation.studies.collecting.plan import audit_sides
from evaluation.studies.collecting.progress import (
    ArmProgress,
    RaterProgress,
    arm_progress,
    rater_progress,
)
from evaluation.studies.collecting.protocols import Shown, protocol_by_id
from evaluation.studies.collecting.records import Kind
from evaluation.studies.collecting.standing import StudyContents


def datasheet(contents: StudyContents) -> str:
    """Markdown; the same contents give the same text."""
    study = contents.study
    people = rater_progress(contents)
    parts = [
        f"# {study.title}",
        f"Study {study.id}, made {study.created_at[:10]} with {study.software}, "
        f"{'closed ' + study.closed_at[:10] if study.closed_at else 'still ' + study.state.value}. "
        f"Seed of every random order: {study.design.seed}.",
        "## Stimuli",
        *_stimuli(contents),
        "## Method",
        *(_method(arm) for arm in study.design.arms),
        "## Observers",
        *_observers(contents, people),
        "## Viewing conditions",
        *_viewing(contents),
        "## Votes",
        *(_votes(each) for each in arm_progress(contents)),
        *_events(contents),
        "## Left and right",
        *_sides(contents),
        "## Screening",
        *_screening(people),
        "## Consent",
        study.design.consent,
    ]
    return "\n\n".join(parts) + "\n"


def _stimuli(contents: StudyContents) -> Iterator[str]:
    roles = Counter(item.role for item in contents.items.values())
    rated = [item for item in contents.items.values() if item.role is Role.RATED]
    names = sorted({item.condition for item in rated})
    sizes = sorted({f"{item.width} x {item.height}" for item in contents.items.values()})
    counted = ", ".join(f"{count} {role.value}" for role, count in sorted(roles.items()))
    yield (
        f"{len(contents.items)} pictures ({counted}) of "
        f"{len({item.content for item in contents.items.values()})} contents. "
        f"Sizes in pixels: {', '.join(sizes[:12])}{' and more' if len(sizes) > 12 else ''}. "
        "Each is an 8-bit PNG named by its SHA-256 and shown without loss."
    )
    yield f"Conditions: {', '.join(names)}."
    said = Counter(name for item in rated for name in item.characteristics)
    if said:
        counts = ", ".join(f"{name} {count}" for name, count in said.most_common())
        yield f"Image characteristics (several each): {counts}."


def _method(arm: Arm) -> str:
    protocol = protocol_by_id(arm.protocol)
    answers = ", ".join(choice.label or choice.value for choice in protocol.choices)
    qa = {
        Quality.NONE: "none",
        Quality.REVIEW: "a reviewer looked at every answer",
        Quality.CONSENSUS: "the median of an item's raters stands beside the score of each",
        Quality.ADJUDICATION: "a reviewer looked at answers on which raters differed",
    }[arm.qa]
    return (
        f"**Arm {arm.name}.** {protocol.title} ({protocol.source}): “{protocol.question}” "
        f"{'Answers: ' + answers + '. ' if answers else ''}"
        f"Instructions: {arm.stage.value}, {len(arm.instructions.split())} words. "
        f"Quality assurance: {qa}. Provider: {arm.provider or 'not stated'}. "
        f"Places: {arm.raters}; votes for each item: {arm.votes_per_item or arm.raters}; "
        f"training trials: {arm.training}; gold share {arm.gold_share:g}; "
        f"repeat share {arm.repeat_share:g}; pay for one answer {arm.pay:g}."
    )


def _observers(contents: StudyContents, people: list[RaterProgress]) -> Iterator[str]:
    states = Counter(each.state for each in people)
    begun = sum(each.rater.consented_at is not None and bool(each.arm) for each in people)
    yield (
        f"{begun} raters began; "
        + ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        + "."
    )
    if begun < 15:
        yield "With fewer than 15 observers, ITU-R BT.500-15 calls a test informal."
    texts = {each.rater.consent_text for each in people if each.rater.consent_text}
    yield f"Consent texts agreed to: {len(texts)} version(s)."


def _viewing(contents: StudyContents) -> Iterator[str]:
    rule = "as the rater liked; zoom was logged" if contents.study.design.allow_zoom else (
        "one image pixel to one screen pixel; votes on scaled pictures were refused"
    )  # fmt: skip
    yield f"Uncontrolled surroundings, gray background. Pictures were shown {rule}."
    screens = [r.viewing for r in contents.raters.values() if r.viewing]
    ratios = Counter(str(screen.get("ratio")) for screen in screens)
    sizes = Counter("x".join(map(str, screen.get("screen") or ["?"])) for screen in screens)
    if screens:
        yield (
            "Screen pixels per page pixel: "
            + _counts(ratios)
            + ". Screens: "
            + _counts(sizes)
            + "."
        )


def _counts(counter: Counter[str]) -> str:
    ordered = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{name} ({count})" for name, count in ordered[:8])


def _votes(arm: ArmProgress) -> str:
    agreement = "" if arm.agreement is None else (
        f" Two raters of one item agree within a quarter of the scale in "
        f"{100 * arm.agreement:.0f} % of cases."
    )  # fmt: skip
    cost = f" Cost: {arm.cost:.2f}." if arm.cost else ""
    return f"**Arm {arm.name}.** {arm.done} of {arm.planned} planned votes stand.{agreement}{cost}"


def _events(contents: StudyContents) -> Iterator[str]:
    every = [event for events in contents.events.values() for event in events]
    kinds = Counter(event.kind.value for event in every)
    erased = sum(
        event.kind in (Kind.VOTE, Kind.CORRECT) and event.answer is None for event in every
    )
    if every:
        yield (
            f"{len(every)} events: {_counts(kinds)}. "
            f"{erased} answers were erased because their raters withdrew."
        )
    seconds = [event.seconds for event in every if event.kind is Kind.VOTE]
    if seconds:
        yield f"Median time on task, without idle time: {statistics.median(seconds):.1f} s."


def _sides(contents: StudyContents) -> Iterator[str]:
    arms = contents.study.design.arms
    pairs = [
        (contents.rater_of_slot[trial.slot] or trial.slot, trial)
        for trial in contents.trials.values()
        if trial.phase == "vote"
        and protocol_by_id(arms[contents.arm_of_slot[trial.slot]].protocol).shown is Shown.PAIR
    ]
    if not pairs:
        yield "Nothing was compared side by side."
        return
    planned = audit_sides([(rater, trial.pictures) for rater, trial in pairs])
    done = audit_sides(
        [(rater, t.pictures) for rater, t in pairs if contents.standing(t.id).answer is not None]
    )
    for name, audit in (("planned", planned), ("committed", done)):
        yield (
            f"Of {audit.showings} {name} showings, no rater saw one side more than "
            f"{audit.worst_of_a_rater} times more often, no pair stood on one side more than "
            f"{audit.worst_of_a_pair} times more often."
        )


def _screening(people: list[RaterProgress]) -> Iterator[str]:
    flagged = [each for each in people if each.flags]
    yield f"{len(flagged)} of {len(people)} raters are flagged. No vote was removed by a rule."
    for each in flagged:
        yield f"- {each.rater.id}: {' '.join(flag.sentence for flag in each.flags)}"
