"""Restore one page: choose, tune, run, check, score, and say what was done."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from restoration.audit import amplified_residual, audit
from restoration.auto import CLEAN_SIGMA, Choice, choose
from restoration.degradations import Degradation
from restoration.engine import Run, run
from restoration.ensemble import RunPage, run_ensemble
from restoration.errors import OutOfRange
from restoration.estimation import Estimate
from restoration.models.catalogue import LoadedModel, is_here, load
from restoration.models.restorer import Descriptor, LevelKind, Restorer, Tunable
from restoration.pages import Layout, Page, Pixels, SampleType
from restoration.progress import Progress, Report, silent, within
from restoration.recipe import Doubt, PageRecord, sha256_of_pixels
from restoration.scoring import score
from restoration.suitability import misfit
from restoration.uncertainty import uncertainty

AUTO = "auto"
BY_NAME = "Asked for by name."


@dataclass(frozen=True)
class Request:
    """How a person wants a file restored."""

    level: float | None = None
    """Noise sigma (0-255) or JPEG quality; None takes what is estimated for each page."""
    strength: float = 1.0
    noise: Degradation | None = None
    """Noise to add first; the untouched page is then the reference."""
    reference: Path | None = None
    """The clean original of the file, where there is one."""
    ensemble: bool = False
    """Average eight orientations, and map how far the result may be off; sixteen times the time."""
    device: str = "auto"
    dtype: str = "auto"
    tile: int | None = None
    overlap: int | None = None

    def __post_init__(self) -> None:
        """Raises OutOfRange for a level that is no level of any model."""
        if self.level is not None and not 0 <= self.level < math.inf:
            raise OutOfRange(
                "The level is out of range",
                actual=f"{self.level:g}",
                expected="0 or more: a noise sigma on the 0-255 scale, or a JPEG quality",
            )


@dataclass(frozen=True)
class RestoredPage:
    """A restored page, its record, and what is known of its errors."""

    page: Page
    record: PageRecord
    expected_error: Page | None = None
    """One gray float page, 1.0 an error of the whole range; for ensembles only."""


class Models:
    """Loads each model once, for all files of a request."""

    def __init__(self, request: Request, report: Report = silent) -> None:
        self._request = request
        self._report = report
        self.loaded: dict[str, LoadedModel] = {}

    def __call__(self, model: str) -> LoadedModel:
        """The loaded model of this name; fetches its weights where they are not here yet."""
        if model not in self.loaded:
            device, dtype = self._request.device, self._request.dtype
            self.loaded[model] = load(model, device, dtype, report=self._report)
        return self.loaded[model]


def restore_page(
    page: Page,
    found: Estimate,
    asked: str,
    models: Callable[[str], LoadedModel],
    request: Request,
    reference: Pixels | None = None,
    report: Report = silent,
) -> RestoredPage:
    """Restore `page`, on which `found` was measured, with the model `asked` for.

    `reference` is the clean original, of the same shape. Raises `RestorationError`s.
    """
    report(Progress(0.0, "choosing"))
    channels = page.pixels.shape[2]
    choice = choose(found, channels, is_here) if asked == AUTO else Choice(asked, BY_NAME)
    model = models(choice.model)
    warning = None if asked == AUTO else misfit(model.card, found, channels)
    level, source_of_level = _level(model.restorer.descriptor, found, request.level)
    restorer, fitted = _fit(model.restorer, page.pixels, found, level)
    once = _once(restorer, level, request)
    ensembled = request.ensemble and restorer.descriptor.scale == 1
    running = within(report, 0.05, 0.85)
    if ensembled:
        result, errors, doubt = _ensemble(once, page, found, running)
    else:
        result, errors, doubt = once(page.pixels, running), None, None
    report(Progress(0.85, "checking what was removed"))
    findings = checked(page.pixels, result.pixels, found)
    report(Progress(0.9, "scoring"))
    record = PageRecord(
        page=page.info.index,
        width=page.info.width,
        height=page.info.height,
        model=model.card.id,
        why=choice.why if warning is None else f"{choice.why} {warning}",
        weights_sha256=model.weights_sha256,
        level=result.level,
        level_source=source_of_level,
        strength=request.strength,
        fitted=fitted,
        tile=result.plan.tile,
        overlap=result.plan.halo,
        tiles=len(result.plan.tiles),
        tiles_skipped=result.tiles_skipped,
        seam_ratio=result.seam_ratio,
        seconds=result.seconds,
        found=found.sentence,
        pixels_sha256=sha256_of_pixels(result.pixels),
        scores=score(
            page.pixels,
            result.pixels,
            lambda pixels: (
                run_ensemble(once, pixels).mean if ensembled else once(pixels, silent).pixels
            ),
            found,
            reference,
        ),
        audit=findings,
        doubt=doubt,
        notices=page.info.notices,
    )
    return RestoredPage(_with_pixels(page, result.pixels), record, errors)


def _with_pixels(page: Page, pixels: Pixels) -> Page:
    """The restored pixels with all that belongs to the page, enlarged as they were."""
    height, width = pixels.shape[:2]
    scale = width // page.pixels.shape[1]
    if scale == 1:
        return Page(pixels, page.info, page.alpha)
    dpi = None if page.info.dpi is None else (scale * page.info.dpi[0], scale * page.info.dpi[1])
    alpha = page.alpha
    if alpha is not None:
        enlarged = Image.fromarray(alpha).resize((width, height), Image.Resampling.BICUBIC)
        alpha = np.asarray(enlarged).clip(0, 1)
    return Page(pixels, replace(page.info, width=width, height=height, dpi=dpi), alpha)


def _once(restorer: Restorer, level: float | None, request: Request) -> RunPage:
    def once(pixels: Pixels, report: Report) -> Run:
        return run(
            restorer,
            pixels,
            level,
            strength=request.strength,
            tile=request.tile,
            overlap=request.overlap,
            report=report,
        )

    return once


def _ensemble(
    once: RunPage, page: Page, found: Estimate, report: Report
) -> tuple[Run, Page, Doubt]:
    """The mean of eight runs, and its map of expected errors."""
    ensemble = run_ensemble(once, page.pixels, within(report, 0.0, 0.5))
    result = replace(ensemble.upright, pixels=ensemble.mean, seconds=8 * ensemble.upright.seconds)
    unsure = uncertainty(once, ensemble, found.noise.sigma, report=within(report, 0.5, 1.0))
    info = replace(
        page.info,
        layout=Layout.L,
        samples=SampleType.FLOAT32,
        value_scale=1.0,
        icc=None,
        exif=None,
        notices=(),
    )
    errors = Page(unsure.expected_error[..., None], info)
    return result, errors, Doubt(unsure.doubtful_share, unsure.correlation)


def _level(facts: Descriptor, found: Estimate, given: float | None) -> tuple[float | None, str]:
    """The level that this model wants, and where it comes from."""
    if facts.level is LevelKind.NONE:
        return None, "none"
    if given is not None:
        return given, "given"
    if facts.level is LevelKind.SIGMA:
        return found.noise.sigma, "estimated"
    return None if found.jpeg_quality is None else float(found.jpeg_quality), "estimated"


def _fit(
    restorer: Restorer, pixels: Pixels, found: Estimate, level: float | None
) -> tuple[Restorer, dict[str, float]]:
    """Tune on the page itself where that is valid: noise independent from pixel to pixel."""
    if (
        level is None
        or level < CLEAN_SIGMA
        or found.noise.correlated
        or not isinstance(restorer, Tunable)
    ):
        return restorer, {}
    return restorer.tuned(pixels, level)


def checked(before: Pixels, after: Pixels, found: Estimate) -> dict[str, Any]:
    """What the audit found in going from `before` to `after`, as the recipe holds it."""
    if before.shape != after.shape:
        sentence = "The page was enlarged: what was removed cannot be shown."
        return {"sentence": sentence, "places": []}
    noise = found.noise
    findings = audit(
        before,
        after,
        noise.sigma,
        noise.correlation if noise.correlated else 0.0,
        found.jpeg_quality,
    )
    return {
        "sentence": findings.sentence,
        "removed": findings.removed,
        "gain": amplified_residual(before, after)[1],
        "whiteness": findings.whiteness,
        "edge_correlation": findings.edge_correlation,
        "place_count": findings.place_count,
        "places": [asdict(place) for place in findings.places],
        "autocorrelation": np.round(findings.spectrum.autocorrelation, 4).tolist(),
        "spectrum": np.round(findings.spectrum.power, 4).tolist(),
    }
