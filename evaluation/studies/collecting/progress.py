"""How a study is getting on: votes, pace, cost, agreement, and who is stuck."""

from __future__ import annotations

import datetime
import statistics
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import Connection, func, select

from evaluation.studies.collecting.flags import Flag, answers_of, flags_of
from evaluation.studies.collecting.plan import SideAudit, audit_sides
from evaluation.studies.collecting.protocols import Shown, protocol_by_id
from evaluation.studies.collecting.quota import places_taken
from evaluation.studies.collecting.records import TO_DO, Rater, State, Study, TrialState, hours_ago
from evaluation.studies.collecting.schema import arms, events, slots, trials
from evaluation.studies.collecting.standing import StudyContents
from evaluation.studies.collecting.statements import Claim, agree, claims_of
from evaluation.studies.collecting.store import StudyStore

STUCK_HOURS = 24.0
SECONDS_A_TRIAL = 6
"""Guess for somebody who wonders how long it takes; what people take is shown once they voted."""


@dataclass(frozen=True)
class OpenStudy:
    """A study that takes raters by its open link."""

    title: str
    sentence: str
    token: str
    places_left: int


@dataclass(frozen=True)
class StudySummary:
    """One line of the list of studies."""

    study: Study
    done: int
    planned: int
    last_hour: int
    """Votes of the last hour that stand."""


@dataclass(frozen=True)
class RaterProgress:
    """One line of the list of raters."""

    rater: Rater
    arm: str
    done: int
    total: int
    median_seconds: float | None
    state: str
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class ArmProgress:
    """One arm so far."""

    name: str
    done: int
    planned: int
    cost: float
    agreement: float | None
    """Share of pairs of raters who agree on an item within a quarter of the scale."""
    sides: SideAudit | None
    """Of all planned showings of pairs; None where nothing has sides."""


def open_studies(store: StudyStore) -> list[OpenStudy]:
    """What the lobby shows."""

    def work(c: Connection) -> list[OpenStudy]:
        found = []
        for study in store.all_studies():
            if study.state is State.OPEN and study.open_token and not study.builtin:
                found.append(_open_study(c, study, study.open_token))
        return found

    return store.database.read(work)


def _open_study(c: Connection, study: Study, token: str) -> OpenStudy:
    in_plan = select(func.count()).select_from(trials).join(slots, slots.c.id == trials.c.slot)
    in_plan = in_plan.join(arms, arms.c.id == slots.c.arm).where(arms.c.study == study.id)
    places = sum(arm.raters for arm in study.design.arms)
    each = max(1, round((c.scalar(in_plan) or 0) / max(places, 1)))
    left = max(study.design.open_quota - places_taken(c, study), 0)
    minutes = max(1, round(each * SECONDS_A_TRIAL / 60))
    sentence = f"{each} {'question' if each == 1 else 'questions'}, about {minutes} min. "
    sentence += f"{left} of {study.design.open_quota} places are free."
    return OpenStudy(study.title, sentence, token, left)


def summaries(store: StudyStore) -> list[StudySummary]:
    """Every study with its counts, the newest first."""
    studies = store.all_studies()

    def work(c: Connection) -> list[StudySummary]:
        real = trials.c.phase != "training"
        counted = (
            select(arms.c.study, trials.c.state, func.count())
            .join(slots, slots.c.arm == arms.c.id)
            .join(trials, trials.c.slot == slots.c.id)
            .where(real)
            .group_by(arms.c.study, trials.c.state)
        )
        counts: dict[str, dict[str, int]] = defaultdict(dict)
        for study, state, count in c.execute(counted):
            counts[study][state] = count
        recent = (
            select(events.c.study, func.count(events.c.trial.distinct()))
            .join(trials, trials.c.id == events.c.trial)
            .where(events.c.kind == "vote", events.c.stored_at > hours_ago(1))
            .where(real, trials.c.state == TrialState.VOTED)
            .group_by(events.c.study)
        )
        last_hour = {study: count for study, count in c.execute(recent)}  # noqa: C416 - rows
        return [
            StudySummary(
                study,
                counts[study.id].get(TrialState.VOTED, 0),
                sum(counts[study.id].values()),
                last_hour.get(study.id, 0),
            )
            for study in studies
        ]

    return store.database.read(work)


def arm_progress(contents: StudyContents) -> list[ArmProgress]:
    """Each arm so far."""
    return [_arm(contents, number) for number in range(len(contents.study.design.arms))]


def _arm(contents: StudyContents, number: int) -> ArmProgress:
    arm = contents.study.design.arms[number]
    protocol = protocol_by_id(arm.protocol)
    of_arm = [
        trial
        for trial in contents.trials.values()
        if contents.arm_of_slot[trial.slot] == number and trial.phase != "training"
    ]
    voted = [trial for trial in of_arm if contents.standing(trial.id).answer is not None]
    sides = [(trial.slot, trial.pictures) for trial in of_arm if trial.phase == "vote"]
    return ArmProgress(
        name=arm.name,
        done=len(voted),
        planned=len(of_arm),
        cost=arm.pay * len(voted),
        agreement=_agreement(contents, number),
        sides=audit_sides(sides) if protocol.shown is Shown.PAIR else None,
    )


def _agreement(contents: StudyContents, number: int) -> float | None:
    """Pairs of raters who said alike of the same task, as a share of all such pairs."""
    said: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for rater in contents.raters:
        for each in answers_of(contents, rater):
            if contents.arm_of_slot[each.trial.slot] == number and each.trial.phase == "vote":
                for claim in claims_of(each.said, each.trial):
                    said[each.trial.key, *claim.about].append(claim)
    pairs = [pair for claims in said.values() for pair in combinations(claims, 2)]
    if not pairs:
        return None
    protocol = protocol_by_id(contents.study.design.arms[number].protocol)
    return sum(agree(protocol, one, other) for one, other in pairs) / len(pairs)


def rater_progress(contents: StudyContents) -> list[RaterProgress]:
    """Each rater and reviewer."""
    return [_rater(contents, rater) for rater in contents.raters.values()]


def _rater(contents: StudyContents, rater: Rater) -> RaterProgress:
    own = [trial for trial in contents.trials_of(rater.id) if trial.phase != "training"]
    left = sum(trial.state in TO_DO for trial in own)
    voted = [contents.standing(trial.id).voted for trial in own]
    seconds = [vote.seconds for vote in voted if vote is not None]
    arms_by_id = {
        f"{contents.study.id}.{n}": a for n, a in enumerate(contents.study.design.arms, 1)
    }
    return RaterProgress(
        rater=rater,
        arm=arms_by_id[rater.arm].name if rater.arm else "",
        done=len(own) - left,
        total=len(own),
        median_seconds=statistics.median(seconds) if seconds else None,
        state=_state(rater, len(own), left),
        flags=() if rater.erased_at else flags_of(contents, rater.id),
    )


def _state(rater: Rater, total: int, left: int) -> str:
    if rater.erased_at:
        return "withdrawn"
    if rater.is_reviewer:
        return "reviewer"
    if rater.consented_at is None:
        return "not begun"
    if total and not left:
        return "finished"
    seen = datetime.datetime.fromisoformat(rater.seen_at or rater.consented_at)
    idle = datetime.datetime.now(datetime.UTC) - seen
    return "stuck" if idle > datetime.timedelta(hours=STUCK_HOURS) else "rating"
