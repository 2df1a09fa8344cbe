"""What the answers of a trial state about its pictures, and what the right answer would be."""

from __future__ import annotations

from evaluation.studies.collecting.answers import Answer, Judgement, judgements
from evaluation.studies.collecting.items import Item, Role
from evaluation.studies.collecting.protocols import Protocol
from evaluation.studies.collecting.records import Trial
from evaluation.studies.collecting.standing import StudyContents


def stated(
    contents: StudyContents, protocol: Protocol, trial: Trial, answer: Answer
) -> list[Judgement]:
    """The judgements of an answer; those of a picture against its reference become one."""
    made = judgements(protocol, answer, len(trial.pictures))
    if not protocol.against_reference:
        return made
    roles = [contents.items[id].role for id in trial.pictures]
    reference = roles.index(Role.REFERENCE)
    rated = 1 - reference
    difference = (made[rated].score or 0.0) - (made[reference].score or 0.0)
    return [Judgement(rated, reference, score=difference)]


def scale_of(protocol: Protocol) -> tuple[float, float]:
    """Lowest and highest score in the vote table."""
    low, high = protocol.scale or (0.0, 1.0)
    return (low - high, high - low) if protocol.against_reference else (low, high)


def expected(protocol: Protocol, shown: list[Item]) -> str:
    """The preference that follows from the truths of a pair; empty where none does."""
    if not protocol.is_comparison:
        return ""
    try:
        left, right = (float(item.truth) for item in shown)
    except ValueError:
        return ""
    return "" if left == right else "item" if left > right else "other"
