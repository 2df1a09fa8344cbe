"""Which words read differently after restoration, digits first: they change what a page says."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from restoration.text.reading import Box, Reading, Word

# Tesseract's boxes are loose: one letter's box before and after shared only 0.4 of the smaller.
_OVERLAP = 0.25
_TALL = 3.0


class ChangeKind(Enum):
    """What happened to a word."""

    CHANGED = "reads differently"
    APPEARED = "was not readable before"
    VANISHED = "is no longer readable"


@dataclass(frozen=True)
class Change:
    """One place where the two readings differ."""

    kind: ChangeKind
    before: str
    after: str
    box: Box
    """Around the words of both readings."""
    digits: bool
    """The digits differ: a sum, a date or a number may be another one now."""
    confidence: float
    """0 to 100, of the least sure word involved: low where the recogniser may be what erred."""


def changed_words(before: Reading, after: Reading) -> tuple[Change, ...]:
    """Differences between the readings of a page before and after, of equal size and position.

    Words are matched by place, not by order, since noise upsets the order of columns. Words that
    share a quarter of the smaller box belong together, and where one was split or two were
    joined the letters are compared without spaces. Changed digits come first, then changed
    words, then what vanished, then what appeared; within these the surest first.
    """
    links = _overlaps(before.words, after.words)
    changes = []
    for rows, columns in _components(links):
        old = sorted((before.words[i] for i in rows), key=lambda word: word.box.x)
        new = sorted((after.words[i] for i in columns), key=lambda word: word.box.x)
        if _letters(old) != _letters(new):
            changes.append(_change(old, new))
    return tuple(sorted(changes, key=_urgency))


def _change(old: list[Word], new: list[Word]) -> Change:
    both = old + new
    kind = ChangeKind.CHANGED
    if not old or not new:
        kind = ChangeKind.VANISHED if old else ChangeKind.APPEARED
    return Change(
        kind=kind,
        before=" ".join(word.text for word in old),
        after=" ".join(word.text for word in new),
        box=reduce(Box.around, (word.box for word in both)),
        digits=_digits(old) != _digits(new),
        confidence=min(word.confidence for word in both),
    )


def _urgency(change: Change) -> tuple[bool, int, float]:
    order = (ChangeKind.CHANGED, ChangeKind.VANISHED, ChangeKind.APPEARED)
    return not change.digits, order.index(change.kind), -change.confidence


def _letters(words: list[Word]) -> str:
    return unicodedata.normalize("NFC", "".join(word.text for word in words))


def _digits(words: list[Word]) -> str:
    return "".join(letter for letter in _letters(words) if letter.isdigit())


def _overlaps(before: Sequence[Word], after: Sequence[Word]) -> NDArray[np.bool_]:
    """(n, m): whether two words share enough of the smaller box."""
    left, right = _edges(before), _edges(after)
    low = np.maximum(left[:, None, :2], right[None, :, :2])
    high = np.minimum(left[:, None, 2:], right[None, :, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=2)
    sizes = [np.prod(edges[:, 2:] - edges[:, :2], axis=1) for edges in (left, right)]
    links = shared >= _OVERLAP * np.minimum.outer(*sizes)
    # A stain read as one tall word would tie all the words under it into one.
    heights = [edges[:, 3] - edges[:, 1] for edges in (left, right)]
    tall = _TALL * np.median(np.concatenate([*heights, [1]]))
    return np.asarray(links & (shared > 0) & ~np.logical_or.outer(*(h > tall for h in heights)))


def _edges(words: Sequence[Word]) -> NDArray[np.int64]:
    """(n, 4) left, top, right and bottom edges."""
    boxes = [word.box for word in words]
    edges = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in boxes]
    return np.array(edges, np.int64).reshape(-1, 4)


def _components(links: NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Rows and columns that are tied together, directly or through others; loners included."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, columns = links.shape
    at, to = np.nonzero(links)
    size = rows + columns
    graph = coo_array((np.ones(len(at)), (at, to + rows)), shape=(size, size))
    count, member = connected_components(graph, directed=False)
    groups: list[tuple[list[int], list[int]]] = [([], []) for _ in range(count)]
    for index, group in enumerate(member):
        groups[group][index >= rows].append(index if index < rows else index - rows)
    return groups
