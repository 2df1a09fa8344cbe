"""Where the images of a run were, so that its cells can be looked at again.

Apart from the plan, because a data set that was moved is the same one: a place is a hint, and a
file is only taken if it has the SHA-256 of the row.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from evaluation.benchmark.plan import Plan
from evaluation.sample_images import sample_images
from restoration.errors import NotWritten, UnreadableFile
from restoration.recipe import sha256_of_file

PLACES = "places.json"


def write_places(folder: Path, plan: Plan) -> None:
    """Note where the images and their clean originals are. Raises NotWritten."""
    places: dict[str, dict[str, str]] = {}
    for image in plan.images:
        places[image.source.sha256] = {"path": str(image.source.path.resolve())}
        if image.reference is not None:
            places[image.source.sha256]["reference"] = str(image.reference.path.resolve())
    try:
        (folder / PLACES).write_text(json.dumps(places, indent=1), encoding="utf-8")
    except OSError as error:
        raise NotWritten(
            "The places of the images could not be stored", actual=str(error.strerror)
        ) from error


def find_image(sha256: str, folder: Path | None = None) -> tuple[Path, Path | None]:
    """The file with these bytes, and its clean original where it has one apart.

    Looked for where the run in `folder` had it, then among the bundled samples. Raises
    UnreadableFile where it is in neither, or where its clean original is not there any more.
    """
    path, reference = _noted(folder, sha256) if folder is not None else (None, None)
    if path is not None and path.is_file():
        if reference is not None and not reference.is_file():
            raise UnreadableFile(
                "The clean original of this image is not here any more",
                expected=str(reference),
                remedy="Put it back, or run it again",
            )
        return path, reference
    sample = _samples().get(sha256)
    if sample is None:
        raise UnreadableFile(
            "The image of this row is not here",
            expected=f"the file of SHA-256 {sha256[:12]}… where the run had it",
            remedy="Open the run on the machine that has its images, or run it again here",
        )
    return sample, None


def _noted(folder: Path, sha256: str) -> tuple[Path | None, Path | None]:
    """Where the image and its clean original were; a file of another shape tells nothing."""
    try:
        noted = json.loads((folder / PLACES).read_text(encoding="utf-8"))[sha256]
        reference = noted.get("reference")
        return Path(noted["path"]), None if reference is None else Path(reference)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None, None


@lru_cache(maxsize=1)
def _samples() -> dict[str, Path]:
    return {sha256_of_file(path): path for path in sample_images()}
