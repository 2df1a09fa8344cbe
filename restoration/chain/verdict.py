"""Did a step improve matters? By the clean original where there is one, else by its traces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from restoration.fidelity import psnr
from restoration.pages import Pixels
from restoration.recipe import PageRecord

MOST_STRUCTURE = 0.01
"""Share of the page from which structure may be taken before a step counts as harmful."""
LEAST_LIKENESS = 30.0
"""PSNR in dB that an enlarged page must have with its source once it is reduced again."""


@dataclass(frozen=True)
class Verdict:
    """Whether a step stays, and the sentence that says why."""

    kept: bool
    sentence: str


def judge(before: Pixels, after: Pixels, record: PageRecord) -> Verdict:
    """Judge one step from the page before it, the page after it, and its record.

    With a reference PSNR decides. Without, a bound by SURE does where it is valid; else the step
    must change something, lower the noise or leave it, and take structure from at most 1 % of the
    page. Enlarging must give back its source when it is reduced again.
    """
    if before.shape != after.shape:
        return _enlarged(before, after)
    scores = record.scores
    if scores.psnr is not None and scores.psnr_of_input is not None:
        return _by_gain(scores.psnr - scores.psnr_of_input, "PSNR against the original")
    if record.audit["removed"] < 0.05 and not record.audit["places"]:
        return Verdict(False, "Dropped: it changed nothing.")
    if scores.psnr_at_least is not None and scores.estimated_psnr_of_input is not None:
        return _by_gain(
            scores.psnr_at_least - scores.estimated_psnr_of_input, "PSNR, by a lower bound (SURE)"
        )
    return _by_traces(record)


def _by_gain(gain: float, what: str) -> Verdict:
    if gain > 0:
        return Verdict(True, f"Kept: {what} rose by {gain:.1f} dB.")
    return Verdict(False, f"Dropped: {what} fell by {-gain:.1f} dB.")


def _by_traces(record: PageRecord) -> Verdict:
    share = _structure_share(record)
    if share > MOST_STRUCTURE:
        return Verdict(
            False,
            f"Dropped: it took structure from {100 * share:.1f} % of the page, more than "
            f"{100 * MOST_STRUCTURE:.0f} %.",
        )
    scores = record.scores
    before, after = scores.sigma_before or 0.0, scores.sigma_after or 0.0
    if after > before:
        return Verdict(False, f"Dropped: noise rose from σ {before:.1f} to {after:.1f}.")
    return Verdict(True, f"Kept: noise σ {before:.1f} → {after:.1f}, and the structure stayed.")


def _structure_share(record: PageRecord) -> float:
    """Of the page's area; the strongest places are listed and stand for the others."""
    places = record.audit["places"]
    if not places:
        return 0.0
    listed = sum(place["width"] * place["height"] for place in places)
    count = record.audit["place_count"]
    return float(listed * count / len(places) / (record.width * record.height))


def _enlarged(before: Pixels, after: Pixels) -> Verdict:
    size = (before.shape[1], before.shape[0])
    planes = [
        np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BOX))
        for plane in np.moveaxis(np.ascontiguousarray(after), 2, 0)
    ]
    likeness = psnr(np.clip(np.stack(planes, axis=2), 0, 1), np.clip(before, 0, 1))
    if likeness >= LEAST_LIKENESS:
        return Verdict(True, f"Kept: reduced again it is its source to {likeness:.0f} dB.")
    return Verdict(
        False,
        f"Dropped: reduced again it is its source to {likeness:.0f} dB only, less than "
        f"{LEAST_LIKENESS:.0f}.",
    )
