"""Restore a file, page by page, into one output for each model asked for."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from restoration.chain.running import restore_by_chain
from restoration.chain.steps import NAME as CHAIN
from restoration.chain.steps import is_chain
from restoration.degradations import Degradation, DegradationKind, degrade
from restoration.errors import NotWritten, UsageError
from restoration.estimation import estimate
from restoration.estimation.jpeg import luma_table
from restoration.models.catalogue import SUFFIXES
from restoration.page_restoration import Models, Request, RestoredPage, restore_page
from restoration.pages import FileFormat, Page, PageWriter, Pixels, format_of_name, open_writer
from restoration.pages.limited import DocumentDescription, LimitedReader
from restoration.progress import Report, silent, within
from restoration.recipe import PageRecord, Recipe, sha256_of_file
from restoration.repeating import as_asked

# They follow the whole name of the output: page.jpg and page.jpeg may stand side by side.
RECIPE_SUFFIX = ".recipe.json"
EXACT_SUFFIX = ".exact.png"
EXPECTED_ERROR_SUFFIX = ".expected-error.tiff"


@dataclass(frozen=True)
class Target:
    """One model and where its output goes."""

    model: str
    """Id, alias, path of a weights file, "auto", or a chain of steps ("chain:...")."""
    output: Path
    lossless: Path | None = None
    """Where the exact pixels go as PNG too, if the output's format (JPEG) loses some."""

    @classmethod
    def with_exact_copy(cls, model: str, output: Path) -> Target:
        """A target whose exact pixels, where the format loses some, go beside the output."""
        return cls(model, output, _beside(output, EXACT_SUFFIX))

    @property
    def expected_error(self) -> Path:
        """Where an ensemble's map of expected errors goes: TIFF, float, one page for each page."""
        return _beside(self.output, EXPECTED_ERROR_SUFFIX)

    @property
    def recipe(self) -> Path:
        """The sidecar beside the output."""
        return _beside(self.output, RECIPE_SUFFIX)

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that may be written."""
        exact = () if self.lossless is None else (self.lossless,)
        return (self.output, *exact, self.expected_error, self.recipe)


def restore_file(
    source: Path,
    targets: tuple[Target, ...],
    request: Request,
    reader: LimitedReader,
    report: Report = silent,
    models: Models | None = None,
) -> tuple[Recipe, ...]:
    """Restore every page of `source` with each target's model; one recipe for each target.

    One page is held at a time. Nothing is left behind when it fails or is cancelled, and
    `source` is never written to. `models` are those of the batch that the file belongs to.
    Raises `RestorationError`s only.
    """
    refuse_overwriting(source, *(file for target in targets for file in target.files))
    started = time.perf_counter()
    document = reader.describe(source)
    models = models or Models(request, within(report, 0.0, 0.0))
    records: dict[Target, list[PageRecord]] = {target: [] for target in targets}
    with ExitStack() as stack:
        outputs = {target: _Outputs(source, target, document, stack) for target in targets}
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
                restore = restore_by_chain if is_chain(target.model) else restore_page
                restored = restore(page, found, target.model, models, request, reference, part)
                records[target].append(outputs[target].write(restored))
    for output in outputs.values():
        output.clear_away()
    try:
        return tuple(
            _record(source, target, document, request, models, records[target], started)
            for target in targets
        )
    except NotWritten:
        for file in (file for target in targets for file in target.files):
            with suppress(OSError):
                file.unlink()
        raise


def output_name(source: Path, model: str) -> str:
    """The name of an output: the input's, with the model's before the suffix."""
    if is_chain(model):
        label = CHAIN
    else:
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
        return _damaged(page, request.noise), page.pixels
    if request.reference is not None:
        clean = reader.read(request.reference, index).pixels
        if clean.shape != page.pixels.shape:
            raise UsageError(
                f"The reference is not of the shape of page {index + 1}",
                actual=f"a reference of {_shape(clean)}",
                expected=_shape(page.pixels),
                remedy="Give the clean original of this very page, neither cut nor enlarged",
            )
        return page, clean
    return page, None


def _damaged(page: Page, damage: Degradation) -> Page:
    """The page with damage added; a compression is told as a file would tell it."""
    info = page.info
    if damage.kind is DegradationKind.JPEG:
        table = luma_table(round(damage.level)).ravel().tolist()
        info = replace(info, quantisation=(tuple(table),))
    return replace(page, pixels=degrade(page.pixels, damage), info=info)


def _shape(pixels: Pixels) -> str:
    height, width, channels = pixels.shape
    return f"{width} x {height}, {'gray' if channels == 1 else 'colour'}"


def _beside(output: Path, suffix: str) -> Path:
    return output.with_name(output.name + suffix)


class _Outputs:
    """The files of one target, which all appear when the stack closes without an error."""

    def __init__(
        self, source: Path, target: Target, document: DocumentDescription, stack: ExitStack
    ) -> None:
        format = output_format(source, document.format, target.output)
        self._pages = [stack.enter_context(open_writer(target.output, format))]
        if target.lossless is not None and format is FileFormat.JPEG:
            self._pages.append(stack.enter_context(open_writer(target.lossless, FileFormat.PNG)))
        for writer in self._pages:
            writer.expect(document.page_count)
        self._stack = stack
        self._target = target
        self._errors: PageWriter | None = None

    def write(self, restored: RestoredPage) -> PageRecord:
        """Write the next page; its record with what was converted on the way out."""
        notices = [notice for writer in self._pages for notice in writer.write(restored.page)]
        if restored.expected_error is not None:
            if self._errors is None:
                writer = open_writer(self._target.expected_error, FileFormat.TIFF)
                self._errors = self._stack.enter_context(writer)
            self._errors.write(restored.expected_error)
        return replace(restored.record, notices=(*restored.record.notices, *notices))

    def clear_away(self) -> None:
        """Remove the map of an earlier ensemble: it is not of what was written now."""
        if self._errors is None:
            with suppress(OSError):
                self._target.expected_error.unlink()


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
    ids |= {step.model for record in records for step in record.steps if step.model is not None}
    used = [model for model in models.loaded.values() if model.card.id in ids]
    used.sort(key=lambda model: model.weights_sha256 is None)
    recipe = Recipe(
        input_name=source.name,
        input_sha256=sha256_of_file(source),
        output_name=target.output.name,
        output_sha256=sha256_of_file(target.output),
        model=target.model,
        asked=as_asked(request),
        device=used[0].device if used else request.device,
        dtype=used[0].dtype if used else request.dtype,
        seconds=time.perf_counter() - started,
        pages=tuple(records),
        notices=document.notices,
    )
    recipe.write(target.recipe)
    return recipe


def output_format(source: Path, format: FileFormat, output: Path) -> FileFormat:
    """The format of an output, made from a `source` of this `format`.

    An output whose name ends like the input's keeps the input's format, whatever that ending
    stands for; another ending asks for a conversion. Raises `UsageError` for an ending that
    stands for none.
    """
    if output.suffix.lower() == source.suffix.lower():
        return format
    wanted = format_of_name(output)
    if wanted is None:
        raise UsageError(
            "The output's name stands for no format that can be written",
            actual=output.name,
            expected="the ending of one of " + ", ".join(each.value for each in FileFormat),
            remedy=f"Name it {output.stem or output.name}{source.suffix} to keep the format",
        )
    return wanted


def refuse_overwriting(source: Path, *outputs: Path) -> None:
    """Raise `UsageError` where an output is the input itself."""
    if any(output.resolve() == source.resolve() for output in outputs):
        raise UsageError(
            "The output would overwrite the input",
            actual=str(source),
            expected="another folder or name",
            remedy="Choose another place with -o",
        )
