"""An analysis kept as files, so that it is made once for the same votes.

A folder holds `votes.parquet`, `marks.parquet`, `asked.json`, and once made `view.json` (what a
page shows) and `tables/NAME.csv`. The quick tables come first, the slow ones replace them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd

from evaluation.studies.analysing.analysis import Analysis, analyse
from evaluation.studies.analysing.presentation import presented
from evaluation.studies.analysing.votes import VoteTable
from restoration.progress import Progress, Report

VIEW = "view.json"
VOTES = "votes.parquet"
MARKS = "marks.parquet"
ASKED = "asked.json"
TABLES = "tables"


def prepare(folder: Path, table: VoteTable, asked: dict[str, Any]) -> None:
    """Store what `analyse_folder` needs; asked: title, warning, excluded."""
    folder.mkdir(parents=True, exist_ok=True)
    table.votes.to_parquet(folder / VOTES)
    table.marks.to_parquet(folder / MARKS)
    _write(folder / ASKED, json.dumps({**asked, "notes": list(table.notes)}))


def stored(folder: Path) -> tuple[VoteTable, dict[str, Any]]:
    """What was prepared."""
    asked = json.loads((folder / ASKED).read_text(encoding="utf-8"))
    votes, marks = (pd.read_parquet(folder / name) for name in (VOTES, MARKS))
    return VoteTable(votes, tuple(asked["notes"]), marks), asked


def analyse_folder(folder: str, report: Report) -> None:
    """Make the analysis of a prepared folder; raises `RestorationError`s."""
    place = Path(folder)
    table, asked = stored(place)
    excluded = frozenset(asked["excluded"])
    report(Progress(0.1, "rankings, agreement, raters"))
    live = analyse(table, excluded=excluded, live_only=True)
    _store(place, live, asked, complete=False)
    report(Progress(0.5, "budgets and the mixed model"))
    _store(place, analyse(table, excluded=excluded, known=live), asked, complete=True)
    report(Progress(1.0, "done"))


def _store(folder: Path, analysis: Analysis, asked: dict[str, Any], complete: bool) -> None:
    (folder / TABLES).mkdir(exist_ok=True)
    for name, frame in analysis.tables.items():
        _write(folder / TABLES / f"{name}.csv", frame.to_csv(index=False))
    view = {**presented(analysis), "title": asked["title"], "warning": asked["warning"]}
    _write(folder / VIEW, json.dumps({**view, "complete": complete}, allow_nan=False))


def _write(path: Path, text: str) -> None:
    """All or nothing: a page may read while this is written."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
