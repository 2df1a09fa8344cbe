"""Read a vote table from a CSV file, including the column names that other tools write."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pandas as pd

from evaluation.studies.analysing.quality import ANNOTATION
from evaluation.studies.analysing.votes import MAX_VOTES, Preference, VoteTable, vote_table
from evaluation.unpacking import DAMAGE, Budget, Metered, Readable
from restoration.errors import TooLarge, UnreadableFile, UsageError

MAX_BYTES = 200 * 2**20
"""Unpacked."""
MAX_COLUMNS = 200
"""A vote table has two dozen; pandas takes minutes and gigabytes for many thousands."""
_START_BYTES = 2**20
"""The names and the first vote are within these."""

OVERLAPS = ("dsc", "dice")
OTHER_NAMES = {
    "item": ("stimulus", "pvs_id", "pvs", "image", "file", "clip"),
    "rater": ("tester_id", "observer", "subject", "worker", "annotator", "rater_id"),
    "score": ("vote", "rating", *OVERLAPS),
    "content": ("src_id", "scene", "source"),
    "condition": ("hrc_id", "model", "method"),
    "seconds": ("duration", "lead_time"),
    "cost": ("price",),
}
"""What a column is called elsewhere, in lower case; the first that is there is taken."""
OF_OVERLAPS = {"protocol": ANNOTATION, "scale_min": "0", "scale_max": "1"}
"""What such a score says of itself: it is a quality, and nobody's opinion of a picture."""


def read_votes(path: Path) -> VoteTable:
    """Read a long CSV, plain or gzipped. Raises UnreadableFile, TooLarge and UsageError."""
    try:
        with path.open("rb") as opened:
            is_packed = opened.read(2) == b"\x1f\x8b"
    except OSError as error:
        raise UnreadableFile("The votes cannot be read", actual=str(error)) from None
    budget = Budget(MAX_BYTES, "The table of votes is too large", "Take one study at a time")
    opener = gzip.open if is_packed else open
    try:
        with opener(path, "rb") as opened:
            _check_start(opened)
        with opener(path, "rb") as opened:
            frame = pd.read_csv(
                io.BufferedReader(Metered(opened, budget)),
                dtype="str",
                keep_default_na=False,
                nrows=MAX_VOTES + 1,  # one more than may be is enough to refuse it
            )
    except (*DAMAGE, csv.Error) as error:
        raise UnreadableFile(
            "This is not a CSV table",
            actual=str(error).splitlines()[0] if str(error) else "nothing readable",
            expected="comma-separated text in UTF-8 with the column names in the first line",
            remedy="Take another copy of it, or write it again",
        ) from None
    return vote_table(with_our_names(frame))


def _check_start(opened: Readable) -> None:
    """Refuse a table that is too wide, or whose first row has more values than there are names.

    pandas would take the surplus at the left as the names of rows, and so move every value under
    the name of another column. Raises TooLarge, UsageError, and `csv.Error`.
    """
    budget = Budget(
        _START_BYTES, "The first lines of the table are too long", "Check that it is a CSV table"
    )
    buffered = io.BufferedReader(Metered(opened, budget))
    lines = csv.reader(io.TextIOWrapper(buffered, "utf-8-sig", newline=""))
    filled = (line for line in lines if len(line) > 1 or any(map(str.strip, line)))
    names, first = next(filled, []), next(filled, [])
    if len(names) > MAX_COLUMNS:
        raise TooLarge(
            "The table has too many columns",
            actual=f"{len(names):,}",
            expected=f"at most {MAX_COLUMNS}, with one vote on each row",
            remedy="Leave out the columns that say nothing of votes",
        )
    if len(first) > len(names):
        raise UsageError(
            "The first row has more values than the table has names",
            actual=f"{len(first)} values, {len(names)} names",
            expected="one name for each column, in the first line",
            remedy="Name every column; put values that hold a comma into quotes",
        )


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
            if found in OVERLAPS:
                frame = _with_blanks_filled(frame, OF_OVERLAPS)
    return frame


def _with_blanks_filled(frame: pd.DataFrame, values: dict[str, str]) -> pd.DataFrame:
    for name, value in values.items():
        if name not in frame.columns:
            frame[name] = value
        is_blank = frame[name].isna() | (frame[name].astype("str").str.strip() == "")
        frame[name] = frame[name].mask(is_blank, value)
    return frame


def _sides(frame: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    scene = frame["scene"] + "/" if "scene" in frame else ""
    return frame.assign(
        item=scene + frame[first],
        condition=frame[first],
        other=scene + frame[second],
        other_condition=frame[second],
    )
