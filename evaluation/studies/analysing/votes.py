"""The long vote table: one row is one vote, and every analysis of a study starts from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

import numpy as np
import pandas as pd

from evaluation.studies.analysing.marks import COLUMNS as MARK_COLUMNS
from restoration.errors import TooLarge, UsageError

MAX_VOTES = 500_000
"""More would not be analysed while somebody waits."""


class Preference(StrEnum):
    """What a rater says about a pair."""

    ITEM = "item"
    OTHER = "other"
    TIE = "tie"
    UNSURE = "unsure"


class Phase(StrEnum):
    """Why a vote was asked for; only `VOTE` counts towards scores."""

    VOTE = "vote"
    GOLD = "gold"
    REPEAT = "repeat"
    TRAINING = "training"


@dataclass(frozen=True)
class Column:
    """One column of the vote table."""

    name: str
    meaning: str
    is_number: bool = False
    required: bool = False


COLUMNS = (
    Column("item", "Stimulus that was judged; in a pair, the one shown first", required=True),
    Column("content", "Source image behind the stimulus; default: the item"),
    Column("condition", "What was done to the source, such as a model id; default: the item"),
    Column("rater", "Pseudonymous id of the person", required=True),
    Column(
        "score",
        "Vote on the scale of the protocol; of a graded pair, above the middle where the item is "
        "better than the other; empty where a pair is not graded",
        is_number=True,
    ),
    Column("other", "The second stimulus of a pair"),
    Column("other_condition", "Its condition; default: that of the same item elsewhere"),
    Column("preference", "item, other, tie or unsure; follows from the score of a graded pair"),
    Column("scale_min", "Lowest possible score; default: guessed", is_number=True),
    Column("scale_max", "Highest possible score; default: guessed", is_number=True),
    Column("arm", "Annotation strategy under which the vote was given"),
    Column("protocol", "Such as acr, pc, real-or-synthetic, annotation"),
    Column("stage", "Version of the instructions"),
    Column("qa", "Whether the vote went through quality assurance: yes or no"),
    Column("provider", "Who supplied the rater"),
    Column("phase", "vote, gold, repeat or training; default: vote"),
    Column("truth", "Known right answer: a score, a preference, or real / synthetic"),
    Column("before", "Score before quality assurance changed it", is_number=True),
    Column("characteristics", "Properties of the image, separated by semicolons"),
    Column("time", "When the vote was given, ISO 8601"),
    Column("seconds", "Time taken for the vote", is_number=True),
    Column("cost", "Money paid for the vote, in one currency throughout", is_number=True),
)
NAMES = tuple(column.name for column in COLUMNS)
NUMBERS = tuple(column.name for column in COLUMNS if column.is_number)
TEXTS = tuple(column.name for column in COLUMNS if not column.is_number)
ASKED = ("arm", "protocol", "stage", "qa")
"""A rater's votes that differ in one of these do not repeat each other."""
KINDS = {"real": 0.0, "synthetic": 1.0}
"""Truths that are names, and which end of the scale says so, from 0 to 1."""
YES_OR_NO = {"true": "yes", "1": "yes", "false": "no", "0": "no"}
"""How other programs write the levels of `qa`, in lower case."""
COMMON_SCALES = ((0.0, 1.0), (1.0, 5.0), (1.0, 7.0), (-3.0, 3.0), (0.0, 10.0), (0.0, 100.0))


def no_marks() -> pd.DataFrame:
    """A table of marks without any."""
    return pd.DataFrame(columns=list(MARK_COLUMNS))


@dataclass(frozen=True)
class VoteTable:
    """A checked table, and what had to be assumed to read it."""

    votes: pd.DataFrame
    """All of `COLUMNS` in their order. Texts are "" and numbers NaN where nothing is known."""
    notes: tuple[str, ...] = ()
    marks: pd.DataFrame = field(default_factory=no_marks)
    """Defects that raters marked in pictures: see `marks.COLUMNS`."""

    @classmethod
    def of_marks(cls, marks: pd.DataFrame) -> Self:
        """Of a study that asked for nothing else."""
        votes = pd.DataFrame({name: pd.Series(dtype="str") for name in NAMES})
        return cls(votes.astype(dict.fromkeys(NUMBERS, float)), marks=marks)


