"""From rows to leaderboards, series, extremes and ratings."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from evaluation.comparison.agreement import agreement
from evaluation.comparison.extremes import disagreements, worst_cases
from evaluation.comparison.front import pareto_front
from evaluation.comparison.leaderboard import leaderboard
from evaluation.comparison.ratings import rated, read_ratings
from evaluation.comparison.run_table import run_table
from evaluation.comparison.scores import scores
from evaluation.comparison.series import grid, kinds_with_levels, level_points, versus
from evaluation.comparison.spectra import radial_spectrum
from restoration.errors import UsageError


def test_the_leaderboard_ranks_brackets_and_prices(run):
    board = leaderboard(run, "psnr")
    assert {each.model for each in board.standings[:2]} == {"ffdnet-color-dn", "twin-of-ffdnet"}
    assert board.brackets == ((0, 1),), "the twins alone cannot be told apart"
    assert board.best_classical == "nlm"
    top = board.standings[0]
    assert top.over_identity.mean == pytest.approx(8, abs=0.5)
    assert top.over_classical.mean == pytest.approx(2, abs=0.5)
    identity = board.standings[-1]
    assert identity.model == "identity"
    assert identity.over_identity is None
    assert identity.seconds_per_megapixel == pytest.approx(0.01 / 0.2)
    worst = run.frame.iloc[top.worst_row]
    own = run.frame[run.frame["model"] == top.model]
    assert worst["psnr"] == own[own["image"] == worst["image"]]["psnr"].min()


def test_lower_is_better_turns_the_order_and_the_gains(run):
    board = leaderboard(run, "gmsd", ["gaussian:25"])
    assert board.standings[-1].model == "identity"
    assert board.standings[0].over_identity.mean > 0


def test_figures_on_both_sides_of_one_do_not_make_up_for_each_other(make_rows):
    frame = make_rows(models=("nlm", "wavelet"), levels=(15, 50))
    off = np.where(frame["degradation"] == "gaussian:15", 0.4, 1.6)
    frame["detail_kept"] = np.where(frame["model"] == "nlm", off, 0.9)
    board = leaderboard(run_table(frame), "detail_kept")
    assert [each.model for each in board.standings] == ["wavelet", "nlm"]
    assert [each.goodness for each in board.standings] == pytest.approx([-0.1, -0.6])
    assert board.standings[1].mean.mean == pytest.approx(1)
    assert board.pairs[0].gain.mean == pytest.approx(0.5)


def test_missing_cells_cost_the_image_and_an_empty_model_its_rank(make_rows):
    frame = make_rows()
    lost = (frame["model"] == "nlm") & (frame["image"] == "image03.png")
    lost &= frame["degradation"] == "gaussian:50"
    frame.loc[lost, "psnr"] = np.nan
    frame.loc[frame["model"] == "median", "psnr"] = np.nan
    board = leaderboard(run_table(frame), "psnr")
    assert board.images == 11
    assert board.left_out == ("median",)
    assert {each.model: each.missing for each in board.standings}["nlm"] == 1
    everyone = scores(run_table(frame), "psnr")
    assert math.isnan(everyone.values[everyone.images.index("image03.png"), 3])


def test_equal_images_count_as_a_hundred_decibels(make_rows):
    frame = make_rows()
    frame.loc[frame["model"] == "nlm", "psnr"] = np.inf
    board = leaderboard(run_table(frame), "psnr")
    assert (board.standings[0].model, board.standings[0].mean.mean) == ("nlm", 100)


def test_the_front_holds_what_nothing_beats():
    assert pareto_front([1, 2, 3, 4], [10, 30, 20, 40]) == (0, 1, 3)
    assert pareto_front([1, 1, 2], [5, 5, 5]) == (0, 1), "equal ones together, dearer ones not"
    assert pareto_front([1, 1, math.nan], [5, 6, 99]) == (1,)
    assert pareto_front([], []) == ()


def test_series_have_means_and_rows_of_worst_images(run):
    assert kinds_with_levels(run) == ("gaussian",)
    points = level_points(run, "psnr", "gaussian")
    assert len(points) == 6 * 3
    frame = run.frame
    first = points[0]
    chosen = frame[(frame["model"] == first.model) & (frame["level"] == first.level)]
    assert first.mean.mean == pytest.approx(chosen["psnr"].mean())
    assert frame.loc[first.row, "psnr"] == chosen["psnr"].min()
    found = grid(run, "psnr")
    assert found.means.shape == found.behind.shape == (6, 3)
    assert (found.behind.min(axis=0) == 0).all()
    pair = versus(run, "psnr", "nlm", "median")
    assert len(pair.gains) == 36
    np.testing.assert_allclose(pair.gains, pair.values[:, 0] - pair.values[:, 1])


def test_harm_comes_first_and_one_image_once(make_rows):
    frame = make_rows()
    harmed = (frame["model"] == "median") & (frame["image"] == "image07.png")
    frame.loc[harmed, "psnr"] -= 9
    run = run_table(frame)
    found = worst_cases(run, "psnr", run.degradations)
    assert run.frame["image"].iat[found[0].row] == "image07.png"
    assert found[0].gain < -5
    assert len({run.frame["image"].iat[each.row] for each in found}) == len(found) == 12


def test_disagreements_are_where_two_metrics_prefer_different_models(make_rows):
    frame = make_rows()
    odd = (frame["model"] == "median") & (frame["image"] == "image05.png")
    frame.loc[odd, "ssim"] = 1.0
    run = run_table(frame)
    found = disagreements(run, "psnr", "ssim", run.degradations)
    assert [run.frame["image"].iat[each.row] for each in found] == ["image05.png"]
    assert run.frame["model"].iat[found[0].other_row] == "median"


def test_p1401_by_hand():
    """Four stimuli, a line through them: errors, intervals and degrees of freedom by hand."""
    metric = np.array([1.0, 2.0, 3.0, 4.0])
    people = np.array([1.0, 2.2, 2.8, 4.0])
    found = agreement(metric, people, np.full(4, 0.05))
    slope, cut = np.polyfit(metric, people, 1)
    errors = np.abs(people - (slope * metric + cut))
    assert found.order == 1
    assert found.srcc == pytest.approx(1)
    assert found.plcc == pytest.approx(np.corrcoef(metric, people)[0, 1])
    beyond = np.maximum(0, errors - 0.05)
    assert found.rmse_star == pytest.approx(np.sqrt(np.sum(beyond**2) / (4 - 2)))
    assert found.outlier_ratio == np.mean(errors > 0.05)
    assert found.plcc_low < found.plcc < found.plcc_high


def test_the_mapping_fits_a_rising_curve():
    goodness = np.linspace(-1, 0, 40)
    people = 5 + 4 * goodness**3 + np.random.default_rng(0).normal(0, 0.05, 40)
    found = agreement(goodness, people, np.full(40, np.nan))
    assert found.order == 3
    assert (np.diff(found.mapped) >= -1e-9).all()
    assert found.plcc > 0.99
    assert found.srcc > 0.9
    assert found.rmse_star < 0.06
    assert found.outlier_ratio == 1, "without intervals every error is beyond them"


@pytest.mark.parametrize("stimuli", [8, 40])
def test_a_metric_that_points_the_wrong_way_is_not_praised(stimuli):
    goodness = np.linspace(0, 1, stimuli)
    people = 5 - 4 * goodness + np.random.default_rng(0).normal(0, 0.05, stimuli)
    found = agreement(goodness, people, np.full(stimuli, 0.1))
    assert found.srcc < -0.9
    assert found.plcc == 0
    assert found.plcc_low < 0 < found.plcc_high
    np.testing.assert_allclose(found.mapped, people.mean(), atol=1e-4)


def test_too_few_or_equal_ratings_have_no_figures():
    for people in (np.array([1.0, 2.0, 3.0]), np.full(5, 3.0)):
        found = agreement(np.arange(len(people), dtype=float), people, people * 0)
        assert math.isnan(found.plcc)


def test_ratings_join_by_stimulus_and_tell_what_is_missing(run, tmp_path):
    rows = run.frame[run.frame["degradation"] == "gaussian:25"]
    table = pd.DataFrame(
        {
            "image": rows["image"],
            "model": rows["model"],
            "degradation": rows["degradation"],
            "mos": 1 + rows["psnr"] / 10,
            "sd": 0.5,
            "votes": 16,
        }
    )
    extra = pd.DataFrame([{**table.iloc[0].to_dict(), "image": "another.png"}])
    pd.concat([table, extra]).to_csv(tmp_path / "ratings.csv", index=False)
    found = rated(run, "psnr", read_ratings(tmp_path / "ratings.csv"))
    assert (len(found.rows), found.unmatched) == (72, 1)
    assert found.found.plcc > 0.999
    assert found.half_widths[0] == pytest.approx(2.1314 * 0.5 / 4, abs=1e-3)
    np.testing.assert_allclose(run.frame["psnr"].to_numpy()[found.rows], found.metric)
    (tmp_path / "no.csv").write_text("image,model\na,b\n")
    with pytest.raises(UsageError, match="mos"):
        read_ratings(tmp_path / "no.csv")


@pytest.mark.parametrize("metric", ["gmsd", "detail_kept"])
def test_people_are_asked_how_good_and_not_how_much(make_rows, metric):
    """A metric that is best low, and one that is best at 1 and off it to both sides."""
    frame = make_rows(levels=(25,))
    frame["detail_kept"] = 1 + frame["gmsd"] * np.where(frame.index % 2, 1, -1)
    run = run_table(frame)
    ratings = frame[["image", "model", "degradation"]].assign(mos=5 - 40 * frame["gmsd"])
    found = rated(run, metric, ratings)
    assert found.found.srcc == pytest.approx(1)
    assert found.found.plcc > 0.999
    assert list(found.metric) == list(frame[metric]), "shown as it was measured"


def test_white_noise_has_a_flat_spectrum_of_its_variance():
    noise = np.random.default_rng(0).normal(0.5, 20 / 255, (300, 401, 1))
    found = radial_spectrum("noisy", noise)
    np.testing.assert_allclose(found.power[2:], 400, rtol=0.25)
    assert found.power[2:].mean() == pytest.approx(400, rel=0.03)
