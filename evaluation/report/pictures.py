"""The pictures of a report: worst cases and disagreements, cut out where models differ most."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from evaluation.benchmark.replay import Replayed, replay, replay_of
from evaluation.comparison.run_table import RunTable
from evaluation.figures.labels import damage_name
from evaluation.figures.spectrum_figure import spectrum_figure
from evaluation.figures.theme import short_name
from evaluation.overview import Overview
from evaluation.report.document import Pictures, Strip, png
from restoration.errors import RestorationError
from restoration.progress import Report, silent, within

STRIPS = 3
"""Of each kind; every one means running its models again."""
SIDE = 128
"""Of a cut-out, in pixels."""


def report_pictures(
    table: RunTable, shown: Overview, folder: Path | None, report: Report = silent
) -> Pictures:
    """Do the most telling cells again, and the spectra of all ranked models on the first image.

    What cannot be done again, since an image or a model is not here any more, is a note.
    """
    wanted = [(each.row, _first(table, shown, each.row)) for each in shown.worst[:STRIPS]]
    wanted += [(each.row, (each.other_row,)) for each in shown.disagreements[:STRIPS]]
    notes: dict[str, None] = {}
    strips = []
    for number, (row, others) in enumerate(wanted):
        part = within(report, number / (len(wanted) + 1), (number + 1) / (len(wanted) + 1))
        rows = tuple(dict.fromkeys((row, *others)))
        try:
            strips.append(_strip(table, rows, replay(replay_of(table, rows, folder), part)))
        except RestorationError as error:
            notes[f"Pictures are left out. {error}"] = None
    if not shown.worst:
        return Pictures(tuple(strips), notes=tuple(notes))
    rows = _all_models(table, shown, shown.worst[0].row)
    try:
        again = replay(replay_of(table, rows, folder), within(report, 0.9, 1.0))
    except RestorationError as error:
        notes[f"Spectra are left out. {error}"] = None
        return Pictures(tuple(strips), notes=tuple(notes))
    return Pictures(
        tuple(strips), spectrum_figure(again.spectra), _about(table, rows[0]), tuple(notes)
    )


def _strip(table: RunTable, rows: Sequence[int], done: Replayed) -> Strip:
    names = [short_name(str(table.frame["model"].iat[row])) for row in rows]
    cut = _where(done)
    pictures = [("noisy", done.noisy)]
    pictures += list(zip(names, done.restored, strict=True))
    if done.clean is not None:
        pictures.append(("clean", done.clean))
    pictures += [
        (f"removed by {name}, {gain:.0f} ×", removed)
        for name, removed, gain in zip(names, done.removed, done.gains, strict=True)
    ]
    return Strip(
        _about(table, rows[0]), tuple((label, png(pixels[cut])) for label, pixels in pictures)
    )


def _where(done: Replayed) -> tuple[slice, slice]:
    """The square in which the first result is farthest from the clean (or noisy) image."""
    against = done.noisy if done.clean is None else done.clean
    error = _squared(done.restored[0], against)
    height, width = error.shape
    side = min(SIDE, height, width)
    sums = uniform_filter(error, side, mode="constant")
    half = side // 2
    inside = sums[half : height - side + half + 1, half : width - side + half + 1]
    top, left = np.unravel_index(int(inside.argmax()), inside.shape)
    return slice(int(top), int(top) + side), slice(int(left), int(left) + side)


def _squared(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.square(one.astype(np.float64) - other).mean(axis=2)


def _first(table: RunTable, shown: Overview, row: int) -> tuple[int, ...]:
    """The row of the leading model on the same damaged image."""
    rows = _all_models(table, shown, row)
    leading = shown.board.standings[0].model if shown.board.standings else ""
    return tuple(each for each in rows if table.frame["model"].iat[each] == leading)


def _all_models(table: RunTable, shown: Overview, row: int) -> tuple[int, ...]:
    """The rows of ranked models on the damaged image of a row, that row's first."""
    frame = table.frame
    same = frame[
        (table.units == table.units[row])
        & (frame["degradation"] == frame["degradation"].iat[row])
        & (frame["seed"] == frame["seed"].iat[row])
        & frame["error"].isna()
        & frame["model"].isin([each.model for each in shown.board.standings])
    ]
    return tuple(dict.fromkeys((row, *(int(number) for number in same.index))))


def _about(table: RunTable, row: int) -> str:
    line = table.frame.iloc[row]
    return f"{line['image']}, {damage_name(str(line['degradation']))}"
