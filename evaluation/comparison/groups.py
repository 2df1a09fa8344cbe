"""Brackets: runs of neighbours in a ranking of which no two can be told apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def brackets(
    ranking: Sequence[int], told_apart: Collection[frozenset[int]]
) -> tuple[tuple[int, int], ...]:
    """First and last position of each longest run without a pair that is told apart.

    As in a critical-difference diagram (Demsar 2006, figure 1). Runs overlap where "cannot be
    told apart" is not transitive, which is usual; single models have no bracket.
    """
    found: list[tuple[int, int]] = []
    for start in range(len(ranking)):
        end = start
        while end + 1 < len(ranking) and not any(
            frozenset((ranking[inside], ranking[end + 1])) in told_apart
            for inside in range(start, end + 1)
        ):
            end += 1
        if end > start and (not found or end > found[-1][1]):
            found.append((start, end))
    return tuple(found)