def vote_table(frame: pd.DataFrame, marks: pd.DataFrame | None = None) -> VoteTable:
    """Check a long table and fill what has a default; the rows keep their order.

    marks: defects that were marked in the same study, taken as they are. A rater's second vote on
    the same stimulus, asked in the same way (`ASKED`), becomes a `repeat`.
    Raises UsageError naming the first row at fault, and TooLarge.
    """
    if len(frame) > MAX_VOTES:
        raise TooLarge(
            "The table has too many votes",
            actual=f"{len(frame):,} rows",
            expected=f"at most {MAX_VOTES:,}",
            remedy="Analyse one study or one protocol at a time",
        )
    votes = _with_columns(frame)
    _check_judgements(votes)
    _fill_names(votes)
    notes = (*_fill_scales(votes), *_mark_repeats(votes))
    _check_scores(votes)
    _fill_preferences(votes)
    return VoteTable(votes, notes, no_marks() if marks is None else marks)


def scored(votes: pd.DataFrame) -> pd.DataFrame:
    """The votes on single stimuli that count towards scores."""
    return votes[(votes["phase"] == Phase.VOTE) & is_of_one(votes)]


def is_of_one(votes: pd.DataFrame) -> pd.Series:
    """(votes,) bool: whether a vote is a score of one stimulus, and not of a pair."""
    return votes["score"].notna() & (votes["preference"] == "")


def compared(votes: pd.DataFrame) -> pd.DataFrame:
    """The votes on pairs that count, graded ones among them."""
    return votes[(votes["phase"] == Phase.VOTE) & (votes["preference"] != "")]


def _with_columns(frame: pd.DataFrame) -> pd.DataFrame:
    missing = [c.name for c in COLUMNS if c.required and c.name not in frame.columns]
    if missing or not {"score", "preference"} & set(frame.columns):
        raise UsageError(
            "This is not a table with one vote on each row",
            actual="columns " + ", ".join(map(str, frame.columns[:12])),
            expected="item, rater, and score or preference with other",
            remedy="Name the columns in the first line; the handbook lists all of them",
        )
    if frame.empty:
        raise UsageError("The table has no votes", expected="one row for each vote")
    votes = pd.DataFrame(index=range(len(frame)))
    for column in COLUMNS:
        given = frame[column.name].to_numpy() if column.name in frame.columns else None
        votes[column.name] = (
            _numbers(column, given, len(frame)) if column.is_number else _texts(given, len(frame))
        )
    return votes


def _texts(given: np.ndarray | None, rows: int) -> pd.Series:
    if given is None:
        return pd.Series([""] * rows, dtype="str")
    values = pd.Series(given)
    texts = values.astype("str").where(values.notna(), "").str.strip()
    whole = texts.str.fullmatch(r"\d+\.0") | (texts == "")
    return texts.str.removesuffix(".0") if whole.all() else texts


def _numbers(column: Column, given: np.ndarray | None, rows: int) -> pd.Series:
    if given is None:
        return pd.Series([np.nan] * rows, dtype=float)
    values = pd.Series(given)
    blank = values.isna() | (values.astype("str").str.strip() == "")
    numbers = pd.to_numeric(values.where(~blank), errors="coerce").astype(float)
    _refuse(
        ~blank.to_numpy() & ~np.isfinite(numbers.to_numpy()),
        f"A value in {column.name} is not a number",
        values,
        "a number, or nothing",
    )
    return numbers


