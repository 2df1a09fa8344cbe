"""Signs that a rater's answers deserve a look. They flag; nothing is ever removed by a rule."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.studies.collecting.answers import Judgement
from evaluation.studies.collecting.design import Arm
from evaluation.studies.collecting.protocols import Protocol, protocol_by_id
from evaluation.studies.collecting.records import Trial
from evaluation.studies.collecting.standing import Standing, StudyContents
from evaluation.studies.collecting.statements import agree, claims_of, near, stated, truth_of

ENOUGH = 8
"""Answers below which nothing is said about a rater's habits."""
HASTY_SECONDS = 0.7
"""Nobody looks at a picture and presses a key in less, answer after answer."""
LEAST_GOLD_SHARE = 0.7
LEAST_REPEAT_SHARE = 0.6
ONE_ANSWER_SHARE = 0.95


@dataclass(frozen=True)
class Answered:
    """One answer of a rater, read."""

    trial: Trial
    standing: Standing
    said: tuple[Judgement, ...]


@dataclass(frozen=True)
class Flag:
    """One sign, by the rule that saw it."""

    rule: str
    sentence: str


def answers_of(contents: StudyContents, rater: str) -> tuple[Answered, ...]:
    """The answers of a rater that stand, in the order of the plan."""
    found = []
    for trial in contents.trials_of(rater):
        standing = contents.standing(trial.id)
        if standing.answer is not None:
            protocol = protocol_by_id(arm_of(contents, trial).protocol)
            said = tuple(stated(contents, protocol, trial, standing.answer))
            found.append(Answered(trial, standing, said))
    return tuple(found)


def arm_of(contents: StudyContents, trial: Trial) -> Arm:
    """The arm to which a trial belongs."""
    return contents.study.design.arms[contents.arm_of_slot[trial.slot]]


def flags_of(contents: StudyContents, rater: str) -> tuple[Flag, ...]:
    """Everything the rules see in a rater's answers and screen."""
    answered = answers_of(contents, rater)
    if not answered:
        return ()
    protocol = protocol_by_id(arm_of(contents, answered[0].trial).protocol)
    real = [each for each in answered if each.trial.phase == "vote"]
    rules = (
        _hasty(real),
        _one_answer(real),
        _gold(contents, protocol, answered),
        _repeats(protocol, answered),
        _screen(contents, rater),
    )
    return tuple(flag for flag in rules if flag is not None)


def _hasty(real: Sequence[Answered]) -> Flag | None:
    seconds = [each.standing.voted.seconds for each in real if each.standing.voted]
    if len(seconds) < ENOUGH or statistics.median(seconds) >= HASTY_SECONDS:
        return None
    return Flag("hasty", f"Half of the answers took less than {HASTY_SECONDS} s.")


def _one_answer(real: Sequence[Answered]) -> Flag | None:
    answers = [str(each.standing.answer) for each in real]
    if len(answers) < ENOUGH:
        return None
    most = max(answers.count(answer) for answer in set(answers))
    if most / len(answers) < ONE_ANSWER_SHARE:
        return None
    return Flag("one answer", f"{most} of {len(answers)} answers are the same.")


def _gold(contents: StudyContents, protocol: Protocol, answered: Sequence[Answered]) -> Flag | None:
    right = [is_right(contents, protocol, each) for each in answered if each.trial.phase == "gold"]
    known = [each for each in right if each is not None]
    if not known or sum(known) / len(known) >= LEAST_GOLD_SHARE:
        return None
    return Flag("gold", f"{sum(known)} of {len(known)} trials of known answer were right.")


def is_right(contents: StudyContents, protocol: Protocol, each: Answered) -> bool | None:
    """Whether an answer is the known one; None where none is known."""
    shown = [contents.items[id] for id in each.trial.pictures]
    if not each.said:
        return None
    said, truth = each.said[0], truth_of(protocol, shown)
    if protocol.compares_pair:
        return said.sided == truth if truth else None
    if protocol.scale is None:
        return (each.standing.answer or {}).get("choice") == truth if truth else None
    try:
        return near(protocol, said.score or 0.0, float(truth))
    except ValueError:
        return None


def _repeats(protocol: Protocol, answered: Sequence[Answered]) -> Flag | None:
    first = {each.trial.key: each for each in answered if each.trial.phase == "vote"}
    pairs = [
        (first[each.trial.key], each)
        for each in answered
        if each.trial.phase == "repeat" and each.trial.key in first
    ]
    if len(pairs) < 3:
        return None
    same = sum(_same(protocol, one, other) for one, other in pairs)
    if same / len(pairs) >= LEAST_REPEAT_SHARE:
        return None
    return Flag("repeats", f"{same} of {len(pairs)} repeated trials were answered alike.")


def _same(protocol: Protocol, one: Answered, other: Answered) -> bool:
    later = {claim.about: claim for claim in claims_of(other.said, other.trial)}
    return all(
        agree(protocol, claim, later[claim.about]) for claim in claims_of(one.said, one.trial)
    )


def _screen(contents: StudyContents, rater: str) -> Flag | None:
    patches = (contents.raters[rater].viewing or {}).get("patches")
    if not isinstance(patches, dict) or all(patches.values()):
        return None
    return Flag("screen", "Dark grays could not be told from black in the viewing check.")
