"""Cells of a run done again, to be looked at: rows keep figures, not pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.benchmark.dataset import DatasetImage, Source
from evaluation.benchmark.images import Images
from evaluation.benchmark.places import find_image
from evaluation.benchmark.plan import AS_IT_IS, Cell
from evaluation.benchmark.work import damaged, told_level
from evaluation.comparison.run_table import RunTable
from evaluation.comparison.spectra import Spectrum, radial_spectrum
from restoration.audit import amplified_residual
from restoration.degradations import Degradation
from restoration.engine import run
from restoration.errors import UnreadableFile, UsageError
from restoration.models.catalogue import load
from restoration.pages.page import Pixels
from restoration.progress import Report, silent, within
from restoration.recipe import sha256_of_file, sha256_of_pixels

_PAGE = re.compile(r", page (\d+)$")


@dataclass(frozen=True)
class ModelAsked:
    """One model of a cell, as its row tells it."""

    model: str
    device: str
    dtype: str
    restored_sha256: str | None


@dataclass(frozen=True)
class Replay:
    """One damaged image, and the models to put it through again."""

    cell: Cell
    """Of the first model."""
    models: tuple[ModelAsked, ...]


@dataclass(frozen=True, eq=False)
class Replayed:
    """What came out, 8 bits as scored, all of one shape."""

    noisy: NDArray[np.uint8]
    clean: NDArray[np.uint8] | None
    restored: tuple[NDArray[np.uint8], ...]
    removed: tuple[NDArray[np.uint8], ...]
    """What each model took away, amplified around gray."""
    gains: tuple[float, ...]
    """How much each residual is amplified."""
    same: tuple[bool | None, ...]
    """Whether each result is bit-identical with that of the run; None where the row tells no
    digest."""
    spectra: tuple[Spectrum, ...]


def replay_of(table: RunTable, rows: Sequence[int], folder: Path | None) -> Replay:
    """The cells of these rows, which are about one damaged image, ready to be done again.

    Raises UnreadableFile where the image is not here any more, or is another one.
    """
    lines = [table.frame.iloc[row] for row in rows]
    first = lines[0]
    sha256 = str(first["image_sha256"])
    path, reference = find_image(sha256, folder)
    if sha256_of_file(path) != sha256:
        raise UnreadableFile(
            "The image is another one than in the run",
            actual=path.name,
            expected=f"the file of SHA-256 {sha256[:12]}…",
        )
    name = str(first["image"])
    page = _PAGE.search(name)
    index = int(page.group(1)) - 1 if page else 0
    image = DatasetImage(
        name,
        Source(path, sha256, index),
        _side(first["width"]),
        _side(first["height"]),
        Source(reference, sha256_of_file(reference), index) if reference else None,
    )
    damage = str(first["degradation"])
    degradation = None if damage == AS_IT_IS else Degradation.parse(damage, int(first["seed"]))
    return Replay(
        Cell(image, str(first["model"]), degradation),
        tuple(
            ModelAsked(
                str(line["model"]),
                _told(line["device"]) or "auto",
                _told(line["dtype"]) or "auto",
                _told(line["restored_sha256"]),
            )
            for line in lines
        ),
    )


def replay(asked: Replay, report: Report = silent) -> Replayed:
    """Damage and restore again. Raises what loading or running a model raises."""
    noisy, clean = damaged(asked.cell, Images())
    results: list[Pixels] = []
    for number, each in enumerate(asked.models):
        device = "auto" if each.device.startswith("cuda") else each.device
        model = load(each.model, device, each.dtype)
        level, _ = told_level(model, noisy, asked.cell.degradation)
        count = len(asked.models)
        part = within(report, number / count, (number + 1) / count, f"{each.model}, ")
        results.append(run(model.restorer, noisy, level, report=part).pixels)
    if any(result.shape != noisy.shape for result in results):
        raise UsageError(
            "A model gave an image of another shape, which cannot be shown beside the others"
        )
    spectra = [("clean", clean)] if clean is not None else []
    spectra.append(("noisy", noisy))
    residuals = [amplified_residual(noisy, result) for result in results]
    return Replayed(
        noisy=as_scored(noisy),
        clean=None if clean is None else as_scored(clean),
        restored=tuple(map(as_scored, results)),
        removed=tuple(as_scored(pixels) for pixels, _ in residuals),
        gains=tuple(float(gain) for _, gain in residuals),
        same=tuple(
            None
            if each.restored_sha256 is None
            else sha256_of_pixels(result) == each.restored_sha256
            for each, result in zip(asked.models, results, strict=True)
        ),
        spectra=(
            *(radial_spectrum(name, pixels) for name, pixels in spectra),
            *(
                radial_spectrum(each.model, result, is_model=True)
                for each, result in zip(asked.models, results, strict=True)
            ),
        ),
    )


def as_scored(pixels: Pixels) -> NDArray[np.uint8]:
    """Clipped and rounded to 8 bits, as metrics see an image and a screen shows it."""
    return np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)


def _side(value: float) -> int:
    """Pixels; 0 where the rows of a table do not tell, which asks nothing of the image read."""
    return int(value) if np.isfinite(value) else 0


def _told(value: object) -> str | None:
    """The text of a cell of a table that may lack it."""
    return value if isinstance(value, str) and value else None


@dataclass(frozen=True)
class Stored:
    """Pictures of a replay as files, and what is told about them."""

    folder: Path
    models: tuple[str, ...]
    has_clean: bool
    gains: tuple[float, ...]
    same: tuple[bool | None, ...]
    spectra: tuple[Spectrum, ...]

    def picture(self, name: str) -> NDArray[np.uint8]:
        """ "clean", "noisy", "restored0", "removed0" ..., read where it lies."""
        return np.asarray(np.load(self.folder / f"{name}.npy", mmap_mode="r"))


def replay_into(folder: Path, asked: Replay, report: Report = silent) -> Stored:
    """Do cells again and keep the pictures in `folder`: the work of a job."""
    done = replay(asked, report)
    pictures = {"noisy": done.noisy}
    if done.clean is not None:
        pictures["clean"] = done.clean
    for number, (restored, removed) in enumerate(zip(done.restored, done.removed, strict=True)):
        pictures |= {f"restored{number}": restored, f"removed{number}": removed}
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        np.save(folder / f"{name}.npy", picture)
    models = tuple(each.model for each in asked.models)
    has_clean = done.clean is not None
    return Stored(folder, models, has_clean, done.gains, done.same, done.spectra)
