"""Missing votes, single and constant raters, groups that never met, separable data: no NaN."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from evaluation.studies.analysing.agreement import krippendorff_alpha
from evaluation.studies.analysing.analysis import analyse
from evaluation.studies.analysing.budget import votes_to_target
from evaluation.studies.analysing.choice_scale import Model, choice_scale
from evaluation.studies.analysing.detection import detection
from evaluation.studies.analysing.intraclass import intraclass_limits
from evaluation.studies.analysing.marks import heat_map
from evaluation.studies.analysing.matrix import ScoreMatrix, score_matrix
from evaluation.studies.analysing.pairs import comparisons, judgements_of_pairs
from evaluation.studies.analysing.planning import Design, raters_for_difference
from evaluation.studies.analysing.presentation import presented
from evaluation.studies.analysing.raters import rater_table
from evaluation.studies.analysing.shown_tables import shown_tables
from evaluation.studies.analysing.subject_bias import subject_model
from evaluation.studies.analysing.votes import vote_table
from restoration.errors import OutOfRange


def scores(values: dict[tuple[str, str], list[float]], **more: object) -> pd.DataFrame:
    """(item, condition) to the votes of r0, r1, ..."""
    rows = [
        {"item": item, "content": item[0], "condition": condition, "rater": f"r{k}", "score": score}
        for (item, condition), votes in values.items()
        for k, score in enumerate(votes)
    ]
    return pd.DataFrame(rows).assign(scale_min=1, scale_max=5, **more)


def pairs(*judged: tuple[str, str, str]) -> pd.DataFrame:
    rows = [
        {"item": a, "other": b, "preference": said, "rater": f"r{k}", "content": "one"}
        for a, b, said in judged
        for k in range(3)
    ]
    return pd.DataFrame(rows)


CASES = {
    "one vote": scores({("a1", "x"): [3]}),
    "one rater": scores({("a1", "x"): [3], ("a2", "y"): [4]}),
    "one item": scores({("a1", "x"): [3, 4, 5]}),
    "all votes equal": scores({("a1", "x"): [3, 3, 3], ("a2", "y"): [3, 3, 3]}),
    "at the end of the scale": scores({("a1", "x"): [5, 5, 5], ("a2", "y"): [1, 1, 1]}),
    "a constant rater": scores(
        {("a1", "x"): [3, 1, 2], ("b1", "y"): [3, 5, 4], ("c1", "x"): [3, 2, 1]}
    ),
    "groups without common items": pd.concat(
        [
            scores({("a1", "x"): [3, 4]}),
            scores({("b1", "y"): [2, 5]}).assign(rater=["other0", "other1"]),
        ]
    ),
    "separable pairs": pairs(("x", "y", "item"), ("y", "z", "item"), ("x", "z", "item")),
    "pairs that never met": pairs(("x", "y", "item"), ("u", "v", "other")),
    "only ties": pairs(("x", "y", "tie")),
    "one arm without a price": scores({("a1", "x"): [3, 4, 2, 5, 1]}, arm="text"),
    "training only": scores({("a1", "x"): [3, 4]}, phase="training"),
}


def has_no_value(document: object) -> bool:
    text = json.dumps(document)
    return "NaN" in text or "Infinity" in text


@pytest.mark.parametrize("name", CASES)
def test_every_table_and_figure_is_defined(name: str) -> None:
    analysis = analyse(vote_table(CASES[name]))
    view = presented(analysis)
    assert not has_no_value(view), name
    assert not has_no_value(analysis.record())
    assert view["answer"]
    for section in (*view["results"], *view["strategies"]):
        for trace in section["figure"]["data"]:
            numbers = [x for x in trace.get("x", []) if not isinstance(x, str)]
            assert all(x is not None for x in numbers), (name, section["title"])


def test_refusals_say_why() -> None:
    assert (
        "single rater" in analyse(vote_table(CASES["one rater"])).refusals["bias corrected (P.910)"]
    )
    apart = analyse(vote_table(CASES["groups without common items"])).refusals
    assert "share no items" in apart["bias corrected (P.910)"]
    met = analyse(vote_table(CASES["pairs that never met"])).refusals["JOD"]
    assert "never compared" in met
    assert "u, v | x, y" in met
    assert "equal" in analyse(vote_table(CASES["all votes equal"])).refusals["agreement"]


def test_separable_pairs_keep_their_order_with_wide_intervals() -> None:
    table = comparisons(judgements_of_pairs(vote_table(CASES["separable pairs"]).votes))
    scale = choice_scale(table, Model.THURSTONE)
    assert scale.used_prior
    assert scale.conditions[int(np.argmax(scale.values))] == "x"
    assert np.isfinite([scale.values, scale.low, scale.high]).all()


def test_a_rater_with_one_vote_or_no_error_gets_no_infinite_weight() -> None:
    generator = np.random.default_rng(0)
    truth = generator.normal(3, 1, 20)
    votes = truth[:, None] + generator.normal(0, 0.7, (20, 8))
    votes[:, 0] = votes[:, 1:].mean(axis=1)
    votes[1:, 1] = np.nan
    names = tuple(map(str, range(20)))
    model = subject_model(ScoreMatrix(votes, names, names[:8], 0.0, 6.0))
    weights = 1 / model.inconsistency**2
    assert np.isfinite(model.quality).all()
    assert weights[0] / weights.sum() < 0.99


def test_excluding_a_rater_is_a_view_and_never_a_change() -> None:
    table = vote_table(CASES["a constant rater"])
    before = table.votes.copy()
    less = analyse(table, excluded=frozenset({"r0"}))
    assert less.facts["raters"] == 2
    pd.testing.assert_frame_equal(table.votes, before)
    with pytest.raises(OutOfRange, match="no such rater"):
        analyse(table, excluded=frozenset({"nobody"}))


def test_scales_are_not_mixed() -> None:
    mixed = pd.concat([CASES["one item"], CASES["one item"].assign(scale_max=7)])
    with pytest.raises(OutOfRange, match="different scales"):
        score_matrix(mixed)


def test_a_limit_that_has_no_bound_is_not_given() -> None:
    """Three items and raters: the lower limit of one rater's reliability is below -1 / 2."""
    votes = {("a1", "x"): [3, 2, 1], ("b1", "y"): [4, 1, 4], ("c1", "x"): [1, 3, 2]}
    limits = intraclass_limits(score_matrix(vote_table(scores(votes)).votes))
    assert limits is not None
    assert limits.agreement_single[0] < -1 / 2
    low, high = limits.agreement_mean
    assert low is None
    assert high is not None
    assert 0 < high <= 1
    shown = shown_tables(analyse(vote_table(scores(votes))))[0]
    assert shown["rows"][2][2:] == ["–", f"{high:.2f}"]


