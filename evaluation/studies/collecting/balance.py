"""Which side a picture stands on, so that no rater and no pair has more of one side."""

from __future__ import annotations

from collections.abc import Hashable, Sequence


def counterbalanced(showings: Sequence[tuple[Hashable, Hashable]]) -> list[bool]:
    """Whether the sides are exchanged in each showing of a (rater, pair).

    Of each rater's showings, and of each pair's, half are exchanged; where their number is odd,
    one more or less. That is always possible: raters and pairs are the two sides of a bipartite
    graph whose edges are the showings, every odd corner is given one more edge to a spare corner,
    and along a closed walk through all edges every second one is exchanged. Each closed walk of a
    bipartite graph has an even length, so that no corner is left over.
    """
    edges: list[tuple[Hashable, Hashable]] = [
        (("rater", rater), ("pair", pair)) for rater, pair in showings
    ]
    edges += _to_even(edges)
    exchanged = [False] * len(edges)
    at: dict[Hashable, list[int]] = {}
    for number, edge in enumerate(edges):
        for corner in edge:
            at.setdefault(corner, []).append(number)
    used = [False] * len(edges)
    for corner in list(at):
        walk = _closed_walk(corner, edges, at, used)
        for step, number in enumerate(walk):
            exchanged[number] = step % 2 == 1
    return exchanged[: len(showings)]


def _to_even(edges: list[tuple[Hashable, Hashable]]) -> list[tuple[Hashable, Hashable]]:
    """The spare edges that give every corner an even number of them."""
    degree: dict[Hashable, int] = {}
    for edge in edges:
        for corner in edge:
            degree[corner] = degree.get(corner, 0) + 1
    raters = {rater for rater, _ in edges}
    spare_pair, spare_rater = ("pair", None, "spare"), ("rater", None, "spare")
    extra: list[tuple[Hashable, Hashable]] = []
    odd = [corner for corner, count in degree.items() if count % 2]
    odd_raters = [corner for corner in odd if corner in raters]
    odd_pairs = [corner for corner in odd if corner not in raters]
    extra += [(corner, spare_pair) for corner in odd_raters]
    extra += [(spare_rater, corner) for corner in odd_pairs]
    if len(odd_raters) % 2:  # both spare corners are odd then, because all edges have two ends
        extra.append((spare_rater, spare_pair))
    return extra


def _closed_walk(
    start: Hashable,
    edges: list[tuple[Hashable, Hashable]],
    at: dict[Hashable, list[int]],
    used: list[bool],
) -> list[int]:
    """Edges of an Euler circuit from `start`, in order (Hierholzer); empty if none are left."""
    walk: list[int] = []
    stack: list[tuple[Hashable, int | None]] = [(start, None)]
    while stack:
        corner, came_by = stack[-1]
        while at[corner] and used[at[corner][-1]]:
            at[corner].pop()
        if at[corner]:
            number = at[corner].pop()
            used[number] = True
            one, other = edges[number]
            stack.append((other if corner == one else one, number))
        else:
            stack.pop()
            if came_by is not None:
                walk.append(came_by)
    return walk
