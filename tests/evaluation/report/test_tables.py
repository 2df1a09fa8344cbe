"""The tables of a report, of runs in which a model lacks a metric."""

from __future__ import annotations

import re

import numpy as np

from evaluation.comparison.leaderboard import leaderboard
from evaluation.comparison.run_table import run_table
from evaluation.overview import overview
from evaluation.report.tables import metrics_table, worst_tables


def cells(html):
    """Lines of a table as texts, its headings first."""
    return [
        re.findall(r"<t[hd][^>]*>(?:<button[^>]*>)?([^<]*)", line) for line in html.split("<tr>")
    ]


def test_a_metric_that_one_model_cannot_have_is_shown_of_the_others(make_rows):
    frame = make_rows(models=("identity", "median", "nlm"))
    frame["residual_whiteness"] = np.where(frame["model"] == "identity", np.nan, 0.25)
    frame["detail_kept"] = np.nan
    table = run_table(frame)
    _, headings, *lines = cells(metrics_table(table, leaderboard(table, "psnr")))
    place = next(n for n, text in enumerate(headings) if "whiteness" in text.lower())
    shown = {line[0]: line[place] for line in lines}
    assert shown == {"identity": "–", "median": "0.2500", "nlm": "0.2500"}
    assert len(headings) == 5, "a metric that nobody has is no column"


def test_small_gains_have_the_digits_of_their_metric(make_rows):
    table = run_table(make_rows(models=("identity", "nlm")))
    for metric, digits in (("psnr", 2), ("ssim", 4)):
        lines = cells(worst_tables(table, overview(table, metric)))[2:]
        assert all(re.fullmatch(rf"[+-]\d+\.\d{{{digits}}}", line[2]) for line in lines)
