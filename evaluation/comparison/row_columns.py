"""What a table of rows says of each cell besides its metrics, made whole and of one type."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evaluation.benchmark.plan import AS_IT_IS
from restoration.degradations import Degradation
from restoration.errors import RestorationError, UsageError

NAMED = ("image", "model", "degradation")
"""Columns without which a row says nothing."""
MOST_SEED = 2**53
"""Beyond, a table's floats skip whole numbers."""

_OPTIONAL: dict[str, str | int | float | None] = {
    "image_sha256": "",
    "seed": 0,
    "width": np.nan,
    "height": np.nan,
    "seconds": np.nan,
    "peak_memory_mb": np.nan,
    "model_level": np.nan,
    "weights_sha256": None,
    "restored_sha256": None,
    "threads": None,
    "device": None,
    "dtype": None,
    "error_class": None,
    "error": None,
}
_FIGURES = ("width", "height", "seconds", "peak_memory_mb", "model_level")


def completed(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of a row but its metrics, each of its own type; those not there are filled in.

    Raises UsageError for a name that is missing and for numbers that are none.
    """
    whole = pd.DataFrame({name: _names(frame[name], name) for name in NAMED})
    for name, otherwise in _OPTIONAL.items():
        whole[name] = frame.get(name, otherwise)
    for name in _FIGURES:
        whole[name] = numbers(whole[name], name)
    whole["seed"] = _seeds(numbers(whole["seed"], "seed").fillna(0))
    whole["image_sha256"] = whole["image_sha256"].astype(object).fillna("").astype(str)
    codes, names = pd.factorize(whole["degradation"])
    kinds, levels = zip(*map(_kind_and_level, names), strict=True)
    whole["kind"] = np.array(kinds, object)[codes]
    whole["level"] = np.array(levels)[codes]
    return whole


def _names(column: pd.Series, name: str) -> pd.Series:
    nameless = np.flatnonzero(column.isna())
    if len(nameless):
        raise UsageError(
            f"A row has no {name}",
            actual=f"nothing in row {nameless[0] + 1}",
            expected=f"the {name} of each row",
        )
    return column.astype(str)


def _seeds(given: pd.Series) -> pd.Series:
    odd = given[(given % 1 != 0) | (given.abs() > MOST_SEED)]
    if len(odd):
        raise UsageError(
            "The column seed holds something that is no seed",
            actual=f"{odd.iloc[0]:g}",
            expected="whole numbers",
        )
    return given.astype("int64")


def numbers(column: pd.Series, name: str) -> pd.Series:
    """A column as floats; raises UsageError that names it."""
    try:
        return pd.to_numeric(column).astype("float64")
    except (ValueError, TypeError) as error:
        raise UsageError(
            f"The column {name} holds something that is no number", actual=str(error)[:120]
        ) from error


def _kind_and_level(name: str) -> tuple[str, float]:
    """Of a degradation as it is written; a name of one's own is a kind without a level."""
    if name == AS_IT_IS:
        return AS_IT_IS, np.nan
    try:
        degradation = Degradation.parse(name, 0)
    except RestorationError:
        return name, np.nan
    return degradation.kind.value, degradation.level
