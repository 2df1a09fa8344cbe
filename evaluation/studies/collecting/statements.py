"""What the answers of a trial state about its pictures, and what the right answer would be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evaluation.studies.collecting.answers import Answer, Judgement, judgements
from evaluation.studies.collecting.items import Item, Role
from evaluation.studies.collecting.protocols import Protocol
from evaluation.studies.collecting.records import Trial
from evaluation.studies.collecting.standing import StudyContents

TOLERANCE = 0.25
"""Scores agree within this share of the scale: one grade of five."""


@dataclass(frozen=True)
class Claim:
    """What an answer says of one picture or of one pair, in whatever order they were shown."""

    about: tuple[str, ...]
    """Ids of the pictures, those of a pair sorted, and the aspect."""
    preferred: str = ""
    """Id of the better picture, tie or unsure; empty where a score says all."""
    score: float = 0.0
    """Of a graded pair: how much better the first of `about` is."""


def stated(
    contents: StudyContents, protocol: Protocol, trial: Trial, answer: Answer
) -> list[Judgement]:
    """The judgements of an answer; scores of a picture and its reference become a difference."""
    made = judgements(protocol, answer, len(trial.pictures))
    if not protocol.against_reference:
        return made
    roles = [contents.items[id].role for id in trial.pictures]
    reference = roles.index(Role.REFERENCE)
    rated = 1 - reference
    difference = (made[rated].score or 0.0) - (made[reference].score or 0.0)
    return [Judgement(rated, score=difference)]


def claims_of(said: Iterable[Judgement], trial: Trial) -> Iterator[Claim]:
    """The judgements of an answer to a trial, freed of the order in which pictures stood."""
    for each in said:
        item = trial.pictures[each.item]
        if each.other is None:
            yield Claim((item, each.aspect), score=each.score or 0.0)
            continue
        other = trial.pictures[each.other]
        preferred = {"item": item, "other": other}.get(each.preference, each.preference)
        score = each.score or 0.0
        turned = -score if item > other else score
        yield Claim((*sorted((item, other)), each.aspect), preferred, turned)


def agree(protocol: Protocol, one: Claim, other: Claim) -> bool:
    """Whether two claims about the same prefer the same, or score it within `TOLERANCE`."""
    return one.preferred == other.preferred and near(protocol, one.score, other.score)


def near(protocol: Protocol, score: float, other: float) -> bool:
    """Whether two scores lie within `TOLERANCE` of the scale."""
    low, high = scale_of(protocol)
    return abs(score - other) <= TOLERANCE * (high - low)


def scale_of(protocol: Protocol) -> tuple[float, float]:
    """Lowest and highest score in the vote table."""
    low, high = protocol.scale or (0.0, 1.0)
    return (low - high, high - low) if protocol.against_reference else (low, high)


def truth_of(protocol: Protocol, shown: list[Item]) -> str:
    """The known answer to a trial; empty where there is none.

    Of one picture its truth, of a pair the preference that follows from the truths of both. Of
    several pictures, and of one against its hidden reference, nothing is known.
    """
    if len(shown) == 1:
        return shown[0].truth
    if not protocol.compares_pair:
        return ""
    try:
        left, right = (float(item.truth) for item in shown)
    except ValueError:
        return ""
    return "" if left == right else "item" if left > right else "other"