def _check_judgements(votes: pd.DataFrame) -> None:
    for column in ("item", "rater"):
        _refuse(votes[column] == "", f"A vote has no {column}", votes[column], f"a {column}")
    votes["preference"] = votes["preference"].str.lower()
    votes["qa"] = votes["qa"].str.lower().replace(YES_OR_NO)
    votes["phase"] = votes["phase"].str.lower().replace("", Phase.VOTE.value)
    for column, choices in (("preference", ["", *Preference]), ("phase", list(Phase))):
        _refuse(
            ~votes[column].isin([str(choice) for choice in choices]),
            f"A value in {column} is unknown",
            votes[column],
            "one of " + ", ".join(str(choice) for choice in choices if choice),
        )
    is_pair = votes["preference"] != ""
    _refuse(
        is_pair == votes["score"].notna(),
        "A vote needs either a score or a preference",
        votes["preference"] + " / " + votes["score"].astype("str"),
        "one of the two",
    )
    _refuse(
        is_pair & ((votes["other"] == "") | (votes["other"] == votes["item"])),
        "A preference needs a second stimulus in other",
        votes["other"],
        "the id of another stimulus",
    )
    for column in ("seconds", "cost"):
        _refuse(votes[column] < 0, f"{column} is negative", votes[column], "0 or more")


def _fill_names(votes: pd.DataFrame) -> None:
    for column in ("content", "condition"):
        votes[column] = votes[column].where(votes[column] != "", votes["item"])
    known = dict(zip(votes["item"], votes["condition"], strict=True))
    guess = votes["other"].map(lambda other: known.get(other, other)).astype("str")
    votes["other_condition"] = votes["other_condition"].where(votes["other_condition"] != "", guess)


def _fill_scales(votes: pd.DataFrame) -> Sequence[str]:
    notes = []
    lacks = votes["score"].notna() & (votes["scale_min"].isna() | votes["scale_max"].isna())
    for key, group in votes[lacks].groupby("protocol"):
        low, high = _guessed_scale(group["score"].min(), group["score"].max())
        votes.loc[group.index, "scale_min"] = low
        votes.loc[group.index, "scale_max"] = high
        protocol = str(key)
        name = f" of {protocol}" if protocol else ""
        notes.append(f"The table does not state the scale{name}: {low:g} to {high:g} was assumed.")
    return notes


def _guessed_scale(low: float, high: float) -> tuple[float, float]:
    for scale in COMMON_SCALES:
        if scale[0] <= low and high <= scale[1]:
            return scale
    return (low, high) if low < high else (low, low + 1)


def _fill_preferences(votes: pd.DataFrame) -> None:
    """A score on two stimuli says how much better the first is: its sign is a preference."""
    above = votes["score"] - (votes["scale_min"] + votes["scale_max"]) / 2
    words = np.select([above > 0, above < 0], [Preference.ITEM, Preference.OTHER], Preference.TIE)
    is_graded = votes["score"].notna() & (votes["other"] != "")
    votes["preference"] = votes["preference"].mask(is_graded, pd.Series(words, votes.index))


def _mark_repeats(votes: pd.DataFrame) -> Sequence[str]:
    pair = votes["other"] != ""
    ends = votes[["item", "other"]].to_numpy(dtype=object)
    ends = np.where(pair.to_numpy()[:, None], np.sort(ends.astype(str), axis=1), ends)
    key = votes[["rater", *ASKED, "phase"]].assign(a=ends[:, 0], b=ends[:, 1])
    again = key.duplicated() & (votes["phase"] == Phase.VOTE)
    votes.loc[again, "phase"] = Phase.REPEAT.value
    count = int(again.sum())
    if not count:
        return []
    return [f"{count} further votes of the same rater on the same stimulus count as repeats."]


def _check_scores(votes: pd.DataFrame) -> None:
    _refuse(
        votes["scale_min"] >= votes["scale_max"],
        "scale_min is not below scale_max",
        votes["scale_min"],
        "the lowest possible score",
    )
    for column in ("score", "before"):
        outside = (votes[column] < votes["scale_min"]) | (votes[column] > votes["scale_max"])
        _refuse(
            outside, f"A {column} lies outside its scale", votes[column], "scale_min to scale_max"
        )


def _refuse(
    at_fault: pd.Series | np.ndarray, problem: str, values: pd.Series, expected: str
) -> None:
    rows = np.flatnonzero(np.asarray(at_fault, dtype=bool))
    if rows.size:
        first = int(rows[0])
        value = values.iloc[first]
        more = f", and {rows.size - 1} more rows" if rows.size > 1 else ""
        raise UsageError(problem, actual=f"{value} in row {first + 1}{more}", expected=expected)
