"""The number of the series colour of each model: the same one everywhere on a page."""

from __future__ import annotations

INPUT, CHOSEN, LIMIT = 1, 2, 6
_OTHERS = (3, 4, 5, 7)


def model_colours(main: str, others: tuple[str, ...]) -> dict[str, int]:
    """A colour for the explained model and each model beside it."""
    colours = {"identity": INPUT, main: CHOSEN}
    rest = [model for model in others if model not in colours]
    colours.update(zip(rest, _OTHERS, strict=False))
    return colours
