"""Which words read differently after restoration: of section 7, where a crop has text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from restoration.errors import RestorationError
from restoration.explanation.section import Choice
from restoration.explanation.subject import Subject, Truth, as_channels
from restoration.pages.page import Pixels
from restoration.text import Box, Change, ChangeKind, Reading, changed_words, probe, read_text

SECONDS = 4.0
"""Most for one reading of a crop, which takes a third of a second."""
SURE = 60.0
"""Confidence from which a recognised word is taken for one; grain is read as words below."""
FEWEST = 2
"""Sure words that make a crop one with text."""
ROWS, MARGIN, GAP = 6, 3, 4


@dataclass(frozen=True, eq=False)
class Wording:
    """What was read before and after, or why nothing was."""

    sentence: str
    """The outcome for a person."""
    choice: Choice | None
    """The changed words with their crops, where there are any."""
    data: dict[str, Any]


def wording(subject: Subject, restored: Pixels) -> Wording:
    """Read the crop (H, W, C) as given, as restored, and its truth where that is another picture.

    Valid as far as Tesseract reads the print; a change is where to look, not a proof.
    """
    missing = probe().problem
    if missing is not None:
        return _unread(f"Words were not compared: {missing}.")
    try:
        before, after = (read_text(each, seconds=SECONDS) for each in (subject.noisy, restored))
        known = subject.origin is not Truth.STAND_IN
        truth = read_text(subject.truth, seconds=SECONDS) if known else None
    except RestorationError as error:
        return _unread(f"Words were not compared. {error}")
    if max(map(_sure, (before, after))) < FEWEST:
        return _unread("There is no text on this crop that could be compared.")
    changes = _telling(before, after)
    sentence = _sentence(before, after, changes)
    data: dict[str, Any] = {
        "before": before.text,
        "after": after.text,
        "changes": [_record(change) for change in changes],
    }
    if truth is not None:
        data["truth"] = truth.text
        data["unlikeTruthBefore"] = len(_telling(truth, before))
        data["unlikeTruthAfter"] = len(_telling(truth, after))
        sentence += (
            f" Unlike the truth read {data['unlikeTruthBefore']} before and "
            f"{data['unlikeTruthAfter']} after."
        )
    choice = None
    if changes:
        shown = changes[:ROWS]
        picture = _crops([change.box for change in shown], subject.noisy, restored)
        choice = Choice(
            "words", "Changed words", picture, f"left as given, right restored: {_listed(shown)}"
        )
    return Wording(sentence, choice, data)


def _unread(sentence: str) -> Wording:
    return Wording(sentence, None, {"problem": sentence})


def _sure(reading: Reading) -> int:
    return sum(word.confidence >= SURE for word in reading.words)


def _telling(before: Reading, after: Reading) -> list[Change]:
    """Without marks that are no words, and words seen once only that were hardly recognised."""
    return [
        change
        for change in changed_words(before, after)
        if any(letter.isalnum() for letter in change.before + change.after)
        and (change.kind is ChangeKind.CHANGED or change.confidence >= SURE)
    ]


def _sentence(before: Reading, after: Reading, changes: list[Change]) -> str:
    words = f"{max(map(_sure, (before, after)))} words"
    if not changes:
        return f"Of {words} none reads differently after restoration."
    digits = sum(change.digits for change in changes)
    return (
        f"Of about {words}, {len(changes)} read differently after restoration, "
        f"{digits or 'none'} of them in a digit."
    )


def _listed(changes: list[Change]) -> str:
    """The words row by row, as the picture shows them."""
    rows = []
    for change in changes:
        match change.kind:
            case ChangeKind.CHANGED:
                said = f"“{change.before}” to “{change.after}”"
            case ChangeKind.APPEARED:
                said = f"“{change.after}” was not readable"
            case ChangeKind.VANISHED:
                said = f"“{change.before}” is no longer readable"
        rows.append(said + (" (digits)" if change.digits else ""))
    return "; ".join(rows)


def _record(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "before": change.before,
        "after": change.after,
        "digits": change.digits,
        "confidence": change.confidence,
        "box": vars(change.box),
    }


def _crops(boxes: list[Box], before: Pixels, after: Pixels) -> Pixels:
    """A picture of the crop's size: a row for each box, both sides of it enlarged by whole steps.

    What does not fit into a sixth of the height and half of the width is cut.
    """
    height, width, channels = before.shape
    tall, wide = height // ROWS, width // 2
    picture = np.full(before.shape, 0.5, np.float32)
    sides = before, as_channels(after, channels)
    for row, box in enumerate(boxes):
        top, left = max(0, box.y - MARGIN), max(0, box.x - MARGIN)
        area = np.s_[top : box.y + box.height + MARGIN, left : box.x + box.width + MARGIN]
        for column, side in enumerate(sides):
            part = np.clip(side[area], 0, 1)
            factor = max(1, min((tall - GAP) // part.shape[0], (wide - GAP) // part.shape[1]))
            large = part.repeat(factor, axis=0).repeat(factor, axis=1)
            large = large[: tall - GAP, : wide - GAP]
            y, x = row * tall, column * wide
            picture[y : y + large.shape[0], x : x + large.shape[1]] = large
    return picture