def test_agreement_needs_two_votes_on_an_item() -> None:
    names = ("a", "b")
    single = ScoreMatrix(np.array([[1.0, np.nan], [np.nan, 2.0]]), names, names, 1.0, 5.0)
    with pytest.raises(OutOfRange, match="several raters"):
        krippendorff_alpha(single)


def real_or_synthetic(right: float, raters: int = 24, images: int = 60) -> pd.DataFrame:
    generator = np.random.default_rng(4)
    rows = []
    for rater in range(raters):
        for image in range(images):
            truth = image % 2
            answer = truth if generator.random() < right else 1 - truth
            rows.append((f"i{image}", f"r{rater}", answer, "synthetic" if truth else "real"))
    frame = pd.DataFrame(rows, columns=["item", "rater", "score", "truth"])
    frame = frame.assign(scale_min=0, scale_max=1, protocol="real-or-synthetic")
    return vote_table(frame).votes


def test_telling_real_from_synthetic() -> None:
    never, often, always = (detection(real_or_synthetic(right)) for right in (0.5, 0.8, 1.0))
    assert never.p_equivalent < 0.05 < never.p
    assert often.low < 0.8 < often.high
    assert often.p < 1e-6 < 0.9 < often.p_equivalent
    assert often.sensitivity == pytest.approx(2 * 0.8416, abs=0.2)
    assert always.accuracy == 1
    assert np.isfinite([always.sensitivity, always.sensitivity_high, always.low]).all()
    with pytest.raises(OutOfRange, match="needs votes on both"):
        votes = real_or_synthetic(0.5)
        detection(votes[votes["truth"] == "real"])


def test_a_condition_that_cannot_be_judged_yet_leaves_the_others_their_answer() -> None:
    votes = real_or_synthetic(0.8, raters=6, images=24)
    number = votes["item"].str[1:].astype(int)
    names = np.where(number % 2 == 0, "real", np.where(number < 12, "fine", "coarse"))
    votes = votes.assign(condition=names)
    trained = votes[number == 1].assign(condition="practice", phase="training")
    lonely = votes[(number == 3) & (votes["rater"] == "r0")].assign(condition="rare", score=np.nan)
    lonely = lonely.assign(preference="tie", other="i0")
    analysis = analyse(vote_table(pd.concat([votes, trained, lonely])))
    assert list(analysis.tables["detection"]["group"]) == ["all votes", "coarse", "fine"]
    assert set(analysis.refusals) >= {"detection of rare"}
    assert "detection of practice" not in analysis.refusals


