"""Where a trial stands after its events: the answer that counts, and the one before a review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, select

from evaluation.studies.collecting.answers import Answer
from evaluation.studies.collecting.items import Item
from evaluation.studies.collecting.records import (
    LEAVES,
    Event,
    Kind,
    Rater,
    Study,
    Trial,
    TrialState,
    event_of,
    item_of,
    rater_of,
    trial_of,
)
from evaluation.studies.collecting.schema import arms, events, items, raters, slots, trials
from evaluation.studies.collecting.store import study_by_id

REVIEWS = (Kind.ACCEPT, Kind.CORRECT, Kind.RETURN)


@dataclass(frozen=True)
class Standing:
    """What a trial's events add up to."""

    state: TrialState = TrialState.OPEN
    revision: int = 0
    answer: Answer | None = None
    """The answer that counts; None where there is none, or it was erased."""
    before: Answer | None = None
    """The rater's own first answer, where a reviewer has looked at it."""
    voted: Event | None = None
    """The rater's vote that counts."""
    reviewed: Event | None = None
    """The last word of a reviewer."""


def standing_of(history: Iterable[Event]) -> Standing:
    """Fold the events of one trial, in order of their revisions."""
    standing = Standing()
    before: Answer | None = None
    for event in history:
        answer, voted, reviewed = standing.answer, standing.voted, standing.reviewed
        if event.kind is Kind.VOTE:
            answer, voted = event.answer, event
        elif event.kind in (Kind.SKIP, Kind.UNDO):
            answer, voted, reviewed = None, None, None
            before = None
        else:
            before = before or answer
            reviewed = event
            if event.kind is Kind.CORRECT:
                answer = event.answer
            elif event.kind is Kind.RETURN:
                answer = None
        standing = Standing(LEAVES[event.kind], event.revision, answer, before, voted, reviewed)
    return standing


@dataclass(frozen=True)
class StudyContents:
    """Everything that is stored about one study, read in one view."""

    study: Study
    items: Mapping[str, Item]
    raters: Mapping[str, Rater]
    trials: Mapping[str, Trial]
    arm_of_slot: Mapping[str, int]
    """Number of the arm, from 0."""
    rater_of_slot: Mapping[str, str | None]
    events: Mapping[str, tuple[Event, ...]]
    """By trial, in order of their revisions."""

    @cached_property
    def _standings(self) -> Mapping[str, Standing]:
        return {trial: standing_of(self.events.get(trial, ())) for trial in self.trials}

    @cached_property
    def _of_rater(self) -> Mapping[str | None, list[Trial]]:
        found: dict[str | None, list[Trial]] = defaultdict(list)
        for trial in self.trials.values():
            found[self.rater_of_slot[trial.slot]].append(trial)
        return found

    @cached_property
    def _alike(self) -> Mapping[tuple[int, str, str], list[Trial]]:
        found: dict[tuple[int, str, str], list[Trial]] = defaultdict(list)
        for trial in self.trials.values():
            found[self.arm_of_slot[trial.slot], trial.key, trial.phase].append(trial)
        return found

    def standing(self, trial: str) -> Standing:
        """Where a trial stands."""
        return self._standings[trial]

    def trials_of(self, rater: str) -> Sequence[Trial]:
        """A rater's trials, in the order of the plan."""
        return self._of_rater.get(rater, ())

    def same_task(self, trial: Trial) -> Sequence[Trial]:
        """The trials of all raters of the arm that ask the same in the same phase."""
        return self._alike[self.arm_of_slot[trial.slot], trial.key, trial.phase]


def read_contents(c: Connection, study_id: str) -> StudyContents:
    """Read a whole study; raises UnknownStudy."""
    study = study_by_id(c, study_id)
    places = c.execute(
        select(slots.c.id, slots.c.rater, arms.c.number)
        .join(arms, arms.c.id == slots.c.arm)
        .where(arms.c.study == study_id)
    ).all()
    its_trials = (
        select(trials)
        .join(slots, slots.c.id == trials.c.slot)
        .join(arms, arms.c.id == slots.c.arm)
        .where(arms.c.study == study_id)
        .order_by(arms.c.number, slots.c.number, trials.c.position)
    )
    history: dict[str, list[Event]] = {}
    order = select(events).where(events.c.study == study_id).order_by(events.c.revision)
    for row in c.execute(order):
        history.setdefault(row.trial, []).append(event_of(row))
    of_study = select(items).where(items.c.study == study_id)
    sorted_items = c.execute(of_study.order_by(items.c.content, items.c.condition))
    people = c.execute(
        select(raters).where(raters.c.study == study_id).order_by(raters.c.invited_at, raters.c.id)
    )
    return StudyContents(
        study=study,
        items={row.id: item_of(row) for row in sorted_items},
        raters={row.id: rater_of(row) for row in people},
        trials={row.id: trial_of(row) for row in c.execute(its_trials)},
        arm_of_slot={place.id: place.number - 1 for place in places},
        rater_of_slot={place.id: place.rater for place in places},
        events={trial: tuple(each) for trial, each in history.items()},
    )
