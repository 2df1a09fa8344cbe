"""The recipe: a JSON sidecar that says what was done to a file, and can be repeated."""

from __future__ import annotations

import hashlib
import json
import platform
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from restoration.errors import NotWritten, UnreadableFile

VERSION = 2
"""Of the fields below; a recipe of another version is refused by name."""
LIBRARIES = ("numpy", "scipy", "scikit-image", "torch", "pillow", "tifffile", "pypdfium2")


@dataclass(frozen=True)
class AddedNoise:
    """Noise that was added first: the kind, level and seed of a `Degradation`."""

    kind: str
    level: float
    seed: int


@dataclass(frozen=True)
class Asked:
    """The request as a person made it; what was left to the program is None or "auto".

    What the program chose instead differs from page to page and stands in the pages' records.
    """

    level: float | None
    strength: float
    noise: AddedNoise | None
    ensemble: bool
    device: str
    dtype: str
    tile: int | None
    overlap: int | None


@dataclass(frozen=True)
class Scores:
    """How good a restored page is; what cannot be known is None."""

    psnr: float | None = None
    """Against the reference, dB, all channels together."""
    ssim: float | None = None
    psnr_of_input: float | None = None
    """The do-nothing contender."""
    ssim_of_input: float | None = None
    sigma_before: float | None = None
    """Estimated Gaussian noise, 0-255 scale."""
    sigma_after: float | None = None
    psnr_at_least: float | None = None
    """By Monte-Carlo SURE, without a reference: a lower bound that allows for an error of sigma.
    Only where the noise is near white Gaussian and hardly clipped."""
    estimated_psnr_of_input: float | None = None


@dataclass(frozen=True)
class Doubt:
    """How sure the ensemble is of a page."""

    doubtful_share: float
    """Share of the page whose expected error is visible on flat ground."""
    correlation: float
    """Rank correlation of expected and true error when the page was noised again."""


@dataclass(frozen=True)
class StepRecord:
    """One step of a chain: what it did, its score, and whether it stayed."""

    step: str
    model: str | None
    """None for a step that ran no model."""
    why: str
    """Why it was taken or passed over."""
    kept: bool
    verdict: str
    """Whether it improved matters, in one sentence; empty where no model ran."""
    weights_sha256: str | None = None
    level: float | None = None
    seconds: float = 0.0
    scores: Scores | None = None
    """Of the page after this step, against the page before it."""
    pixels_sha256: str | None = None


@dataclass(frozen=True)
class PageRecord:
    """One page through one model."""

    page: int
    """Position in the file, from 0."""
    width: int
    height: int
    model: str
    why: str
    """Why this model: what `auto` found, or that it was asked for."""
    weights_sha256: str | None
    level: float | None
    level_source: str
    """"estimated", "given" or "none"."""
    strength: float
    fitted: dict[str, float]
    """Parameters that were tuned on this page without a reference."""
    tile: int
    overlap: int
    tiles: int
    tiles_skipped: int
    seam_ratio: float | None
    seconds: float
    found: str
    """What was measured on the page before, in one sentence."""
    pixels_sha256: str
    """Of the restored float32 pixels, row by row: equal means bit-identical."""
    scores: Scores
    audit: dict[str, Any]
    doubt: Doubt | None = None
    """For ensembles only."""
    notices: tuple[str, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    """For chains only: every step, those passed over and dropped included."""


@dataclass(frozen=True)
class Recipe:
    """Everything needed to repeat a restoration and to know whether it came out the same."""

    input_name: str
    input_sha256: str
    output_name: str
    output_sha256: str
    model: str
    """As asked for: an id, an alias, a weights file, or "auto"."""
    asked: Asked
    device: str
    """That the models ran on."""
    dtype: str
    seconds: float
    pages: tuple[PageRecord, ...]
    notices: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=lambda: versions())
    version: int = VERSION

    def write(self, path: Path) -> None:
        """Store as JSON, in one piece or not at all; raises `NotWritten`."""
        unfinished = path.with_name(path.name + ".part")
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"
        try:
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(path)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink()
            raise NotWritten(
                f"{path.name} could not be stored",
                actual=error.strerror or str(error),
                remedy="Check that the folder may be written to and has room",
            ) from error


def read_recipe(path: Path) -> Recipe:
    """Read a sidecar; raises `UnreadableFile` for anything else, another version included."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        version = stored["version"]
        return _recipe(stored) if version == VERSION else _refuse(path, version)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnreadableFile(
            f"{path.name} is not a recipe",
            actual=f"{type(error).__name__}: {error}",
            expected="the .recipe.json that was written beside a restored file",
        ) from error


def _refuse(path: Path, version: object) -> NoReturn:
    raise UnreadableFile(
        f"{path.name} is a recipe of another version of this program",
        actual=f"recipe version {version}",
        expected=f"recipe version {VERSION}",
        remedy="Restore the file anew; the new recipe can be repeated",
    )


def _recipe(stored: dict[str, Any]) -> Recipe:
    asked = stored["asked"]
    noise = asked["noise"]
    nested = {
        "asked": Asked(**{**asked, "noise": AddedNoise(**noise) if noise else None}),
        "pages": tuple(map(_page_record, stored["pages"])),
        "notices": tuple(stored["notices"]),
    }
    return Recipe(**{**stored, **nested})


def _page_record(stored: dict[str, Any]) -> PageRecord:
    doubt = stored["doubt"]
    nested = {
        "scores": Scores(**stored["scores"]),
        "doubt": Doubt(**doubt) if doubt else None,
        "notices": tuple(stored["notices"]),
        "steps": tuple(map(_step_record, stored.get("steps", ()))),
    }
    return PageRecord(**{**stored, **nested})


def _step_record(stored: dict[str, Any]) -> StepRecord:
    scores = stored["scores"]
    return StepRecord(**{**stored, "scores": Scores(**scores) if scores else None})


def versions() -> dict[str, str]:
    """What the result may depend on besides the inputs."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for library in LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    return found


def sha256_of_file(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_pixels(pixels: NDArray[np.float32]) -> str:
    """Hexadecimal SHA-256 of pixels in row order, their shape included."""
    digest = hashlib.sha256(repr(pixels.shape).encode())
    digest.update(np.ascontiguousarray(pixels, np.float32).data)
    return digest.hexdigest()
