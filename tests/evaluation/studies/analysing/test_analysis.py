"""The whole way on real and on simulated votes: command line, sentences, report, cache key."""

from __future__ import annotations

import json
import re
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.__main__ import main
from evaluation.studies.analysing import crossed_plan
from evaluation.studies.analysing.analysis import Analysis, analyse, votes_hash
from evaluation.studies.analysing.budget import budget_curves
from evaluation.studies.analysing.budget_differences import budget_differences
from evaluation.studies.analysing.crossed_plan import CrossedPlan, crossed_power, plan_crossed
from evaluation.studies.analysing.samples import SAMPLE_STUDY
from evaluation.studies.analysing.sentences import answer, strategy_answer
from evaluation.studies.analysing.votes import scored, vote_table
from evaluation.studies.analysing.votes_csv import read_votes
from restoration.errors import OutOfRange


@pytest.fixture(scope="module")
def sample() -> Analysis:
    return analyse(read_votes(SAMPLE_STUDY))


@pytest.mark.slow
def test_sample_study_fills_every_table_and_finds_what_was_put_in(sample: Analysis) -> None:
    assert {"rankings", "preferences", "detection", "raters", "without_flagged"} <= set(
        sample.tables
    )
    assert {"arms", "stages", "providers", "quality_assurance", "budgets", "model"} <= set(
        sample.tables
    )
    assert sample.refusals == {}
    said = " ".join(answer(sample)).replace("\u00a0", " ")
    assert re.search(r"Raters prefer variant 3 to variant 1 \(\d+ %, \d+ to \d+ %\)", said)
    assert "variant 2 cannot be told apart from it" in said
    raters = sample.tables["raters"].set_index("rater")["reasons"]
    assert "s a vote" in raters["simulated-acr-06"]
    assert "do not fit" in raters["simulated-pairs-04"]
    strategies = " ".join(strategy_answer(sample))
    assert "rarest with the instructions “pictures”" in strategies
    assert "motion blur" in strategies
    assert "text overlay" not in strategies


@pytest.mark.slow
def test_real_votes_are_analysed_within_twenty_seconds_of_computing(goldens: Path) -> None:
    began = time.process_time()
    analysis = analyse(read_votes(goldens / "its4s2_still_image_votes.csv.gz"))
    assert time.process_time() - began < 20
    assert analysis.facts["votes"] == 22864
    assert "scores highest" in answer(analysis)[0]
    assert len(analysis.tables["rankings"]) == 3 * 24


def test_sentences_say_how_few_images_and_raters_they_rest_on() -> None:
    sample = read_votes(SAMPLE_STUDY).votes
    judged = sample[sample["protocol"] == "annotation"]
    people = sorted(set(judged["rater"]))[:6]
    pictures = sorted(set(judged["item"]))[:6]
    few = judged[judged["item"].isin(pictures) & judged["rater"].isin(people)]
    said = " ".join(strategy_answer(analyse(vote_table(few), live_only=True)))
    assert "on these 6 images, as 5 raters say" in said
    opinions = sample[
        (sample["protocol"] == "acr") & sample["content"].isin(["image 1", "image 2"])
    ]
    everybody = answer(analyse(vote_table(opinions), live_only=True))
    assert everybody[-1] == "This holds for these 2 images only."
    some = opinions[opinions["rater"].isin(sorted(set(opinions["rater"]))[:3])]
    assert "3 raters are few" in answer(analyse(vote_table(some), live_only=True))[-1]


def test_equal_budgets_are_tested_and_said() -> None:
    table = budget_differences(arms(0))
    row = table.iloc[0]
    assert (row["first"], row["second"]) == ("precise", "rough")
    assert row["low"] < np.sqrt(2) / 3 < row["high"]
    analysis = analyse(vote_table(arms(0)))
    said = strategy_answer(analysis)
    assert said[-1].startswith("For the same money, “precise” has 0.4")


def test_arms_are_compared_at_what_prices_all_of_them() -> None:
    votes = arms(0)
    is_rough = votes["arm"] == "rough"
    cost, timed = votes["cost"], votes.assign(seconds=np.where(is_rough, 10.0, 20.0))
    unpaid = votes.assign(cost=cost.mask(is_rough))
    free = votes.assign(cost=cost.mask(is_rough, 0.0))
    for lacking in (unpaid, free):
        assert set(budget_differences(lacking)["unit"]) == {"votes"}
        assert budget_curves(lacking).unit == "votes"
        said = strategy_answer(analyse(vote_table(lacking)))[-1]
        assert said.startswith("For the same number of votes, “precise” has 0.3")
    assert budget_curves(timed.assign(cost=unpaid["cost"])).unit == "seconds"
    half = votes.assign(cost=cost.where(votes["item"] > "i15"))
    pd.testing.assert_frame_equal(budget_differences(half), budget_differences(votes))


