"""What the browser is told about a run: how far it is, what came out, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from evaluation.comparison.leaderboard import Leaderboard
from evaluation.comparison.ratings import Rated
from evaluation.comparison.run_table import RunTable
from evaluation.figures.browser import figure_record
from evaluation.figures.labels import axis_title, damage_name, decimals, with_unit
from evaluation.figures.theme import short_name, styles
from evaluation.metrics import metric as metric_of
from evaluation.overview import METHOD, Overview, board_records
from restoration.job import State
from ui.answers import error_view
from ui.evaluate.cells import number_or_none, plain
from ui.evaluate.desk import RunDesk
from ui.evaluate.pictures import PictureCase, PictureDesk
from ui.evaluate.run_case import RunCase


def progress_view(desk: RunDesk, case: RunCase) -> dict[str, Any]:
    """State and progress of a run as JSON."""
    job = case.job
    waits = job is not None and job.state is State.QUEUED
    return {
        "id": case.id,
        "state": case.state,
        "title": case.about.title,
        "measured": case.about.measured,
        "command": case.about.command,
        "shared": case.is_shared,
        "resumable": bool(case.about.models) and not case.is_shared,
        "done": 0 if job is None else job.progress.done,
        "doing": "" if job is None else job.progress.doing,
        "waitingBefore": desk.waiting_before(case) if waits else 0,
        "error": error_view(job.error) if job is not None and job.error else None,
    }


def overview_view(table: RunTable, shown: Overview) -> dict[str, Any]:
    """One comparison as JSON: the board, figures, and what to look at first."""
    board = shown.board
    return {
        "metric": board.metric,
        "metrics": [_metric_view(name) for name in table.metrics],
        "degradations": [{"id": name, "label": damage_name(name)} for name in table.degradations],
        "chosen": list(board.degradations),
        "models": list(table.models),
        "sentence": shown.sentence,
        "method": METHOD,
        "board": _board_view(board),
        "figures": {name: figure_record(figure) for name, figure in shown.figures.items()},
        "worst": [
            {**_cell(table, each.row), "value": each.value, "gain": number_or_none(each.gain)}
            for each in shown.worst
        ],
        "otherMetric": None if shown.other_metric is None else _metric_view(shown.other_metric),
        "disagreements": [
            {
                **_cell(table, each.row),
                "otherModel": str(table.frame["model"].iat[each.other_row]),
                "kendall": each.kendall,
            }
            for each in shown.disagreements
        ],
        "rated": None if shown.rated is None else _rated_view(shown.rated),
        "rows": len(table.frame),
        "failed": int(table.frame["error"].notna().sum()),
        "ignored": list(table.ignored),
    }


def picture_view(desk: PictureDesk, table: RunTable, case: PictureCase) -> dict[str, Any]:
    """How far pictures are; once they are there, what to show, and the figures of the cells."""
    job = case.job
    view = {
        "id": case.id,
        "state": job.state.value,
        "done": job.progress.done,
        "doing": job.progress.doing,
        "error": error_view(job.error) if job.error else None,
        "cell": _cell(table, case.rows[0]),
        "scores": [
            {
                "model": str(table.frame["model"].iat[row]),
                "values": [plain(table.frame[name].iat[row]) for name in table.metrics],
            }
            for row in case.rows
        ],
        "metrics": [_metric_view(name) for name in table.metrics],
    }
    return view | desk.shown(case) if job.state is State.DONE else view


def _board_view(board: Leaderboard) -> dict[str, Any]:
    look = styles(each.model for each in board.standings)
    return {
        "images": board.images,
        "needed": board.needed_images,
        "bestClassical": board.best_classical,
        "leftOut": [short_name(name) for name in board.left_out],
        "brackets": board.brackets,
        "standings": [
            {
                **record,
                "id": each.model,
                "row": each.worst_row,
                **asdict(look[each.model]),
            }
            for record, each in zip(board_records(board), board.standings, strict=True)
        ],
    }


def _rated_view(rated: Rated) -> dict[str, Any]:
    found = rated.found
    names = ("plcc", "plcc_low", "plcc_high", "srcc", "rmse_star", "outlier_ratio")
    return {
        "stimuli": found.stimuli,
        "unmatched": rated.unmatched,
        "order": found.order,
        **{name: number_or_none(getattr(found, name)) for name in names},
    }


def _metric_view(name: str) -> dict[str, Any]:
    it = metric_of(name)
    return {
        "id": name,
        "name": with_unit(name),
        "short": it.name,
        "title": axis_title(name),
        "label": it.label,
        "reading": it.reading,
        "decimals": decimals(name),
    }


def _cell(table: RunTable, row: int) -> dict[str, Any]:
    line = table.frame.iloc[row]
    return {
        "row": row,
        "image": str(line["image"]),
        "model": str(line["model"]),
        "degradation": damage_name(str(line["degradation"])),
        "seed": int(line["seed"]),
    }


def chosen(degradations: Sequence[str]) -> tuple[str, ...]:
    """The degradations of a question, each once; none means all."""
    return tuple(dict.fromkeys(name for name in degradations if name))
