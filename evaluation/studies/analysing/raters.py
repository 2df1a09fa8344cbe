"""Whom to trust: what is known of each rater, and reasons to look closer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evaluation.studies.analysing.conditions import Method, condition_scores
from evaluation.studies.analysing.matrix import score_matrix
from evaluation.studies.analysing.pair_outliers import SUSPECT, outlier_scores
from evaluation.studies.analysing.pairs import judgements_of_pairs
from evaluation.studies.analysing.screening import agreement_with_others, bt500_screening
from evaluation.studies.analysing.subject_bias import subject_model
from evaluation.studies.analysing.votes import ASKED, KINDS, Phase, scored
from restoration.errors import RestorationError

LEAST_CORRELATION = 0.75
"""P.913 (06/2021) and BT.1788 practice, for a rater who is also far below the others: on hard
material everybody is below it."""
REPEATED = ["rater", *ASKED, "item", "other"]
LEAST_GOLD = 0.7
FASTEST = 0.3
"""Share of the median rater's time below which a rater is suspiciously fast."""
HASTY = 0.7
"""Seconds a vote in which nobody looks at a picture and presses a key, whatever others take."""


def rater_table(votes: pd.DataFrame) -> pd.DataFrame:
    """One row for each rater; what is not known of a rater is None.

    Columns: rater, votes, bias, inconsistency (P.910 Annex E), agreement (correlation with the
    others), outlier (pairs), gold (share right, within a quarter of the scale), repeats (share
    equal, within the same), seconds (median), screened (BT.500), reasons. A reason is a flag to
    look at: nobody is left out because of it.
    """
    table = pd.DataFrame({"rater": sorted(set(votes["rater"]))}).set_index("rater")
    counted = votes[votes["phase"] == Phase.VOTE]
    table["votes"] = counted.groupby("rater").size().reindex(table.index).fillna(0).astype(int)
    parts = [_of_scores(scored(votes)), _of_pairs(votes), _gold(votes), _repeats(votes)]
    seconds = counted.groupby("rater")["seconds"].median().dropna().rename("seconds").to_frame()
    for part in (*parts, seconds):
        table = table.join(part)
    for name in ("bias", "inconsistency", "agreement", "outlier", "gold", "repeats", "seconds"):
        if name not in table:
            table[name] = np.nan
    table["screened"] = table["screened"].eq(True) if "screened" in table else False
    table["reasons"] = _reasons(table)
    table = table.reset_index()
    return table.astype(object).where(table.notna(), None)


def with_and_without(votes: pd.DataFrame, raters: set[str]) -> pd.DataFrame:
    """Plain means of the conditions with and without some raters: condition, with, without, change.

    Raises OutOfRange where too few raters are left.
    """
    counted = scored(votes)
    before = condition_scores(counted, Method.PLAIN).set_index("condition")["value"]
    kept = counted[~counted["rater"].isin(raters)]
    after = condition_scores(kept, Method.PLAIN).set_index("condition")["value"]
    table = pd.DataFrame({"with": before, "without": after}).dropna()
    return table.assign(change=table["without"] - table["with"]).reset_index()


def _of_scores(votes: pd.DataFrame) -> pd.DataFrame:
    if votes.empty:
        return pd.DataFrame()
    matrix = score_matrix(votes)
    table = pd.DataFrame(index=pd.Index(matrix.raters, name="rater"))
    table["agreement"] = agreement_with_others(matrix)
    table["screened"] = bt500_screening(matrix).rejected
    try:
        model = subject_model(matrix)
    except RestorationError:
        return table
    return table.assign(bias=model.bias, inconsistency=model.inconsistency)


def _of_pairs(votes: pd.DataFrame) -> pd.DataFrame:
    judgements = judgements_of_pairs(votes)
    if judgements.empty or judgements["rater"].nunique() < 4:
        return pd.DataFrame()
    return (
        outlier_scores(judgements)
        .set_index("rater")[["score"]]
        .rename(columns={"score": "outlier"})
    )


def _gold(votes: pd.DataFrame) -> pd.DataFrame:
    """Share of gold questions answered rightly."""
    gold = votes[(votes["phase"] == Phase.GOLD) & (votes["truth"] != "")]
    if gold.empty:
        return pd.DataFrame()
    length = gold["scale_max"] - gold["scale_min"]
    named = gold["scale_min"] + gold["truth"].map(KINDS) * length
    truth = pd.to_numeric(gold["truth"], errors="coerce").fillna(named)
    near = (gold["score"] - truth).abs() <= length / 4
    right = near.astype(float).where(truth.notna())
    is_pair = gold["preference"] != ""
    right = right.mask(is_pair, (gold["preference"] == gold["truth"].str.lower()).astype(float))
    return right.groupby(gold["rater"]).mean().rename("gold").to_frame()


def _repeats(votes: pd.DataFrame) -> pd.DataFrame:
    """Share of repeated votes that equal the first."""
    again = votes[votes["phase"] == Phase.REPEAT]
    if again.empty:
        return pd.DataFrame()
    first = votes[votes["phase"] == Phase.VOTE]
    ours = pd.concat([_answers(first), _answers(first, swapped=True)])
    both = _answers(again).merge(ours, on=REPEATED)
    apart = (both["score_x"] - both["score_y"]).abs()
    near = apart <= (both["scale_max_x"] - both["scale_min_x"]) / 4
    same = near.where(both["score_x"].notna(), both["preference_x"] == both["preference_y"])
    return same.astype(float).groupby(both["rater"]).mean().rename("repeats").to_frame()


def _answers(votes: pd.DataFrame, swapped: bool = False) -> pd.DataFrame:
    if swapped:
        votes = votes[votes["other"] != ""]
        turned = votes["preference"].replace({"item": "other", "other": "item"})
        mirrored = votes["scale_min"] + votes["scale_max"] - votes["score"]
        votes = votes.assign(
            item=votes["other"], other=votes["item"], preference=turned, score=mirrored
        )
    said = ["score", "preference", "scale_min", "scale_max"]
    return votes[[*REPEATED, *said]].drop_duplicates(REPEATED)


def _reasons(table: pd.DataFrame) -> list[str]:
    usual = float(table["seconds"].median())
    first, third = table["agreement"].quantile([0.25, 0.75])
    least = min(LEAST_CORRELATION, first - SUSPECT * (third - first))
    return ["; ".join(_reasons_of(row, usual, least)) for row in table.to_dict("records")]


def _reasons_of(row: dict[Any, Any], usual: float, least: float) -> list[str]:
    reasons = []
    if row["screened"]:
        reasons.append("rejected by BT.500")
    if row["agreement"] < least:
        reasons.append(f"correlation with the others {row['agreement']:.2f}")
    if row["outlier"] > SUSPECT:
        reasons.append(f"choices do not fit the others ({row['outlier']:.1f} ranges)")
    if row["gold"] < LEAST_GOLD:
        reasons.append(f"{100 * row['gold']:.0f} % of known answers right")
    if row["seconds"] < max(FASTEST * usual, HASTY):
        reasons.append(f"{row['seconds']:.1f} s a vote")
    return reasons
