"""Restore a file, page by page, into one output for each model asked for."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from restoration.degradations import degrade
from restoration.errors import UsageError
from restoration.estimation import estimate
from restoration.models.catalogue import SUFFIXES
from restoration.page_restoration import Models, Request, RestoredPage, restore_page
from restoration.pages import FileFormat, Page, PageWriter, Pixels, format_of_name, open_writer
from restoration.pages.limited import DocumentDescription, LimitedReader
from restoration.progress import Report, silent, within
from restoration.recipe import PageRecord, Recipe, sha256_of_file

RECIPE_SUFFIX = ".recipe.json"


@dataclass(frozen=True)
class Target:
    """One model and where its output goes."""

    model: str
    """Id, alias, path of a weights file, or "auto"."""
    output: Path
    lossless: Path | None = None
    """Where the exact pixels go as PNG too, if the output's format (JPEG) loses some."""

    @property
    def expected_error(self) -> Path:
        """Where an ensemble's map of expected errors goes: TIFF, float, one page for each page."""
        return self.output.with_name(f"{self.output.stem}-expected-error.tiff")

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
    models = Models(request, within(report, 0.0, 0.0))
    records: dict[Target, list[PageRecord]] = {target: [] for target in targets}
    with ExitStack() as stack:
        outputs = {
            target: _Outputs(source, target, document.format, request, stack) for target in targets
        }
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
                restored = restore_page(page, found, target.model, models, request, reference, part)
                records[target].append(outputs[target].write(restored))
    return tuple(
        _record(source, target, document, request, models, records[target], started)
        for target in targets
    )


def output_name(source: Path, model: str) -> str:
    """The name of an output: the input's, with the model's before the suffix."""
    label = Path(model).stem if Path(model).suffix in SUFFIXES else model
    return f"{source.stem}-{label}{source.suffix}"


def read_input(source: Path, index: int, request: Request, reader: LimitedReader) -> Page:
    """The page as the models see it: with the noise that was asked for."""
    return _read(source, index, request, reader)[0]


def _read(
    source: Path, index: int, request: Request, reader: LimitedReader
) -> tuple[Page, Pixels | None]:
    page = reader.read(source, index)
    if request.noise is not None:
        return replace(page, pixels=degrade(page.pixels, request.noise)), page.pixels
    if request.reference is not None:
        return page, reader.read(request.reference, index).pixels
    return page, None


class _Outputs:
    """The files of one target, which all appear when the stack closes without an error.

    An output whose name ends like the input's keeps the input's format, whatever that ending
    stands for; another ending asks for a conversion.
    """

    def __init__(
        self, source: Path, target: Target, format: FileFormat, request: Request, stack: ExitStack
    ) -> None:
        if target.output.suffix.lower() != source.suffix.lower():
            format = format_of_name(target.output) or format
        self._pages = [stack.enter_context(open_writer(target.output, format))]
        if target.lossless is not None and format is FileFormat.JPEG:
            self._pages.append(stack.enter_context(open_writer(target.lossless, FileFormat.PNG)))
        self._errors: PageWriter | None = None
        if request.ensemble:
            self._errors = stack.enter_context(open_writer(target.expected_error, FileFormat.TIFF))

    def write(self, restored: RestoredPage) -> PageRecord:
        """Write the next page; its record with what was converted on the way out."""
        notices = [notice for writer in self._pages for notice in writer.write(restored.page)]
        if self._errors is not None and restored.expected_error is not None:
            self._errors.write(restored.expected_error)
        return replace(restored.record, notices=(*restored.record.notices, *notices))


def _record(
    source: Path,
    target: Target,
    document: DocumentDescription,
    request: Request,
    models: Models,
    records: list[PageRecord],
    started: float,
) -> Recipe:
    ids = {record.model for record in records}
    used = [model for model in models.loaded.values() if model.card.id in ids]
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
