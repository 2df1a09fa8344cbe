"""Does quality assurance pay? The same annotation before and after, and for which images."""

from __future__ import annotations

from enum import StrEnum

import pandas as pd

from evaluation.holm import holm
from evaluation.studies.analysing.clustered import clustered_mean, factors_of, t_test
from evaluation.studies.analysing.intervals import mean_interval
from evaluation.studies.analysing.preferences import ALPHA
from evaluation.studies.analysing.quality import each_characteristic

ALL = "all images"
COLUMNS = [
    "characteristic",
    "pairs",
    "raters",
    "images",
    "before",
    "after",
    "change",
    "low",
    "high",
    "severe_before",
    "severe_after",
    "p",
]


class Verdict(StrEnum):
    """What the paired comparison says about one kind of image."""

    PAYS = "improves"
    HARMS = "makes worse"
    UNKNOWN = "no difference shown"


def qa_by_characteristic(votes: pd.DataFrame) -> pd.DataFrame:
    """One row for all images, then one for each characteristic, from votes `with_quality`.

    Only votes whose score before quality assurance is recorded are used, paired with themselves:
    pairs, raters, images, before and after (mean quality), change with low and high (95 %,
    clustered by rater and image), severe_before and severe_after (rates), p, p_holm (over the
    characteristics) and verdict. Characteristics judged by a single rater are left out. Assumes
    that what quality assurance did to one image does not depend on the others; selection of which
    annotations are checked is not corrected for.
    """
    paired = votes[votes["before_quality"].notna()]
    groups = [(ALL, paired), *each_characteristic(paired).groupby("characteristic")]
    rows = [_row(str(name), group) for name, group in groups if group["rater"].nunique() > 1]
    table = pd.DataFrame(rows, columns=COLUMNS)
    kinds = table["characteristic"] != ALL
    table["p_holm"] = table["p"].astype(float)
    table.loc[kinds, "p_holm"] = holm(table.loc[kinds, "p"].to_numpy(dtype=float))
    table["verdict"] = [
        _verdict(change, p) for change, p in zip(table["change"], table["p_holm"], strict=True)
    ]
    return table


def _row(name: str, votes: pd.DataFrame) -> tuple[object, ...]:
    before = votes["before_quality"].to_numpy(dtype=float)
    after = votes["quality"].to_numpy(dtype=float)
    change, error, freedom = clustered_mean(after - before, factors_of(votes, "item"))
    low, high = mean_interval(change, error, freedom, -1.0, 1.0)
    return (
        name,
        len(votes),
        int(votes["rater"].nunique()),
        int(votes["item"].nunique()),
        float(before.mean()),
        float(after.mean()),
        change,
        float(low),
        float(high),
        float((before <= 1e-12).mean()),
        float((after <= 1e-12).mean()),
        t_test(change, error, freedom),
    )


def _verdict(change: float, p: float) -> str:
    if p >= ALPHA:
        return str(Verdict.UNKNOWN)
    return str(Verdict.PAYS if change > 0 else Verdict.HARMS)
