"""The rows of a run as a table to compare with, from a run's folder or a file of rows."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluation.benchmark.rows import Row, table
from evaluation.benchmark.store import JOURNAL, PARQUET, read_rows
from evaluation.comparison.row_columns import NAMED, completed, numbers
from evaluation.comparison.table_files import read_table
from evaluation.metrics import METRICS, Better, metric
from restoration.errors import TooLarge, UnreadableFile, UsageError

MOST_ROWS = 2_000_000
SUFFIXES = (".parquet", ".csv")
KEY = ("image", "image_sha256", "model", "degradation", "seed")


@dataclass(frozen=True, eq=False)
class RunTable:
    """Rows of one run; a row is known by its number, its position in `frame`."""

    frame: pd.DataFrame
    """One line for each cell, with the columns of `evaluation.benchmark.rows.Row`; names of
    images, models and degradations are categories in the order of the run."""
    metrics: tuple[str, ...]
    """Ids of those that say which model is better, in the order of the catalogue."""
    ignored: tuple[str, ...] = ()
    """Columns of a file that mean nothing here."""
    units: NDArray[np.int64] = field(init=False)
    """(rows,) which image a row is about; the same image in two files of one name is two."""
    image_names: tuple[str, ...] = field(init=False)
    cells: NDArray[np.int64] = field(init=False)
    """(rows,) which damaged image a row is about: one image, one degradation, one seed."""
    cell_units: NDArray[np.int64] = field(init=False)
    """(cells,) the image of each."""

    def __post_init__(self) -> None:
        names = self.frame["image"].astype(str) + "\n" + self.frame["image_sha256"].astype(str)
        units, distinct = pd.factorize(names)
        damage = self.frame["degradation"].cat.codes.to_numpy(np.int64)
        seeds, different_seeds = pd.factorize(self.frame["seed"])
        place = (units * len(self.degradations) + damage) * len(different_seeds) + seeds
        cells, places = pd.factorize(place)
        object.__setattr__(self, "units", units.astype(np.int64))
        object.__setattr__(self, "image_names", tuple(name.split("\n")[0] for name in distinct))
        object.__setattr__(self, "cells", cells.astype(np.int64))
        per_image = len(self.degradations) * len(different_seeds)
        object.__setattr__(self, "cell_units", places // per_image)

    @property
    def models(self) -> tuple[str, ...]:
        """In the order of the run."""
        return tuple(self.frame["model"].cat.categories)

    @property
    def degradations(self) -> tuple[str, ...]:
        """In the order of the run."""
        return tuple(self.frame["degradation"].cat.categories)

    def goodness(self, metric_id: str) -> NDArray[np.float64]:
        """(rows,) the metric turned so that more is better; see `goodness_of`."""
        return goodness_of(metric_id, self.frame[metric_id].to_numpy(np.float64))


MOST_DECIBELS = 100.0
"""What an infinite PSNR, of equal images, counts as; means and differences need a number."""


def finite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values with infinite ones, which equal images have, at 100."""
    return np.where(np.isinf(values), np.sign(values) * MOST_DECIBELS, values)


def goodness_of(metric_id: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Figures turned so that more is better: negated, or less their distance from 1."""
    values = finite(values)
    better = metric(metric_id).better
    if better is Better.LOWER:
        return -values
    return -np.abs(values - 1) if better is Better.NEARER_ONE else values


def open_run(place: Path) -> RunTable:
    """The run in a folder, finished or under way, or that of a Parquet or CSV file of rows.

    Raises UnreadableFile or UsageError where there are no rows, or none that can be compared,
    and TooLarge for more than two million rows.
    """
    if place.is_dir():
        return run_table(_rows_of_folder(place))
    if place.suffix.lower() not in SUFFIXES:
        raise UnreadableFile(
            "This is no file of rows",
            actual=place.name,
            expected="rows.parquet or rows.csv, as a benchmark writes them, or their folder",
        )
    return run_table(_read(place))


def run_table(frame: pd.DataFrame) -> RunTable:
    """Check a table of rows and complete it; what a row need not say is filled in.

    Needed are the columns image, model and degradation and one metric of the catalogue or more.
    """
    missing = [name for name in NAMED if name not in frame]
    ranking = [each.id for each in METRICS if each.better is not Better.NEITHER]
    metrics = tuple(name for name in ranking if name in frame)
    if missing or not metrics:
        raise UsageError(
            "The table lacks columns that a comparison needs",
            actual=", ".join(map(str, list(frame.columns)[:12])) or "no columns",
            expected="image, model, degradation, and metrics such as " + ", ".join(ranking[:4]),
            remedy="Take the rows.parquet or rows.csv that `python -m evaluation benchmark` writes",
        )
    if not 0 < len(frame) <= MOST_ROWS:
        raise TooLarge(
            "The table cannot be compared",
            actual=f"{len(frame)} rows",
            expected=f"1 to {MOST_ROWS}",
        )
    # A filtered table keeps the numbers that its rows had; here a row's number is its place.
    frame = frame.reset_index(drop=True)
    whole = completed(frame)
    for name in metrics:
        whole[name] = numbers(frame[name], name)
    doubled = whole.duplicated(list(KEY))
    if doubled.any():
        first = whole[doubled].iloc[0]
        raise UsageError(
            "Two rows are about the same cell",
            actual=f"{first['image']}, {first['model']}, {first['degradation']}",
            expected="one row for each image, model, degradation and seed",
        )
    known = {*whole.columns, *(each.id for each in METRICS), *(each.name for each in fields(Row))}
    ignored = tuple(str(name) for name in frame.columns if name not in known)
    for name in NAMED:
        whole[name] = pd.Categorical(whole[name], whole[name].unique())
    return RunTable(whole, metrics, ignored)


def _read(file: Path) -> pd.DataFrame:
    return read_table(file, "a table of rows", "the rows.parquet or rows.csv of a benchmark")


def _rows_of_folder(folder: Path) -> pd.DataFrame:
    """From the finished table, which is read faster, or else from the journal."""
    finished, journal = folder / PARQUET, folder / JOURNAL
    if finished.exists() and (
        not journal.exists() or finished.stat().st_mtime >= journal.stat().st_mtime
    ):
        return _read(finished)
    plan, rows = read_rows(folder)
    if not rows:
        raise UnreadableFile(
            "This run has no finished rows yet",
            actual=str(folder),
            remedy="Go on with it by `python -m evaluation benchmark ... --resume`",
        )
    return table(rows, plan["metrics"])
