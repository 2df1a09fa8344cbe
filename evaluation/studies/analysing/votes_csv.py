"""Read a vote table from a CSV file, including the column names that other tools write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from evaluation.studies.analysing.votes import Preference, VoteTable, vote_table
from restoration.errors import TooLarge, UnreadableFile

MAX_BYTES = 200 * 2**20

OTHER_NAMES = {
    "item": ("stimulus", "pvs_id", "pvs", "image", "file", "clip"),
    "rater": ("tester_id", "observer", "subject", "worker", "annotator", "rater_id"),
    "score": ("vote", "rating", "dsc", "dice"),
    "content": ("src_id", "scene", "source"),
    "condition": ("hrc_id", "model", "method"),
    "seconds": ("duration", "lead_time"),
    "cost": ("price",),
}
"""What a column is called elsewhere, in lower case; the first that is there is taken."""


def read_votes(path: Path) -> VoteTable:
    """Read a long CSV, plain or gzipped. Raises UnreadableFile, TooLarge and UsageError."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableFile("The votes cannot be read", actual=str(error)) from None
    if size > MAX_BYTES:
        raise TooLarge("The file is too large", actual=f"{size:,} bytes", expected=f"{MAX_BYTES:,}")
    with path.open("rb") as opened:
        compression: Any = "gzip" if opened.read(2) == b"\x1f\x8b" else None
    try:
        frame = pd.read_csv(path, compression=compression, dtype="str", keep_default_na=False)
    except (ValueError, OSError, EOFError, pd.errors.ParserError) as error:
        raise UnreadableFile(
            "This is not a CSV table",
            actual=str(error).splitlines()[0] if str(error) else "nothing readable",
            expected="comma-separated text in UTF-8 with the column names in the first line",
        ) from None
    return vote_table(with_our_names(frame))


def with_our_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Rename the columns of other tools, and turn their pair trials into preferences."""
    frame = frame.rename(columns=lambda name: str(name).strip().lower())
    if {"left", "right", "winner"} <= set(frame.columns):
        frame = _sides(frame, "left", "right").assign(
            preference=frame["winner"].map({"left": "item", "right": "other", "tie": "tie"}),
        )
    elif {"condition_a", "condition_b", "is_a_selected"} <= set(frame.columns):
        frame = _sides(frame, "condition_a", "condition_b").assign(
            preference=frame["is_a_selected"].map(
                {"1": Preference.ITEM.value, "0": Preference.OTHER.value}
            )
        )
    if "is_training" in frame and "phase" not in frame:
        in_training = frame["is_training"].astype("str").str.lower().isin(["true", "1"])
        frame["phase"] = in_training.map({True: "training", False: "vote"})
    for ours, theirs in OTHER_NAMES.items():
        found = next((name for name in theirs if name in frame.columns), None)
        if ours not in frame.columns and found:
            frame = frame.rename(columns={found: ours})
    return frame


def _sides(frame: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    scene = frame["scene"] + "/" if "scene" in frame else ""
    return frame.assign(
        item=scene + frame[first],
        condition=frame[first],
        other=scene + frame[second],
        other_condition=frame[second],
    )
