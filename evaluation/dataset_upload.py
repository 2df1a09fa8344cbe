"""Images that somebody hands in, as files or in zips, laid out as one folder of images."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from evaluation.unpacking import DAMAGE, Budget, Metered
from restoration.errors import UnreadableFile, UnsupportedFile
from restoration.pages import format_of_name

MOST_IMAGES = 10_000
ZIP = ".zip"
_PIECE = 1 << 20


def lay_out(files: Sequence[Path], folder: Path, most_bytes: int) -> int:
    """Put images, and the images inside of zips, into `folder`; how many there are.

    Names inside a zip lose their folders, and a name that occurs twice is numbered. What is no
    image by its name, hidden, or a link stays out. `most_bytes` limits everything together as it
    comes out of the zips, whatever they claim. Raises UnreadableFile, UnsupportedFile, TooLarge.
    """
    folder.mkdir(parents=True, exist_ok=True)
    budget = Budget(
        most_bytes,
        "The data set is too large",
        "Use `python -m evaluation benchmark` for larger ones, and open its rows",
        MOST_IMAGES,
    )
    for file in files:
        if file.suffix.lower() == ZIP:
            _unpack(file, folder, budget)
        elif format_of_name(file) is not None:
            budget.begin_file()
            budget.take(file.stat().st_size)
            shutil.copyfile(file, _free(folder, file.name))
        else:
            raise UnsupportedFile(
                f"{file.name} is not an image and not a zip of images",
                expected="PNG, JPEG, WebP, BMP, TIFF or PDF files, or .zip files that hold them",
            )
    count = sum(1 for _ in folder.iterdir())
    if not count:
        raise UnreadableFile(
            "There are no images in the zip",
            actual=", ".join(file.name for file in files),
            expected="PNG, JPEG, WebP, BMP, TIFF or PDF files in it",
        )
    return count


def _unpack(archive: Path, folder: Path, budget: Budget) -> None:
    try:
        with zipfile.ZipFile(archive) as opened:
            for entry in opened.infolist():
                name = PurePosixPath(entry.filename.replace("\\", "/")).name
                is_link = entry.external_attr >> 28 == 0xA
                if (
                    entry.is_dir()
                    or is_link
                    or name.startswith(".")
                    or "__MACOSX" in entry.filename
                ):
                    continue
                if format_of_name(Path(name)) is None:
                    continue
                budget.begin_file()
                with opened.open(entry) as packed, _free(folder, name).open("wb") as plain:
                    shutil.copyfileobj(Metered(packed, budget), plain, _PIECE)
    except DAMAGE as error:
        raise UnreadableFile(
            f"{archive.name} cannot be unpacked",
            actual=str(error)[:120],
            expected="a whole zip file without a password",
            remedy="Pack it again",
        ) from error


def _free(folder: Path, name: str) -> Path:
    """A place in the folder under this name, or the next number."""
    place, number = folder / name, 2
    while place.exists():
        place = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
        number += 1
    return place
