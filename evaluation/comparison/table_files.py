"""Tables of rows and of ratings from files, with names as they were written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from evaluation.unpacking import DAMAGE
from restoration.errors import UnreadableFile

PARQUET = ".parquet"
TEXTS = ("image", "image_sha256", "model", "degradation")
"""Never numbers, whatever they look like: image 007 is not image 7."""


def read_table(path: Path, what: str, expected: str) -> pd.DataFrame:
    """The table of a Parquet file, or of a CSV file, which may be packed as its name says.

    `what` it was meant to be and what is `expected` of it go into the UnreadableFile that is
    raised for anything else.
    """
    try:
        if path.suffix.lower() == PARQUET:
            return pd.read_parquet(path)
        table = pd.read_csv(path, dtype=dict.fromkeys(TEXTS, "str"))
    except DAMAGE as error:
        said = (str(error).splitlines() or ["nothing readable"])[0]
        raise UnreadableFile(
            f"{path.name} cannot be read as {what}",
            actual=f"{type(error).__name__}: {said[:120]}",
            expected=expected,
            remedy="Take another copy of it",
        ) from error
    if not isinstance(table.index, pd.RangeIndex):
        # What is too many pandas takes for names of rows, and moves the rest under other names.
        raise UnreadableFile(
            f"{path.name} cannot be read as {what}",
            actual="more values in its first row than there are names",
            expected=expected,
            remedy="Name every column; put values that hold a comma into quotes",
        )
    return table