def test_an_arm_of_few_raters_does_not_decide_what_the_others_are_compared_at() -> None:
    votes = arms(0)
    few = votes[votes["rater"] == "rough0"].assign(arm="few", rater="single", cost=np.nan)
    assert budget_curves(pd.concat([votes, few])).unit == "cost"


def test_command_prints_one_json_document(
    goldens: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    trials = str(goldens / "pairwise_tonemapping_trials.csv")
    report = tmp_path / "report.html"
    assert main(["studies", "analyse", trials, "--json", "--report", str(report)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["facts"]["votes"] == 1213
    assert document["tables"]["rankings"][0]["low"] < document["tables"]["rankings"][0]["high"]
    flagged = [row["rater"] for row in document["tables"]["raters"] if row["reasons"]]
    assert len(flagged) == 2
    text = report.read_text()
    assert "rrStudyResults" in text
    assert not re.search(r"<(script|link)[^>]+(src|href)=", text)


def test_command_refuses_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "votes.csv").write_text("item,rater,score\na,r,1\nb,r,nine\n")
    assert main(["studies", "analyse", str(tmp_path / "votes.csv")]) == 2
    assert "nine in row 2" in capsys.readouterr().err


def test_plan_prints_the_published_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--difference", "0.5", "--comparisons", "100", "--preference", "0.6", "--json"]
    assert main(["studies", "plan", *asked]) == 0
    sizes = json.loads(capsys.readouterr().out)
    assert sizes == {"pairs": 194, "raters_paired": 54, "raters_independent": 99}


def test_crossed_plan_equals_the_paired_one_where_nothing_else_varies() -> None:
    alone = CrossedPlan(difference=0.5, contents=2, noise_sd=0.8, taste_sd=0.0, suitability_sd=0.0)
    assert crossed_power(alone, 40) > crossed_power(alone, 10)
    plan = plan_crossed(CrossedPlan(difference=0.5, contents=12))
    assert plan["low"] <= plan["power"] <= plan["high"]
    assert plan["power"] >= 0.8
    with pytest.raises(OutOfRange, match="Take more images"):
        plan_crossed(CrossedPlan(difference=0.1, contents=3, suitability_sd=0.5))


def test_a_large_crossed_plan_is_simulated_in_parts_to_the_same_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = CrossedPlan(difference=0.15, contents=70)
    tracemalloc.start()
    power = crossed_power(plan, 60)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60e6
    monkeypatch.setattr(crossed_plan, "MOST_VOTES", 10**9)
    assert crossed_power(plan, 60) == power


def arms(seed: int) -> pd.DataFrame:
    """A precise arm at twice the price of a rough one."""
    generator = np.random.default_rng(seed)
    truth = generator.uniform(1.5, 4.5, 20)
    rows = [
        (f"i{item}", f"{arm}{rater}", arm, cost, truth[item] + generator.normal(0, noise))
        for arm, noise, cost in (("precise", 0.3, 2.0), ("rough", 0.9, 1.0))
        for rater in range(12)
        for item in range(20)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "arm", "cost", "score"])
    frame["truth"] = frame["item"].str[1:].astype(int).map(dict(enumerate(truth)))
    return scored(vote_table(frame.assign(scale_min=-3, scale_max=9)).votes)


def test_equal_budget_curves_rank_arms_as_theory_does() -> None:
    curves = budget_curves(arms(0))
    assert (curves.unit, curves.reference) == ("cost", "the known right answers")
    one = curves.table[curves.table["votes_per_item"] == 1].set_index("arm")["error"]
    assert one["precise"] == pytest.approx(0.3, abs=0.05)
    assert one["rough"] == pytest.approx(0.9, abs=0.1)
    spent = curves.table.set_index(["arm", "votes_per_item"])
    assert spent.loc[("precise", 4), "spent"] == spent.loc[("rough", 8), "spent"]
    assert spent.loc[("precise", 4), "error"] < spent.loc[("rough", 8), "error"]


def test_an_arm_of_few_raters_has_the_same_curve_as_one_of_many() -> None:
    generator = np.random.default_rng(3)
    truth = generator.uniform(2, 4, 400)
    rows = [
        (f"i{item}", f"{arm}{rater}", arm, truth[item] + generator.normal(0, 0.5), truth[item])
        for arm, raters in (("few", 8), ("many", 40))
        for rater in range(raters)
        for item in range(400)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "arm", "score", "truth"])
    table = budget_curves(scored(vote_table(frame.assign(scale_min=-1, scale_max=7)).votes)).table
    for row in table[table["votes_per_item"].isin([1, 4, 8])].itertuples():
        assert row.error == pytest.approx(0.5 / np.sqrt(row.votes_per_item), rel=0.1)
        assert row.low < row.error < row.high


def test_the_same_votes_have_the_same_key_and_others_another() -> None:
    table = vote_table(arms(0))
    assert votes_hash(table) == votes_hash(vote_table(arms(0)))
    assert votes_hash(table) != votes_hash(vote_table(arms(1)))
    assert votes_hash(table, "without r1") != votes_hash(table)
