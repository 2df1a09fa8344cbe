"""The images of a benchmark, all of them checked before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from restoration.errors import RestorationError, UnreadableFile, UsageError
from restoration.pages import format_of_name
from restoration.pages.limited import LimitedReader
from restoration.pages.page import Pixels
from restoration.progress import Progress, Report, silent
from restoration.recipe import sha256_of_file

SHOWN = 5
"""Problems that are spelled out; the others are counted."""


@dataclass(frozen=True)
class Source:
    """A page of a file, known by the file's bytes."""

    path: Path
    sha256: str
    page: int = 0


@dataclass(frozen=True)
class DatasetImage:
    """One page to be judged."""

    name: str
    """The file's name; "scan.pdf, page 2" where the file has more pages than one."""
    source: Source
    width: int
    height: int
    reference: Source | None = None
    """The clean original of a scan that is damaged already."""

    @property
    def megapixels(self) -> float:
        """Width times height in millions."""
        return self.width * self.height / 1e6


def read_dataset(
    folder: Path, reader: LimitedReader, references: Path | None = None, report: Report = silent
) -> tuple[DatasetImage, ...]:
    """Every page of every image file in `folder`, by name; each is decoded once to be sure.

    Files whose name has no image's ending, and hidden ones, are not part of the data set. With
    `references`, each file there is the clean original of the file of the same name, whatever
    its ending. Raises UsageError for a folder that is missing or has no images, and, with all
    problems in one message, the error of the first file that cannot be used.
    """
    paths = _image_files(folder)
    originals = None if references is None else _by_stem(references)
    images: list[DatasetImage] = []
    problems: list[tuple[Path, RestorationError]] = []
    for number, path in enumerate(paths):
        report(Progress(number / len(paths), f"checking {path.name}"))
        try:
            images += _pages(path, reader, None if originals is None else _match(path, originals))
        except RestorationError as error:
            problems.append((path, error))
    if problems:
        raise _all_in_one(problems, len(paths))
    return tuple(images)


def _image_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise UsageError(
            "There is no such folder of images",
            actual=str(folder),
            expected="a folder",
            remedy="Name the folder that holds the image files",
        )
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] != ".")
    images = [path for path in files if format_of_name(path) is not None]
    if not images:
        raise UsageError(
            "The folder holds no images",
            actual=f"{len(files)} other files in {folder}" if files else f"{folder} has no files",
            expected="PNG, JPEG, WebP, BMP, TIFF or PDF files, not in folders of their own",
            remedy="Name the folder that holds the image files themselves",
        )
    return images


def _by_stem(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in _image_files(folder):
        if path.stem in found:
            raise UsageError(
                "Two references have one name",
                actual=f"{found[path.stem].name} and {path.name}",
                expected="one clean original for each scan",
                remedy="Remove one of them",
            )
        found[path.stem] = path
    return found


def _match(path: Path, originals: dict[str, Path]) -> Path:
    if path.stem not in originals:
        raise UsageError(
            f"{path.name} has no clean original", expected=f"a file named {path.stem} there"
        )
    return originals[path.stem]


def _pages(path: Path, reader: LimitedReader, original: Path | None) -> Iterator[DatasetImage]:
    document = reader.describe(path)
    sha256 = sha256_of_file(path)
    original_sha256 = None if original is None else sha256_of_file(original)
    for index in range(document.page_count):
        page = reader.read(path, index)
        info, reference = page.info, None
        if original is not None and original_sha256 is not None:
            _check_alike(page.pixels, reader.read(original, index).pixels)
            reference = Source(original, original_sha256, index)
        name = path.name if document.page_count == 1 else f"{path.name}, page {index + 1}"
        source = Source(path, sha256, index)
        yield DatasetImage(name, source, info.width, info.height, reference)


def _check_alike(scan: Pixels, original: Pixels) -> None:
    (height, width, channels), (tall, wide, others) = scan.shape, original.shape
    if (width, height) != (wide, tall):
        raise UnreadableFile(
            "The image and its clean original differ in size",
            actual=f"{width} x {height} against {wide} x {tall}",
        )
    if channels != others:
        raise UnreadableFile(
            "One of the image and its clean original is gray and the other in colour",
            actual=f"{channels} against {others} channels",
        )


def _all_in_one(problems: list[tuple[Path, RestorationError]], count: int) -> RestorationError:
    told = [f"{path.name}: {str(error).rstrip('.')}" for path, error in problems[:SHOWN]]
    if len(problems) > SHOWN:
        told.append(f"and {len(problems) - SHOWN} more")
    return type(problems[0][1])(
        f"{len(problems)} of {count} images cannot be used, so nothing was run",
        actual="; ".join(told),
        expected="images that can all be read",
        remedy="Repair or remove them, and start again",
    )
