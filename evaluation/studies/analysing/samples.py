"""The study that ships, so that a visitor sees every figure filled."""

from __future__ import annotations

from pathlib import Path

SAMPLE_STUDY = Path(__file__).parents[3] / "assets" / "studies" / "simulated-raters.csv.gz"
"""Votes of simulated raters with invented effects: made by `python -m bench.make_sample_study`."""
SAMPLE_TITLE = "Sample study with simulated raters"
SAMPLE_WARNING = (
    "Simulated: no person gave these votes, and the effects are invented. They show what the "
    "page can do and say nothing about any model or provider."
)
