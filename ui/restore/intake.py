"""From what a visitor chose on the page to a case on the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from restoration.auto import choose
from restoration.batch import page_reader
from restoration.chain.proposing import plan_for
from restoration.chain.steps import is_chain, parse_chain
from restoration.degradations import Degradation, DegradationKind
from restoration.errors import RestorationError, TooLarge, UsageError
from restoration.estimation import Estimate, estimate
from restoration.models.catalogue import find, is_here
from restoration.page_restoration import AUTO, Request
from restoration.pages import Page, PageInfo
from restoration.samples import SAMPLES, sample_by_id
from restoration.settings import Settings
from restoration.speed import SpeedBook
from restoration.suitability import misfit
from ui.restore.desk import RestorationDesk
from ui.uploads import accepted, upload_folder

ENSEMBLE_RUNS = 16
"""Eight orientations of the page, and eight more of the page noised again."""


@dataclass(frozen=True)
class Wishes:
    """The controls of the page, checked."""

    models: tuple[str, ...]
    level: float | None
    strength: float
    noise: Degradation | None
    ensemble: bool

    @classmethod
    def of(cls, *values: Any) -> Wishes:  # noqa: ANN401
        """From the controls' values in the page's order; raises `RestorationError`s."""
        try:
            return cls._read(*values)
        except RestorationError:
            raise
        except (TypeError, ValueError) as error:
            raise UsageError(
                "The settings of the page cannot be read",
                actual=str(error),
                remedy="Reload the page and choose them again",
            ) from error

    @classmethod
    def _read(
        cls,
        models: Sequence[str],
        by_hand: bool,
        level: float,
        strength: float,
        kind: str,
        amount: float | None,
        seed: int | None,
        ensemble: bool,
    ) -> Wishes:
        if not models:
            raise UsageError("No model is chosen", expected="one or more", remedy="Choose Auto")
        for model in models:
            if is_chain(str(model)):
                parse_chain(str(model))
            elif model != AUTO:
                find(str(model))
        noise = None
        if kind in {each.value for each in DegradationKind}:
            noise = Degradation(DegradationKind(kind), float(amount or 0), int(seed or 0))
        return cls(
            models=tuple(dict.fromkeys(str(model) for model in models)),
            level=float(level) if by_hand else None,
            strength=float(strength),
            noise=noise,
            ensemble=bool(ensemble),
        )


@dataclass(frozen=True)
class Given:
    """The files to restore."""

    sources: list[Path]
    reference: Path | None = None
    """The clean original, where there is one."""
    uploads: tuple[Path, ...] = ()
    """Those of the visitor's own; they go when the visitor deletes the case."""


class Intake:
    """Checks what was uploaded, says what it is, and opens cases."""

    def __init__(self, settings: Settings, desk: RestorationDesk, speeds: SpeedBook) -> None:
        self._settings = settings
        self._desk = desk
        self._speeds = speeds

    def begin(self, paths: list[str], sample: str, wishes: Wishes, shown: str = "") -> str:
        """Open a case for the uploads, the sample, or else what the page shows; its id.

        `shown` is the case in the page's address: a reloaded page has no uploads any more, but
        its case still has them. A page without one shows the first sample.
        """
        given = self._given(paths, sample, shown)
        if given.reference is not None and wishes.noise is not None:
            # Noise is added to a clean picture: the sample's original, not its scan.
            given = Given([given.reference])
        request = Request(
            level=wishes.level,
            strength=wishes.strength,
            noise=wishes.noise,
            reference=given.reference,
            ensemble=wishes.ensemble,
        )
        case = self._desk.open(given.sources, wishes.models, request, uploads=given.uploads)
        return case.id

    def describe(self, paths: list[str], sample: str, wishes: Wishes) -> list[str]:
        """Lines: what the first file is, what is wrong with it, and how long it will take.

        Raises what reading the file raises.
        """
        if not paths and not sample:
            return []
        sources = self._given(paths, sample).sources
        document = page_reader().describe(sources[0])
        page = page_reader().read(sources[0], 0)
        found = estimate(page)
        more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
        pages = f", {document.page_count} pages" if document.page_count > 1 else ""
        lines = [
            f"{sources[0].name}{more}: {_kind(page.info)}{pages}.",
            found.sentence,
            *self._warnings(page, found, wishes),
            self._time(page, document.page_count * len(sources), found, wishes),
        ]
        return [line for line in lines if line]

    def _warnings(self, page: Page, found: Estimate, wishes: Wishes) -> list[str]:
        named = [find(model) for model in wishes.models if model != AUTO and not is_chain(model)]
        warnings = [misfit(card, found, page.pixels.shape[2]) for card in named]
        return [warning for warning in warnings if warning]

    def _time(self, page: Page, pages: int, found: Estimate, wishes: Wishes) -> str:
        seconds = 0.0
        channels = page.pixels.shape[2]
        models = [each for asked in wishes.models for each in _to_run(asked, found, channels)]
        for model in models:
            speed = self._speeds.of(model, channels)
            if speed is None:
                return ""
            runs = ENSEMBLE_RUNS if wishes.ensemble else 1
            seconds += speed.seconds(page.info.megapixels) * pages * runs
        return f"About {_duration(seconds)} on this machine."

    def _given(self, paths: list[str], sample: str, shown: str = "") -> Given:
        if paths:
            uploads = self._uploads(paths)
            return Given(uploads, uploads=tuple(uploads))
        if not sample and shown:
            case = self._desk.case(shown)
            sources = [task.source for task in case.tasks]
            return Given(sources, case.request.reference, case.uploads)
        chosen = sample_by_id(sample or SAMPLES[0].id)
        return Given([chosen.path], chosen.clean_path)

    def _uploads(self, paths: list[str]) -> list[Path]:
        if len(paths) > self._settings.max_files:
            raise TooLarge(
                "There are too many files",
                actual=str(len(paths)),
                expected=f"at most {self._settings.max_files}",
                remedy="Restore them in several rounds, or use the command line",
            )
        folder = upload_folder(self._settings)
        return [accepted(path, folder) for path in paths]


def _to_run(asked: str, found: Estimate, channels: int) -> list[str]:
    """The models that will run on a page for what was asked."""
    if asked == AUTO:
        return [choose(found, channels, is_here).model]
    if not is_chain(asked):
        return [asked]
    plan = plan_for(asked, found, channels, is_here)
    return [planned.model for planned in plan if planned.model is not None]


def _kind(info: PageInfo) -> str:
    dpi = f", {info.dpi[0]:.0f} dpi" if info.dpi else ""
    return (
        f"{info.format.value}, {info.width} × {info.height} pixels, "
        f"{info.samples.value} {info.layout.value}{dpi}"
    )


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "a second"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
