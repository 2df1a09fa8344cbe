"""The tables of a report; every one sorts by its headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import numpy as np

from evaluation.comparison.leaderboard import Leaderboard, leaderboard
from evaluation.comparison.resampling import Interval
from evaluation.comparison.run_table import RunTable
from evaluation.comparison.scores import figures_by_model, scores
from evaluation.figures.labels import damage_name, decimals, number, spread, with_unit
from evaluation.figures.theme import short_name
from evaluation.overview import Overview, cell_label

MOST_FAILURES = 50
NOTHING = ("–", None)
"""A cell without a figure."""


def _table(headings: Sequence[str], lines: Iterable[Sequence[tuple[str, Any]]]) -> str:
    """A table that sorts; each cell is what is shown and what is sorted by."""
    head = "".join(f'<th><button type="button">{escape(text)}</button></th>' for text in headings)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-value="{escape("" if value is None else str(value))}">{escape(text)}</td>'
            for text, value in line
        )
        + "</tr>"
        for line in lines
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll">{table}</div>'


def board_table(board: Leaderboard) -> str:
    """The leaderboard with its intervals, gains and costs, and which models are not in it."""
    name = board.metric
    classical = short_name(board.best_classical) if board.best_classical else "best classical"
    headings = (
        "Model",
        with_unit(name),
        "Gain over doing nothing",
        f"Gain over {classical}",
        "s per megapixel",
        "Missing",
    )
    table = _table(
        headings,
        (
            (
                (short_name(each.model), short_name(each.model)),
                (spread(each.mean, name), each.mean.mean),
                _interval(each.over_identity, name),
                _interval(each.over_classical, name),
                (f"{each.seconds_per_megapixel:.3g}", each.seconds_per_megapixel),
                (str(each.missing), each.missing),
            )
            for each in board.standings
        ),
    )
    if not board.left_out:
        return table
    names = escape(", ".join(map(short_name, board.left_out)))
    return f'{table}<p class="quiet">Not ranked, for lack of figures: {names}.</p>'


def _interval(gain: Interval | None, name: str) -> tuple[str, float | None]:
    return NOTHING if gain is None else (spread(gain, name), gain.mean)


def _signed(gain: float, name: str) -> str:
    return f"{gain:+.{decimals(name)}f}"


def worst_tables(table: RunTable, shown: Overview) -> str:
    """Where models do harm, and where two metrics prefer different models."""
    name = shown.board.metric
    harm = _table(
        ("Least gain over doing nothing", with_unit(name), "Gain"),
        (
            (
                (cell_label(table, each.row), cell_label(table, each.row)),
                (number(each.value, name), each.value),
                NOTHING if np.isnan(each.gain) else (_signed(each.gain, name), each.gain),
            )
            for each in shown.worst
        ),
    )
    if not shown.disagreements or shown.other_metric is None:
        return harm
    asked, other = with_unit(name), with_unit(shown.other_metric)
    return harm + _table(
        (f"{asked} prefers", f"{other} prefers", "Agreement of the orders, τ"),
        (
            (
                (cell_label(table, each.row), cell_label(table, each.row)),
                (_model(table, each.other_row), _model(table, each.other_row)),
                (f"{each.kendall:.2f}", each.kendall),
            )
            for each in shown.disagreements
        ),
    )


def _model(table: RunTable, row: int) -> str:
    return short_name(str(table.frame["model"].iat[row]))


def tables_by_degradation(table: RunTable, board: Leaderboard) -> str:
    """A leaderboard for each degradation, folded; nothing where there is only one."""
    if len(board.degradations) < 2:
        return ""
    return "".join(
        f"<details><summary>{escape(damage_name(name))}</summary>"
        f"{board_table(leaderboard(table, board.metric, [name]))}</details>"
        for name in board.degradations
    )


def metrics_table(table: RunTable, board: Leaderboard) -> str:
    """Means over the images and degradations that all of the models with any figure have."""
    columns = {}
    for name in table.metrics:
        counts = figures_by_model(table, name, board.degradations)
        measured = {model for model, count in zip(table.models, counts, strict=True) if count}
        # What removes nothing has no residual, for one: it must not cost the others the column.
        ranked = [each.model for each in board.standings if each.model in measured]
        shared = scores(table, name, board.degradations, ranked).complete()
        if len(shared.images):
            columns[name] = dict(zip(shared.models, shared.values.mean(axis=0), strict=True))
    return _table(
        ("Model", *(with_unit(name) for name in columns)),
        (
            (
                (short_name(each.model), short_name(each.model)),
                *(
                    (number(means[each.model], name), means[each.model])
                    if each.model in means
                    else NOTHING
                    for name, means in columns.items()
                ),
            )
            for each in board.standings
        ),
    )


def failures(table: RunTable) -> str:
    """What failed, and why."""
    failed = table.frame[table.frame["error"].notna()]
    if failed.empty:
        return ""
    lines = "".join(
        f"<li>{escape(cell_label(table, row))}: {escape(str(table.frame['error'].iat[row]))}</li>"
        for row in failed.index[:MOST_FAILURES].tolist()
    )
    return f"<h2>{len(failed)} cells failed</h2><ul>{lines}</ul>"
