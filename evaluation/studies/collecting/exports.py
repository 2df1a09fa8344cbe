"""Votes as files: CSV that a spreadsheet cannot run, Parquet, and raw events as JSON lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import pandas as pd

from evaluation.studies.collecting.records import as_json
from evaluation.studies.collecting.standing import StudyContents, read_contents
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.vote_export import vote_frame

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a cell that begins so (OWASP, CSV injection)."""


class ExportFormat(StrEnum):
    """What votes can be had as."""

    CSV = "csv"
    PARQUET = "parquet"
    JSONL = "jsonl"


def exported(store: StudyStore, study_id: str, format: ExportFormat) -> bytes:
    """The votes that stand, or for JSON lines every event as it was stored."""
    contents = store.database.read(lambda c: read_contents(c, study_id))
    if format is ExportFormat.JSONL:
        return events_jsonl(contents)
    frame = vote_frame(contents)
    return votes_csv(frame) if format is ExportFormat.CSV else votes_parquet(frame)


def votes_csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 CSV; texts that a spreadsheet would run get a leading apostrophe, numbers none."""
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(without_formula)
    return safe.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC).encode()


def without_formula(value: object) -> object:
    """The value, as text that no spreadsheet takes for a formula."""
    runs = isinstance(value, str) and value.startswith(FORMULA_STARTS)
    return f"'{value}" if runs else value


def votes_parquet(frame: pd.DataFrame) -> bytes:
    """Parquet, texts as they are."""
    file = io.BytesIO()
    frame.to_parquet(file, index=False)
    return file.getvalue()


def events_jsonl(contents: StudyContents) -> bytes:
    """Every event of a study, in the order stored, with what it is about."""
    rows = []
    for trial in contents.trials.values():
        arm = contents.study.design.arms[contents.arm_of_slot[trial.slot]]
        for event in contents.events.get(trial.id, ()):
            rows.append(
                {
                    **vars(event),
                    "arm": arm.name,
                    "protocol": arm.protocol,
                    "phase": trial.phase,
                    "repetition": trial.repetition,
                    "pictures": trial.pictures,
                    "reference": trial.reference,
                }
            )
    rows.sort(key=lambda row: (row["stored_at"], row["client_id"]))
    return json_lines(rows)


def json_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """One JSON object a line."""
    return "".join(as_json(dict(row)) + "\n" for row in rows).encode()
