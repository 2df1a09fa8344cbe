"""Restore a file, page by page: read, measure, choose, restore, check, write, record."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from restoration.audit import audit
from restoration.auto import CLEAN_SIGMA, Choice, choose
from restoration.degradations import Degradation, degrade
from restoration.engine import Run, run
from restoration.errors import UsageError
from restoration.estimation import Estimate, estimate
from restoration.models.catalogue import SUFFIXES, LoadedModel, is_here, load
from restoration.models.restorer import Descriptor, LevelKind, Restorer, Tunable
from restoration.pages import (
    FileFormat,
    Page,
    PageWriter,
    Pixels,
    format_of_name,
    open_writer,
)
from restoration.pages.limited import DocumentDescription, LimitedReader
from restoration.progress import Progress, Report, silent, within
from restoration.recipe import PageRecord, Recipe, sha256_of_file, sha256_of_pixels
from restoration.scoring import score

AUTO = "auto"
RECIPE_SUFFIX = ".recipe.json"


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
    device: str = "auto"
    dtype: str = "auto"
    tile: int | None = None
    overlap: int | None = None


@dataclass(frozen=True)
class Target:
    """One model and where its output goes."""

    model: str
    """Id, alias, path of a weights file, or "auto"."""
    output: Path
    lossless: Path | None = None
    """Where the exact pixels go as PNG too, if the output's format (JPEG) loses some."""

    @property
    def recipe(self) -> Path:
        """The sidecar beside the output."""
        return self.output.with_name(self.output.name + RECIPE_SUFFIX)


def restore_file(
    source: Path,
    targets: tuple[Target, ...],
    request: Request,
    reader: LimitedReader,
    report: Report = silent,
) -> tuple[Recipe, ...]:
    """Restore every page of `source` with each target's model; one recipe for each target.

    One page is held at a time. Nothing is left behind when it fails or is cancelled, and
    `source` is never written to. Raises `RestorationError`s only.
    """
    refuse_overwriting(source, *(target.output for target in targets))
    started = time.perf_counter()
    document = reader.describe(source)
    models = _Models(request)
    records: dict[Target, list[PageRecord]] = {target: [] for target in targets}
    with ExitStack() as stack:
        writers = {target: _writers(source, target, document.format, stack) for target in targets}
        steps = document.page_count * len(targets)
        for index in range(document.page_count):
            page, reference = _read(source, index, request, reader)
            found = estimate(page)
            for number, target in enumerate(targets):
                step = index * len(targets) + number
                part = within(
                    report,
                    step / steps,
                    (step + 1) / steps,
                    f"page {index + 1} of {document.page_count}, {target.model}, ",
                )
                restored, record = restore_page(
                    page, found, target.model, models, request, reference, part
                )
                for writer in writers[target]:
                    record = replace(record, notices=record.notices + writer.write(restored))
                records[target].append(record)
    return tuple(
        _record(source, target, document, request, models, records[target], started)
        for target in targets
    )


def output_name(source: Path, model: str) -> str:
    """The name of an output: the input's, with the model's before the suffix."""
    label = Path(model).stem if Path(model).suffix in SUFFIXES else model
    return f"{source.stem}-{label}{source.suffix}"


def restore_page(
    page: Page,
    found: Estimate,
    asked: str,
    models: Callable[[str], LoadedModel],
    request: Request,
    reference: Pixels | None = None,
    report: Report = silent,
) -> tuple[Page, PageRecord]:
    """Restore one page; say what was done to it, and what came of that."""
    report(Progress(0.0, "measuring"))
    choice = (
        choose(found, page.pixels.shape[2], is_here)
        if asked == AUTO
        else Choice(asked, "Asked for by name.")
    )
    model = models(choice.model)
    level, source_of_level = _level(model.restorer.descriptor, found, request.level)
    restorer, fitted = _fit(model.restorer, page.pixels, found, level)
    result = run(
        restorer,
        page.pixels,
        level,
        strength=request.strength,
        tile=request.tile,
        overlap=request.overlap,
        report=within(report, 0.05, 0.85),
    )
    report(Progress(0.85, "checking what was removed"))
    checked = _checked(page.pixels, result, found)
    report(Progress(0.9, "scoring"))
    record = PageRecord(
        page=page.info.index,
        width=page.info.width,
        height=page.info.height,
        model=model.card.id,
        why=choice.why,
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
        scores=score(page.pixels, result, restorer, found, request.strength, reference),
        audit=checked,
        notices=page.info.notices,
    )
    return Page(result.pixels, page.info, page.alpha), record


