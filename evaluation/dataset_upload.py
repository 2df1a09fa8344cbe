"""Images that somebody hands in, as files or in zips, laid out as one folder of images."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from restoration.errors import TooLarge, UnreadableFile, UnsupportedFile
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
    budget = _Budget(most_bytes)
    for file in files:
        if file.suffix.lower() == ZIP:
            _unpack(file, folder, budget)
        elif format_of_name(file) is not None:
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


class _Budget:
    """How much may still come."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._taken = 0
        self._files = 0

    def take(self, size: int, *, begins_file: bool = True) -> None:
        self._taken += size
        self._files += begins_file
        if self._taken > self._most or self._files > MOST_IMAGES:
            raise TooLarge(
                "The data set is too large",
                actual=f"{self._files} files, {self._taken / 1e6:.0f} MB so far",
                expected=f"at most {self._most / 1e6:.0f} MB and {MOST_IMAGES} images unpacked",
                remedy="Use `python -m evaluation benchmark` for larger ones, and open its rows",
            )


def _unpack(archive: Path, folder: Path, budget: _Budget) -> None:
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
                budget.take(0)
                with opened.open(entry) as packed, _free(folder, name).open("wb") as plain:
                    while piece := packed.read(_PIECE):
                        budget.take(len(piece), begins_file=False)
                        plain.write(piece)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
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