def test_marks_count_each_rater_once() -> None:
    marks = pd.DataFrame(
        [("a", "r1", 0, 0, 0.5, 0.5), ("a", "r1", 0, 0, 0.5, 0.5), ("a", "r2", 0.25, 0.25, 1, 1)],
        columns=["item", "rater", "left", "top", "right", "bottom"],
    )
    share = heat_map(marks, "a", raters=4, size=4)
    assert share[0, 0] == 0.25
    assert share[1, 1] == 0.5
    assert share[3, 0] == 0
    assert heat_map(marks, "b", raters=4).max() == 0
    with pytest.raises(OutOfRange, match="More raters marked"):
        heat_map(marks, "a", raters=1)


@pytest.mark.parametrize(
    "bad", [{"difference": 0}, {"difference": float("nan")}, {"deviation": -1}]
)
def test_impossible_plans_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(OutOfRange):
        raters_for_difference(
            **{"difference": 0.5, "deviation": 0.8, "design": Design.PAIRED, **bad}
        )


def test_sample_sizes_grow_with_the_number_of_comparisons() -> None:
    sizes = [raters_for_difference(0.5, 0.8, Design.PAIRED, m) for m in (1, 50, 2000, 100_000)]
    assert sizes == sorted(sizes)


def test_votes_to_a_target_follow_the_spread() -> None:
    votes = vote_table(
        scores({(f"{c}1", "x"): [1, 2, 3, 4, 5, 3] for c in "abcdef"}, arm="wide")
    ).votes
    table = votes_to_target(votes, 0.5)
    assert table["deviation"].iloc[0] == pytest.approx(np.sqrt(2), abs=1e-9)
    assert table["votes"].iloc[0] == 34


def test_a_graded_pair_is_the_same_from_either_side():
    """a is better than b by 2 of 3; half of the votes were asked the other way round."""
    left = {"item": "a1", "other": "b1", "condition": "a", "other_condition": "b", "score": 2}
    right = {"item": "b1", "other": "a1", "condition": "b", "other_condition": "a", "score": -2}
    both = [
        {**side, "content": "1", "rater": rater, "phase": phase}
        for rater in ("p", "q", "r", "s")
        for side, phase in ((left, "vote"), (right, "repeat"))
    ] + [{**right, "content": "1", "rater": rater} for rater in ("t", "u", "v", "w")]
    frame = pd.DataFrame(both).assign(scale_min=-3, scale_max=3, protocol="ccr")
    found = analyse(vote_table(frame)).tables
    (row,) = found["differences"].itertuples()
    assert (row.first, row.second, row.difference, row.low) == ("a", "b", 2, 2)
    (share,) = found["preferences"]["share"]
    assert share == 1
    assert set(found["raters"]["repeats"].dropna()) == {1.0}
    assert not {"items", "agreement", "arms"} & set(found), "no picture was scored by itself"


def test_raters_who_all_rush_have_a_reason_to_be_looked_at():
    frame = scores({("x1", "x"): [1, 2, 3], ("x2", "x"): [3, 2, 1]}).assign(seconds=0.3)
    assert set(rater_table(vote_table(frame).votes)["reasons"]) == {"0.3 s a vote"}
    slower = vote_table(frame.assign(seconds=1.0)).votes
    assert set(rater_table(slower)["reasons"]) == {""}


def test_a_known_answer_that_no_score_can_give_flags_nobody():
    frame = scores({("x1", "x"): [1, 2, 5, 4, 3, 3]}).assign(phase="gold", truth="as it should be")
    frame = pd.concat([frame, scores({("y1", "y"): [1, 2, 5, 4, 3, 3]})])
    assert rater_table(vote_table(frame).votes)["gold"].isna().all()


@pytest.mark.parametrize(("low", "high"), [(0, 1), (1, 5), (-3, 3)])
def test_real_and_synthetic_are_the_ends_of_any_scale(low: float, high: float) -> None:
    kinds = {"a1": "real", "b1": "synthetic"}
    frame = scores({("a1", "x"): [low, high], ("b1", "y"): [high, low]})
    frame = frame.assign(
        scale_min=low, scale_max=high, phase="gold", truth=frame["item"].map(kinds)
    )
    assert rater_table(vote_table(frame).votes)["gold"].tolist() == [1, 0]
