"""Quality assurance: a reviewer accepts, corrects or returns the answers of raters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from evaluation.studies.collecting.answers import Answer, AnswerRefused, checked
from evaluation.studies.collecting.design import Arm, Quality
from evaluation.studies.collecting.joining import refuse_unless_open
from evaluation.studies.collecting.protocols import protocol_by_id
from evaluation.studies.collecting.records import (
    Event,
    Kind,
    Rater,
    Trial,
    TrialState,
    rater_of,
    trial_of,
)
from evaluation.studies.collecting.schema import events, raters, slots, trials
from evaluation.studies.collecting.standing import REVIEWS, StudyContents, read_contents
from evaluation.studies.collecting.statements import Claim, agree, claims_of, stated
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.submission import Submission, check_form
from evaluation.studies.collecting.voting import (
    NotYours,
    Superseded,
    append,
    earlier_event,
    study_and_arm,
)


@dataclass(frozen=True)
class ToReview:
    """One answer that waits for a reviewer."""

    trial: Trial
    arm: Arm
    answer: Answer


def queue_of(store: StudyStore, reviewer: Rater) -> list[ToReview]:
    """The answers that wait for a reviewer, the oldest first."""
    contents = store.database.read(lambda c: read_contents(c, reviewer.study))
    waiting = [*_waiting(contents)]
    return sorted(waiting, key=lambda each: contents.events[each.trial.id][-1].stored_at)


def reviewed_count(store: StudyStore, reviewer: Rater) -> int:
    """How many answers the reviewer has judged."""
    query = select(events.c.client_id).where(events.c.author == reviewer.id)
    return len(store.database.read(lambda c: c.execute(query).all()))


def _waiting(contents: StudyContents) -> Iterator[ToReview]:
    for trial in contents.trials.values():
        arm = contents.study.design.arms[contents.arm_of_slot[trial.slot]]
        if arm.qa not in (Quality.REVIEW, Quality.ADJUDICATION) or trial.phase != "vote":
            continue
        standing = contents.standing(trial.id)
        last = contents.events.get(trial.id, ())[-1:]
        if standing.answer is None or last[0].kind in REVIEWS:
            continue
        if arm.qa is Quality.REVIEW or _is_disputed(contents, trial, arm):
            yield ToReview(trial, arm, standing.answer)


def _is_disputed(contents: StudyContents, trial: Trial, arm: Arm) -> bool:
    """Whether raters of the arm answered the same task differently."""
    protocol = protocol_by_id(arm.protocol)
    said: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for other in contents.same_task(trial):
        answer = contents.standing(other.id).answer
        if answer is None:
            continue
        for claim in claims_of(stated(contents, protocol, other, answer), other):
            said[claim.about].append(claim)
    pairs = (pair for claims in said.values() for pair in combinations(claims, 2))
    return not all(agree(protocol, one, other) for one, other in pairs)


def review(store: StudyStore, reviewer: Rater, sent: Submission) -> Event:
    """Store a reviewer's word on an answer; the rater's own stays beside it.

    Returning needs a reason, which the rater is shown. Raises as `voting.submit` does.
    """
    if sent.kind is Kind.RETURN and not sent.reason.strip():
        raise AnswerRefused("Returning an answer needs a reason", remedy="Say what to look at")
    check_form(sent, REVIEWS)
    try:
        return store.database.write(lambda c: _stored(c, reviewer, sent))
    except (Superseded, IntegrityError) as error:
        found = store.database.read(lambda c: earlier_event(c, reviewer.id, sent))
        if found is None:
            raise Superseded("This answer was changed or judged meanwhile") from error
        return found


def _stored(c: Connection, reviewer: Rater, sent: Submission) -> Event:
    found = earlier_event(c, reviewer.id, sent)
    if found is not None:
        return found
    asked = select(trials, slots.c.arm, slots.c.rater).join(slots, slots.c.id == trials.c.slot)
    row = c.execute(asked.where(trials.c.id == sent.trial)).one_or_none()
    if row is None or row.rater is None:
        raise NotYours("There is no such answer to review")
    study, arm = study_and_arm(c, row.arm)
    if study.id != reviewer.study or arm.qa not in (Quality.REVIEW, Quality.ADJUDICATION):
        raise NotYours("This answer is not for you to review")
    refuse_unless_open(study)
    trial = trial_of(row)
    if trial.state is not TrialState.VOTED or trial.revision != sent.revision:
        raise Superseded("This answer was changed or judged meanwhile")
    answer = None
    if sent.kind is Kind.CORRECT:
        answer = checked(protocol_by_id(arm.protocol), sent.answer, len(trial.pictures))
    rater = rater_of(c.execute(select(raters).where(raters.c.id == row.rater)).one())
    return append(c, study, trial, rater, sent, answer=answer, author=reviewer.id)
