"""7. To be honest: know the level, know where one is unsure, and invent or erase nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter
from scipy.stats import spearmanr

from restoration.audit import amplified_residual, audit
from restoration.engine import Run, run
from restoration.ensemble import Ensemble, run_ensemble
from restoration.explanation.colours import CHOSEN
from restoration.explanation.examined import Examined
from restoration.explanation.section import Chart, Choice, Figure, Section, Series
from restoration.explanation.subject import SEED, white_noise
from restoration.explanation.wording import wording
from restoration.models.restorer import LevelKind
from restoration.pages.page import Pixels
from restoration.progress import Report

PART = 128
"""Side of the part that is run many times."""
FACTORS = (0.4, 0.7, 1.0, 1.4, 2.0)
"""Told or true levels, over the one that is right."""
CELL = 8
VISIBLE = 6 / 255
"""Detail of this strength, as local deviation, is seen on flat ground."""


def honesty(examined: Examined) -> Section:
    """Told the wrong level; unsure places; what was invented and erased."""
    subject = examined.subject
    levels, costs = _levels(examined)
    ensemble = _ensemble(examined)
    truth, noisy = _part(subject.truth), _part(subject.noisy)
    error = np.sqrt(np.square(ensemble.mean - truth).mean(axis=2))
    follows = _rank(_smooth(ensemble.spread), _smooth(error))
    invented, erased, changes = _changes(subject.truth, examined.restored)
    checked = audit(subject.noisy, examined.restored, subject.sigma)
    residual, gain = amplified_residual(subject.noisy, examined.restored)
    spread = ensemble.spread / max(float(np.quantile(ensemble.spread, 0.99)), 1e-9)
    worst = max(costs)
    words = wording(subject, examined.restored)
    return Section(
        7,
        "honesty",
        "Trained to stay with the data",
        f"The loss it learned by (Charbonnier) charges blur and invention alike. It must know the "
        f"level: {_level_words(examined)} costs up to {worst:.1f} dB here. Where it is unsure, "
        f"its eight orientations disagree, and true errors follow that with a rank correlation "
        f"of {follows:.2f}. {words.sentence}",
        Figure(worst, "dB", "lost when the level is wrong by a factor of two or so"),
        (
            Choice(
                "removed",
                "Removed",
                residual,
                f"what was taken away, {gain:g} times around gray. {checked.sentence}",
            ),
            Choice(
                "spread",
                "Unsure",
                np.clip(spread, 0, 1)[..., None].astype(np.float32),
                f"white: the orientations disagree (the middle {ensemble.spread.shape[1]} "
                f"pixels); rank correlation with the true error {follows:.2f}",
            ),
            Choice(
                "changes",
                "Invented, erased",
                changes,
                f"{100 * erased:.1f} % of the cells lost visible detail (dark), "
                f"{100 * invented:.1f} % show detail that the truth has not (light)",
            ),
            Choice(
                "ensemble",
                "Mean of eight",
                ensemble.mean,
                f"{_score(ensemble.mean, truth):.2f} dB, one orientation alone "
                f"{_score(ensemble.upright.pixels, truth):.2f} dB",
                _score(ensemble.mean, truth),
            ),
            *([words.choice] if words.choice else []),
        ),
        (_level_chart(examined, levels, costs),),
        note="Erased detail that the noise had drowned cannot be told from the noise by anybody. "
        f"The level and the orientations are tried on the middle {noisy.shape[1]} x "
        f"{noisy.shape[0]} pixels.",
        data={
            "levels": levels,
            "costs": costs,
            "spreadFollowsError": follows,
            "invented": invented,
            "erased": erased,
            "audit": checked.sentence,
            "placesToCheck": checked.place_count,
            "whiteness": checked.whiteness,
            "text": words.data,
        },
    )


def _levels(examined: Examined) -> tuple[list[float], list[float]]:
    """Levels tried, and the PSNR that each costs against the right one."""
    subject = examined.subject
    truth = _part(subject.truth)
    right = subject.sigma
    tried = [round(right * factor, 1) for factor in FACTORS]
    if _can_be_told(examined):
        noisy = _part(subject.noisy)
        scores = [_score(examined.restore(noisy, level), truth) for level in tried]
        best = scores[FACTORS.index(1.0)]
        return tried, [best - score for score in scores]
    # One fixed level: the noise is varied, and compared with an ideal of equal gain.
    gains = []
    for level in tried:
        noisy = truth + white_noise(truth, level, SEED + 1)
        gains.append(_score(examined.restore(noisy), truth) - _score(noisy, truth))
    best = gains[FACTORS.index(1.0)]
    return tried, [best - gain for gain in gains]


def _can_be_told(examined: Examined) -> bool:
    facts = examined.model.restorer.descriptor
    low, high = facts.level_range
    return facts.level is LevelKind.SIGMA and low < high


def _level_words(examined: Examined) -> str:
    return (
        "being told a wrong one"
        if _can_be_told(examined)
        else "it was made for a single one, and other noise"
    )


def _level_chart(examined: Examined, levels: list[float], costs: list[float]) -> Chart:
    told = _can_be_told(examined)
    return Chart(
        "What a wrong level costs" if told else "Noise of other levels than it was made for",
        "level told, σ" if told else "noise, σ",
        "PSNR lost, dB" if told else "gain missed, dB",
        (Series(examined.name, tuple(levels), tuple(costs), CHOSEN),),
        ((examined.subject.sigma, "the crop's noise"),),
    )


def _ensemble(examined: Examined) -> Ensemble:
    level = examined.level

    def once(pixels: Pixels, report: Report) -> Run:
        return run(examined.model.restorer, pixels, level, report=report)

    return run_ensemble(once, _part(examined.subject.noisy))


def _part(pixels: Pixels) -> Pixels:
    """The middle of a crop, on multiples of 8 so that windows keep their place."""
    height, width = pixels.shape[:2]
    top, left = (max(0, (side - PART) // 2) // 8 * 8 for side in (height, width))
    return np.ascontiguousarray(pixels[top : top + PART, left : left + PART])


def _score(pixels: Pixels, truth: Pixels) -> float:
    error = float(np.mean(np.square(np.clip(pixels, 0, 1) - truth, dtype=np.float64)))
    return -10 * float(np.log10(max(error, 1e-10)))


def _changes(truth: Pixels, restored: Pixels) -> tuple[float, float, Pixels]:
    """Shares of 8 x 8 cells with invented and erased detail, and a map around gray.

    A cell counts where its detail (deviation from a 5 x 5 mean) is visible on one side and less
    than half as strong on the other.
    """
    made, given = (_cell_detail(each) for each in (np.clip(restored, 0, 1), truth))
    erased = (given > VISIBLE) & (made < given / 2)
    invented = (made > VISIBLE) & (given < made / 2)
    cells = 0.5 + 0.5 * invented - 0.5 * erased
    image = cells.repeat(CELL, axis=0).repeat(CELL, axis=1)[..., None]
    return float(invented.mean()), float(erased.mean()), image.astype(np.float32)


def _cell_detail(pixels: Pixels) -> NDArray[np.float64]:
    gray = pixels.mean(axis=2, dtype=np.float64)
    fine = np.square(gray - uniform_filter(gray, 5))
    rows, columns = (side // CELL for side in gray.shape)
    cells = fine[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL)
    return np.asarray(np.sqrt(cells.mean(axis=(1, 3))))


def _smooth(image: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.asarray(uniform_filter(image, 5))


def _rank(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(spearmanr(a.ravel()[::5], b.ravel()[::5]).statistic)
