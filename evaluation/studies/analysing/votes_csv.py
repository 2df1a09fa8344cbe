"""Read a vote table from a CSV file, including the column names that other tools write."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pandas as pd

from evaluation.studies.analysing.votes import MAX_VOTES, Preference, VoteTable, vote_table
from evaluation.unpacking import DAMAGE, Budget, Metered
from restoration.errors import UnreadableFile

MAX_BYTES = 200 * 2**20
"""Unpacked."""

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
        with path.open("rb") as opened:
            is_packed = opened.read(2) == b"\x1f\x8b"
    except OSError as error:
        raise UnreadableFile("The votes cannot be read", actual=str(error)) from None
    budget = Budget(MAX_BYTES, "The table of votes is too large", "Take one study at a time")
    try:
        with gzip.open(path) if is_packed else path.open("rb") as opened:
            frame = pd.read_csv(
                io.BufferedReader(Metered(opened, budget)),
                dtype="str",
                keep_default_na=False,
                nrows=MAX_VOTES + 1,  # one more than may be is enough to refuse it
            )
    except DAMAGE as error:
        raise UnreadableFile(
            "This is not a CSV table",
            actual=str(error).splitlines()[0] if str(error) else "nothing readable",
            expected="comma-separated text in UTF-8 with the column names in the first line",
            remedy="Take another copy of it, or write it again",
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