def _checked(before: Pixels, result: Run, found: Estimate) -> dict[str, Any]:
    """What the audit found, as the recipe holds it."""
    if before.shape != result.pixels.shape:
        return {
            "sentence": "The page was enlarged: what was removed cannot be shown.",
            "places": [],
        }
    noise = found.noise
    checked = audit(
        before, result.pixels, noise.sigma, noise.correlation if noise.correlated else 0.0
    )
    return {
        "sentence": checked.sentence,
        "removed": checked.removed,
        "whiteness": checked.whiteness,
        "edge_correlation": checked.edge_correlation,
        "place_count": checked.place_count,
        "places": [asdict(place) for place in checked.places],
        "autocorrelation": np.round(checked.spectrum.autocorrelation, 4).tolist(),
        "spectrum": np.round(checked.spectrum.power, 4).tolist(),
    }


def read_input(source: Path, index: int, request: Request, reader: LimitedReader) -> Page:
    """The page as the models see it: with the noise that was asked for."""
    return _read(source, index, request, reader)[0]


class _Models:
    """Loads each model once for a file."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.loaded: dict[str, LoadedModel] = {}

    def __call__(self, model: str) -> LoadedModel:
        if model not in self.loaded:
            self.loaded[model] = load(model, self._request.device, self._request.dtype)
        return self.loaded[model]


def _read(
    source: Path, index: int, request: Request, reader: LimitedReader
) -> tuple[Page, Pixels | None]:
    page = reader.read(source, index)
    if request.noise is not None:
        return replace(page, pixels=degrade(page.pixels, request.noise)), page.pixels
    if request.reference is not None:
        return page, reader.read(request.reference, index).pixels
    return page, None


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


def _writers(
    source: Path, target: Target, format: FileFormat, stack: ExitStack
) -> list[PageWriter]:
    """A writer for the output and one for its exact copy.

    An output whose name ends like the input's keeps the input's format, whatever that ending
    stands for; another ending asks for a conversion.
    """
    if target.output.suffix.lower() != source.suffix.lower():
        format = format_of_name(target.output) or format
    writers = [stack.enter_context(open_writer(target.output, format))]
    if target.lossless is not None and format is FileFormat.JPEG:
        writers.append(stack.enter_context(open_writer(target.lossless, FileFormat.PNG)))
    return writers


def _record(
    source: Path,
    target: Target,
    document: DocumentDescription,
    request: Request,
    models: _Models,
    records: list[PageRecord],
    started: float,
) -> Recipe:
    used = [models.loaded[record.model] for record in records if record.model in models.loaded]
    recipe = Recipe(
        input_name=source.name,
        input_sha256=sha256_of_file(source),
        output_name=target.output.name,
        output_sha256=sha256_of_file(target.output),
        model=target.model,
        noise_added=None if request.noise is None else str(request.noise),
        device=used[0].device if used else request.device,
        dtype=used[0].dtype if used else request.dtype,
        seconds=time.perf_counter() - started,
        pages=tuple(records),
        notices=document.notices,
    )
    recipe.write(target.recipe)
    return recipe


def refuse_overwriting(source: Path, *outputs: Path) -> None:
    """Raise `UsageError` where an output is the input itself."""
    if any(output.resolve() == source.resolve() for output in outputs):
        raise UsageError(
            "The output would overwrite the input",
            actual=str(source),
            expected="another folder or name",
            remedy="Choose another place with -o",
        )
