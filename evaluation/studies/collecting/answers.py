"""Answers: checked against their protocol, then read as scores and preferences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from evaluation.studies.collecting.protocols import LEFT, RIGHT, Protocol, Shown, Widget
from restoration.errors import UsageError

Answer = dict[str, Any]
"""JSON of one key: choice, scores, ranks, best and worst, marks, or text."""

MOST_MARKS = 200
LONGEST_TEXT = 4000
LARGEST = 1e6
"""Pixels along one side, more than any picture has."""


class AnswerRefused(UsageError):
    """What was sent is no answer to the question of the trial."""


@dataclass(frozen=True)
class Judgement:
    """One statement of an answer about one picture, or about one against another."""

    item: int
    """Position of the picture in the trial, from 0."""
    other: int | None = None
    score: float | None = None
    preference: str = ""
    """item, other, tie or unsure; empty where the protocol compares nothing."""
    aspect: str = ""

    @property
    def sided(self) -> str:
        """The preference, also of a graded pair."""
        if self.preference or self.score is None:
            return self.preference
        return "item" if self.score > 0 else "other" if self.score < 0 else "tie"


def checked(protocol: Protocol, answer: object, pictures: int) -> Answer:
    """The answer in its one form; raises AnswerRefused.

    pictures: how many are rated in the trial. Whatever else was sent beside it is dropped.
    """
    given = answer if isinstance(answer, dict) else {}
    made = _CHECKS[protocol.widget](protocol, given, pictures)
    if made is None:
        raise AnswerRefused(
            "This is no answer to the question",
            actual=str(answer)[:200],
            expected=_expected(protocol, pictures),
            remedy="Reload the page and answer again",
        )
    return made


def _choice(protocol: Protocol, given: Answer, _: int) -> Answer | None:
    choice = given.get("choice")
    known = any(choice == each.value for each in protocol.choices)
    return {"choice": choice} if known else None


def _scores(protocol: Protocol, given: Answer, pictures: int) -> Answer | None:
    assert protocol.scale is not None
    low, high = protocol.scale
    scores = given.get("scores")
    wanted = len(protocol.aspects) or pictures
    if not isinstance(scores, list) or len(scores) != wanted:
        return None
    if not all(_is_number(score) and low <= score <= high for score in scores):
        return None
    return {"scores": [round(float(score), 3) for score in scores]}


def _ranks(_: Protocol, given: Answer, pictures: int) -> Answer | None:
    ranks = given.get("ranks")
    if not isinstance(ranks, list) or not all(type(rank) is int for rank in ranks):
        return None
    return {"ranks": ranks} if sorted(ranks) == list(range(1, pictures + 1)) else None


def _extremes(_: Protocol, given: Answer, pictures: int) -> Answer | None:
    best, worst = given.get("best"), given.get("worst")
    within = all(type(each) is int and 0 <= each < pictures for each in (best, worst))
    return {"best": best, "worst": worst} if within and best != worst else None


def _marks(protocol: Protocol, given: Answer, _: int) -> Answer | None:
    marks = given.get("marks")
    if not isinstance(marks, list) or len(marks) > MOST_MARKS:
        return None
    kinds = {choice.value for choice in protocol.choices}
    made = []
    for mark in marks:
        if not isinstance(mark, dict) or mark.get("kind") not in kinds:
            return None
        box = [float(mark[side]) for side in "xywh" if _is_number(mark.get(side))]
        if len(box) < 4 or not all(0 <= side < LARGEST for side in box) or 0 in box[2:]:
            return None
        x, y, w, h = (round(side, 1) for side in box)
        made.append({"x": x, "y": y, "w": w, "h": h, "kind": mark["kind"]})
    return {"marks": made}


def _text(_: Protocol, given: Answer, __: int) -> Answer | None:
    text = given.get("text")
    usable = isinstance(text, str) and 0 < len(text.strip()) <= LONGEST_TEXT and "\0" not in text
    return {"text": str(text).strip()} if usable else None


_CHECKS = {
    Widget.CHOICE: _choice,
    Widget.SLIDERS: _scores,
    Widget.ORDER: _ranks,
    Widget.BEST_WORST: _extremes,
    Widget.MARKS: _marks,
    Widget.TEXT: _text,
}


def judgements(protocol: Protocol, answer: Answer, pictures: int) -> list[Judgement]:
    """What a checked answer says of the pictures, which are counted in the order shown.

    Of a pair, the item is the one on the left and the other the one on the right. CCR scores say
    how much better the left one is. Of two names, such as real and synthetic, the first scores 0
    and the second 1.
    """
    if protocol.widget is Widget.CHOICE and protocol.shown is Shown.PAIR:
        return [_of_pair(protocol, answer["choice"])]
    if protocol.widget is Widget.CHOICE:
        choice = answer["choice"]
        if protocol.scale is None:
            return [Judgement(0, score=float(choice == protocol.choices[-1].value))]
        return [Judgement(0, score=float(choice))]
    if protocol.aspects:
        named = zip(protocol.aspects, answer["scores"], strict=True)
        single = len(protocol.aspects) == 1
        return [Judgement(0, score=s, aspect="" if single else a.lower()) for a, s in named]
    if protocol.widget is Widget.SLIDERS:
        return [Judgement(n, score=score) for n, score in enumerate(answer["scores"])]
    if protocol.widget is Widget.ORDER:
        last = max(pictures - 1, 1)
        return [Judgement(n, score=(last + 1 - r) / last) for n, r in enumerate(answer["ranks"])]
    if protocol.widget is Widget.BEST_WORST:
        value = {answer["best"]: 1.0, answer["worst"]: -1.0}
        return [Judgement(n, score=value.get(n, 0.0)) for n in range(pictures)]
    return []


def _of_pair(protocol: Protocol, choice: str) -> Judgement:
    if protocol.scale is not None:
        return Judgement(0, 1, score=0.0 - float(choice))  # choices say how the right one is
    return Judgement(0, 1, preference={LEFT: "item", RIGHT: "other"}.get(choice, choice))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _expected(protocol: Protocol, pictures: int) -> str:
    if protocol.choices and protocol.widget is Widget.CHOICE:
        return "one of " + ", ".join(choice.value for choice in protocol.choices)
    return f"{protocol.widget.value} for {pictures} pictures"
