"""Models whose cells differ: a mean over other damage is no mean to compare."""

from __future__ import annotations

import numpy as np

from evaluation.comparison.leaderboard import leaderboard
from evaluation.comparison.run_table import run_table
from evaluation.comparison.scores import scores
from evaluation.comparison.series import versus
from evaluation.overview import overview
from evaluation.report.document import report_html


def test_models_on_different_damage_are_not_ranked_against_each_other(make_rows):
    frame = make_rows(models=("nlm", "wavelet"))
    only = {"nlm": "gaussian:50", "wavelet": "gaussian:15"}
    frame = frame[frame["degradation"] == frame["model"].map(only)]
    run = run_table(frame)
    board = leaderboard(run, "psnr")
    assert (board.images, board.standings, board.pairs) == (0, (), ())
    assert board.left_out == ("nlm", "wavelet")
    found = scores(run, "psnr")
    assert np.isnan(found.values).all()
    assert (found.lacking == 1).all()
    shown = overview(run, "psnr")
    assert "in common" in shown.sentence
    assert "Not ranked, for lack of figures: nlm, wavelet." in report_html(run, shown, "Run")


def test_a_cell_that_fails_with_one_model_costs_the_image_whatever_fails_with_the_others(make_rows):
    frame = make_rows(models=("nlm", "wavelet"))
    for model, damage in (("nlm", "gaussian:15"), ("wavelet", "gaussian:50")):
        lost = (frame["model"] == model) & (frame["degradation"] == damage)
        frame.loc[lost & (frame["image"] == "image03.png"), "psnr"] = np.nan
    board = leaderboard(run_table(frame), "psnr")
    assert board.images == 11
    missing = {each.model: each.missing for each in board.standings}
    assert missing == {"nlm": 1, "wavelet": 1}


def test_another_seed_is_another_cell(make_rows):
    frame = make_rows(models=("nlm", "wavelet"), levels=(25,))
    frame.loc[frame["model"] == "nlm", "seed"] = 1
    assert leaderboard(run_table(frame), "psnr").images == 0


def test_what_only_a_model_with_few_figures_was_tried_on_is_asked_of_no_other(make_rows):
    frame = make_rows(models=("nlm", "wavelet", "median"))
    frame = frame[(frame["model"] != "median") | (frame["degradation"] == "gaussian:15")]
    frame = frame.assign(
        degradation=frame["degradation"].where(frame["model"] != "median", "jpeg:90")
    )
    board = leaderboard(run_table(frame), "psnr")
    assert board.images == 12
    assert {each.model for each in board.standings} == {"nlm", "wavelet"}
    assert board.left_out == ("median",)
    pair = versus(run_table(frame), "psnr", "nlm", "wavelet")
    assert len(pair.gains) == 36
