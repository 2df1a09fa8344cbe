"""The tables of an analysis, each from the votes it concerns; empty where nothing was collected."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from evaluation.studies.analysing.agreement import alpha_with_interval
from evaluation.studies.analysing.budget import budget_curves, votes_to_target
from evaluation.studies.analysing.budget_differences import budget_differences
from evaluation.studies.analysing.detection import PROTOCOL as DETECTION
from evaluation.studies.analysing.detection import detection
from evaluation.studies.analysing.intraclass import intraclass_correlation, intraclass_limits
from evaluation.studies.analysing.marks import EDGES, mark_counts
from evaluation.studies.analysing.matrix import score_matrix
from evaluation.studies.analysing.mos import mean_opinion_scores
from evaluation.studies.analysing.preferences import (
    grade_differences,
    preferences,
    score_differences,
)
from evaluation.studies.analysing.quality import ANNOTATION
from evaluation.studies.analysing.quality_assurance import qa_by_characteristic
from evaluation.studies.analysing.rankings import judged_pairs, rankings
from evaluation.studies.analysing.raters import rater_table, with_and_without
from evaluation.studies.analysing.strategies import severe_differences, strategy_table
from evaluation.studies.analysing.subject_bias import subject_model
from evaluation.studies.analysing.votes import Phase, scored
from restoration.errors import RestorationError

TARGET = 0.05
"""Half width that `votes_to_target` aims at, as a share of the scale."""
MOST_ITEMS = 5000


@dataclass(frozen=True)
class Votes:
    """The votes of a study, by what they can say."""

    everything: pd.DataFrame
    opinions: pd.DataFrame
    """Scores on one scale, and votes on pairs."""
    judged: pd.DataFrame
    """Those whose quality is known (`with_quality`)."""
    marks: pd.DataFrame
    """Defects that raters marked (`marks.COLUMNS`)."""


def rankings_of(votes: Votes) -> pd.DataFrame:
    """See `rankings`."""
    if votes.opinions["condition"].nunique() < 2 and not (votes.opinions["other"] != "").any():
        return pd.DataFrame()
    found = rankings(votes.opinions)
    found.table.attrs["refusals"] = found.refusals
    return found.table


def preferences_of(votes: Votes) -> pd.DataFrame:
    """See `preferences`; the column `source` says where the pairs come from."""
    judgements, source = judged_pairs(votes.opinions)
    return preferences(judgements).assign(source=source) if len(judgements) else pd.DataFrame()


def differences_of(votes: Votes) -> pd.DataFrame:
    """See `score_differences`; from grades of pairs where nothing was scored by itself."""
    scores = scored(votes.opinions)
    if scores.empty:
        return grade_differences(votes.opinions)
    return score_differences(scores) if scores["condition"].nunique() > 1 else pd.DataFrame()


def items_of(votes: Votes) -> pd.DataFrame:
    """Plain and corrected score of each item."""
    scores = scored(votes.opinions)
    if scores.empty:
        return pd.DataFrame()
    matrix = score_matrix(scores)
    table = mean_opinion_scores(matrix)
    try:
        model = subject_model(matrix)
    except RestorationError:
        return table.head(MOST_ITEMS)
    low, high = model.interval(matrix)
    table = table.assign(corrected=model.quality, corrected_low=low, corrected_high=high)
    return table.head(MOST_ITEMS)


def agreement_of(votes: Votes) -> pd.DataFrame:
    """measure, value, low, high; intraclass correlations have limits where no vote is missing."""
    scores = scored(votes.opinions)
    if scores.empty:
        return pd.DataFrame()
    matrix = score_matrix(scores)
    alpha = alpha_with_interval(matrix)
    rows: list[tuple[str, float, float | None, float | None]] = [
        ("Krippendorff's alpha (interval)", alpha.value, alpha.low, alpha.high)
    ]
    found = intraclass_correlation(matrix)
    limits = intraclass_limits(matrix)
    for name, form in (
        ("ICC(2,1), one rater", "agreement_single"),
        ("ICC(2,k), mean of all raters", "agreement_mean"),
        ("ICC(3,1), one rater, bias removed", "consistency_single"),
    ):
        ends = getattr(limits, form) if limits else (None, None)
        rows.append((name, getattr(found, form), *ends))
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high"])


def raters_of(votes: Votes) -> pd.DataFrame:
    """See `rater_table`; on the opinions, or on all votes where there are none."""
    given = votes.everything
    protocols = set(scored(votes.opinions)["protocol"])
    if protocols:
        given = given[given["protocol"].isin(protocols) | (given["preference"] != "")]
    elif votes.opinions.empty:
        given = given[given["protocol"] == given["protocol"].mode().iloc[0]]
    return rater_table(given)


def without_flagged_of(votes: Votes) -> pd.DataFrame:
    """Plain means with and without the raters that have a reason to be looked at."""
    scores = scored(votes.opinions)
    if scores.empty or scores["condition"].nunique() < 2:
        return pd.DataFrame()
    table = raters_of(votes)
    flagged = set(table.loc[table["reasons"] != "", "rater"])
    return with_and_without(scores, flagged) if flagged else pd.DataFrame()


def detection_of(votes: Votes) -> pd.DataFrame:
    """See `detection`, overall and for each condition; one without an answer is a refusal."""
    given = votes.everything
    chosen = given[(given["protocol"] == DETECTION) & (given["phase"] == Phase.VOTE)]
    if chosen.empty:
        return pd.DataFrame()
    rows, refusals = [{"group": "all votes", **asdict(detection(chosen))}], {}
    if chosen["condition"].nunique() > 2:
        real = chosen[chosen["truth"] == "real"]
        made = chosen[chosen["truth"] == "synthetic"]
        for name, part in made.groupby("condition"):
            try:
                found = detection(pd.concat([part, real]))
            except RestorationError as refused:
                refusals[f"detection of {name}"] = str(refused)
            else:
                rows.append({"group": str(name), **asdict(found)})
    table = pd.DataFrame(rows)
    table.attrs["refusals"] = refusals
    return table


def marks_of(votes: Votes) -> pd.DataFrame:
    """See `mark_counts`."""
    return mark_counts(votes.marks) if len(votes.marks) else pd.DataFrame()


def mark_boxes_of(votes: Votes) -> pd.DataFrame:
    """The marks themselves, without the raters who marked nothing."""
    return votes.marks[votes.marks["kind"] != ""].astype(dict.fromkeys(EDGES, float))


def strategy_of(votes: Votes, factor: str) -> pd.DataFrame:
    """See `strategy_table`."""
    return strategy_table(votes.judged, factor) if len(votes.judged) else pd.DataFrame()


def severe_differences_of(votes: Votes, factor: str) -> pd.DataFrame:
    """See `severe_differences`."""
    return severe_differences(votes.judged, factor) if len(votes.judged) else pd.DataFrame()


def quality_assurance_of(votes: Votes) -> pd.DataFrame:
    """See `qa_by_characteristic`."""
    if not votes.judged["before_quality"].notna().any():
        return pd.DataFrame()
    return qa_by_characteristic(votes.judged)


def budgets_of(votes: Votes) -> pd.DataFrame:
    """See `budget_curves`; with the columns `unit` and `reference`."""
    scores = scored(votes.opinions)
    if not (scores["arm"] != "").any():
        return pd.DataFrame()
    curves = budget_curves(scores)
    return curves.table.assign(unit=curves.unit, reference=curves.reference)


def budget_differences_of(votes: Votes) -> pd.DataFrame:
    """See `budget_differences`."""
    scores = scored(votes.opinions)
    if scores.loc[scores["arm"] != "", "arm"].nunique() < 2:
        return pd.DataFrame()
    return budget_differences(scores)


def votes_to_target_of(votes: Votes) -> pd.DataFrame:
    """See `votes_to_target`, for a twentieth of the scale; with the column `half_width`."""
    scores = scored(votes.opinions)
    if scores.empty:
        return pd.DataFrame()
    length = float(scores["scale_max"].iloc[0] - scores["scale_min"].iloc[0])
    return votes_to_target(scores, TARGET * length).assign(half_width=TARGET * length)


def model_of(votes: Votes) -> pd.DataFrame:
    """See `two_part_model`: its coefficients, of annotations where there are any."""
    judged = votes.judged
    is_annotation = judged["protocol"] == ANNOTATION
    if is_annotation.any():
        judged = judged[is_annotation]
    varies = [judged[name].nunique() > 1 for name in ("stage", "provider", "characteristics")]
    if judged.empty or not any(varies):
        return pd.DataFrame()
    from evaluation.studies.analysing.two_part import (
        two_part_model,  # PyTorch, which a page never needs
    )

    model = two_part_model(judged)
    references = "; ".join(f"{factor}: {level}" for factor, level in model.references.items())
    return model.coefficients.assign(compared_with=references)
