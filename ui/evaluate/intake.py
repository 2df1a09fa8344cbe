"""From what a visitor chose on the page to a run on the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from evaluation.benchmark.session import METRICS, Wish, checked
from evaluation.comparison.leaderboard import IDENTITY
from evaluation.comparison.run_table import SUFFIXES
from evaluation.dataset_upload import ZIP
from evaluation.metrics import metric
from evaluation.sample_images import sample_images
from restoration.batch import page_reader
from restoration.errors import RestorationError, TooLarge, UsageError
from restoration.executors import MOST_WORKERS, core_count
from restoration.models.catalogue import find
from restoration.settings import Settings
from restoration.speed import SpeedBook
from ui.evaluate.desk import RunDesk
from ui.uploads import accepted, upload_folder

FURTHER_METRICS = ("ms_ssim", "gmsd", "lpips")
"""Besides what the command line takes by default: cheap, and another opinion each."""
MOST_SEEDS = 10
"""In one run of the page; larger ones belong on a command line."""
NOWHERE = Path()


@dataclass(frozen=True)
class Choice:
    """The controls of the page, checked."""

    models: tuple[str, ...]
    degradations: tuple[str, ...]
    seeds: tuple[int, ...]

    @classmethod
    def of(cls, *values: Any) -> Choice:  # noqa: ANN401
        """From the controls' values in the page's order; raises `RestorationError`s.

        Doing nothing is always among the models: every other must beat it.
        """
        try:
            models, degradations, seeds = values
            chosen = [str(name) for name in models or ()]
            damages = [str(name).strip() for name in degradations or ()]
            draws = int(seeds or 1)
        except (TypeError, ValueError) as error:
            raise UsageError(
                "The settings of the page cannot be read",
                actual=str(error),
                remedy="Reload the page and choose them again",
            ) from error
        names = (IDENTITY, *(find(name).id for name in chosen))
        if len(set(names)) < 2:
            raise UsageError(
                "No model is chosen besides doing nothing", remedy="Choose one or more models"
            )
        return cls(
            tuple(dict.fromkeys(names)),
            tuple(dict.fromkeys(damages)),
            tuple(range(max(1, min(draws, MOST_SEEDS)))),
        )

    def wish(self) -> Wish:
        """What the benchmark is asked for; the desk names the folders."""
        return Wish(
            NOWHERE,
            self.models,
            self.degradations,
            NOWHERE,
            seeds=self.seeds,
            metrics=(*METRICS, *(name for name in FURTHER_METRICS if not metric(name).lacking)),
        )


class Intake:
    """Checks what was chosen and uploaded, says what it will take, and begins runs."""

    def __init__(self, settings: Settings, desk: RunDesk, speeds: SpeedBook) -> None:
        self._settings = settings
        self._desk = desk
        self._speeds = speeds

    def begin(self, paths: Sequence[str], choice: Choice) -> str:
        """Start a run on the uploads, or else on the samples; its id."""
        files = self._files(paths)
        wish = choice.wish()
        names = "samples" if not paths else _listed([file.name for file in files])
        title = f"{names}: {len(choice.models)} models, {len(choice.degradations)} degradations"
        return self._desk.start(files, title, wish, self._settings.max_upload_mb * 1_000_000)

    def describe(self, paths: Sequence[str], choice: Choice) -> str:
        """How many cells, and how long they will take; raises where it cannot run."""
        files = self._files(paths)
        degradations = checked(choice.wish()).degradations
        zips = sum(file.suffix.lower() == ZIP for file in files)
        models = len(choice.models)
        if zips:
            return f"The images in {_listed([file.name for file in files])} × {models} models"
        cells = len(files) * models * len(degradations)
        megapixels = [_megapixels(file) for file in files]
        seconds = self._seconds(megapixels, choice.models, len(degradations))
        time = (
            "The time is told once the models are loaded."
            if seconds is None
            else f"About {_duration(seconds)} on this machine."
        )
        return (
            f"{len(files)} images × {models} models × {len(degradations)} degradations and seeds "
            f"= {cells} cells. {time}"
        )

    def open(self, paths: Sequence[str], shown: str) -> str:
        """Open rows, ratings, or both; ratings alone are put beside the run that is shown."""
        if not paths:
            raise UsageError("No file was chosen", expected="rows.parquet or rows.csv of a run")
        folder = upload_folder(self._settings)
        files = [accepted(path, folder) for path in paths]
        rows = [file for file in files if _is_rows(file)]
        ratings = [file for file in files if file not in rows]
        if len(rows) > 1 or len(ratings) > 1:
            raise UsageError(
                "One run is opened at a time",
                actual=_listed([file.name for file in files]),
                expected="one file of rows, and one table of ratings if you have it",
            )
        if rows:
            return self._desk.take_rows(rows[0], ratings[0] if ratings else None)
        return self._desk.rate(shown, ratings[0])

    def _seconds(
        self, megapixels: list[float], models: tuple[str, ...], degradations: int
    ) -> float | None:
        """By the clock, as far as speeds are known; pages were timed with all that is measured."""
        total = 0.0
        for model in models:
            speed = self._speeds.of(model)
            if speed is None:
                return None
            total += sum(map(speed.seconds, megapixels)) * degradations
        return total / min(core_count(), MOST_WORKERS, max(1, len(megapixels)))

    def _files(self, paths: Sequence[str]) -> list[Path]:
        if not paths:
            return list(sample_images())
        if len(paths) > self._settings.max_files:
            raise TooLarge(
                "There are too many files",
                actual=str(len(paths)),
                expected=f"at most {self._settings.max_files}; a zip counts as one",
                remedy="Pack them into a zip",
            )
        folder = upload_folder(self._settings)
        return [accepted(path, folder) for path in paths]


def _is_rows(file: Path) -> bool:
    """A table of rows has a column of models and one of seeds or digests; ratings have a mos."""
    if file.suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"{file.name} is no table",
            expected="rows.parquet or rows.csv of a run, or a CSV table of ratings",
        )
    if file.suffix.lower() != ".csv":
        return True
    with file.open("rb") as opened:
        heading = opened.readline(10_000).decode("utf-8", "replace")
    return "mos" not in [name.strip().strip('"') for name in heading.split(",")]


@lru_cache(maxsize=1024)
def _megapixels(file: Path) -> float:
    """Of its first page, or one where it cannot be read: the run itself will say why."""
    try:
        return page_reader().read(file, 0).info.megapixels
    except RestorationError:
        return 1.0


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}"


def _duration(seconds: float) -> str:
    return f"{max(seconds, 1):.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
