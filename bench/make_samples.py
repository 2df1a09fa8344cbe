"""Make the six bundled sample scans: `python bench/make_samples.py` rewrites assets/samples.

Each sample is a clean original and the scan that was made from it by adding what scanners and
cameras add, from a fixed seed. Needs Debian's fonts-dejavu-core.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sample_pages
import skimage.data
import tifffile
from numpy.typing import NDArray
from PIL import Image

FOLDER = Path(__file__).parents[1] / "assets" / "samples"
Pixels = NDArray[np.float64]


@dataclass(frozen=True)
class Recipe:
    """How one sample is made."""

    id: str
    title: str
    description: str
    clean: Callable[[], Pixels]
    read_noise: float
    """Standard deviation that is the same everywhere, on the 0-255 scale."""
    shot_noise: float
    """Standard deviation that light adds at white; it grows with the root of brightness."""
    file: str
    source: str
    dpi: int | None = None
    jpeg_quality: int | None = None


def _photograph() -> Pixels:
    return skimage.data.coffee() / 255


def _tissue() -> Pixels:
    return skimage.data.immunohistochemistry() / 255


def _moon() -> Pixels:
    return skimage.data.moon() / 255


OWN = "Drawn for this project"
RECIPES = (
    Recipe(
        "book-page", "Book page", "Serif text from a grainy 150 dpi scan.",
        sample_pages.book_page, 10, 14, "book-page.png", OWN, dpi=150,
    ),
    Recipe(
        "invoice", "Invoice", "Small digits from an office scanner that saves hard-pressed JPEG.",
        sample_pages.invoice, 5, 5, "invoice.jpg", OWN, dpi=150, jpeg_quality=30,
    ),
    Recipe(
        "note", "Handwritten note", "Blue ink on ruled paper, from a phone in poor light.",
        sample_pages.note, 12, 16, "note.png", OWN, dpi=120,
    ),
    Recipe(
        "photograph", "Photograph", "A cup of coffee with the noise every paper tests: sigma 25.",
        _photograph, 25, 0, "photograph.png",
        "scikit-image `coffee`, by Rachel Michetti, CC0",
    ),
    Recipe(
        "tissue", "Stained tissue", "Immunohistochemistry of a colon gland, underexposed.",
        _tissue, 8, 18, "tissue.png",
        "scikit-image `immunohistochemistry`, Center for Microscopy and Molecular Imaging",
    ),
    Recipe(
        "moon", "Moon, 16 bits", "A 16-bit TIFF, as cameras for science write: it stays 16-bit.",
        _moon, 6, 16, "moon.tiff", "scikit-image `moon`, public domain",
    ),
)  # fmt: skip


def main() -> None:
    """Write every sample and the table of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    entries = [_make(recipe, seed) for seed, recipe in enumerate(RECIPES)]
    table = json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
    (FOLDER / "samples.json").write_text(table, encoding="utf-8")
    total = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{len(entries)} samples, {total / 1e6:.2f} MB in {FOLDER}")


def _make(recipe: Recipe, seed: int) -> dict[str, object]:
    deep = recipe.file.endswith(".tiff")
    clean = _stored(recipe.clean(), deep)
    scan = _stored(_scanned(clean / np.iinfo(clean.dtype).max, recipe, seed), deep)
    clean_file = f"{recipe.id}-clean.png"
    (FOLDER / clean_file).write_bytes(_png(clean, recipe.dpi))
    (FOLDER / recipe.file).write_bytes(_scan_file(scan, recipe))
    shown = _reread(FOLDER / recipe.file)
    rms = np.sqrt(np.mean((shown - clean / np.iinfo(clean.dtype).max) ** 2)) * 255
    return {
        "id": recipe.id,
        "title": recipe.title,
        "description": recipe.description,
        "scan": recipe.file,
        "clean": clean_file,
        "source": recipe.source,
        "degradation": {
            "read_noise": recipe.read_noise,
            "shot_noise": recipe.shot_noise,
            "jpeg_quality": recipe.jpeg_quality,
            "seed": seed,
            "rms_error": round(float(rms), 3),
        },
    }


def _scanned(clean: Pixels, recipe: Recipe, seed: int) -> Pixels:
    sigma = np.sqrt(recipe.read_noise**2 + recipe.shot_noise**2 * clean) / 255
    return clean + sigma * np.random.default_rng(seed).standard_normal(clean.shape)


def _stored(pixels: Pixels, deep: bool) -> NDArray[np.uint8 | np.uint16]:
    top, kind = (65535, np.uint16) if deep else (255, np.uint8)
    return np.round(np.clip(pixels, 0, 1) * top).astype(kind)


def _png(samples: NDArray[np.uint8 | np.uint16], dpi: int | None) -> bytes:
    stream = io.BytesIO()
    resolution = {"dpi": (dpi, dpi)} if dpi else {}
    Image.fromarray(samples).save(stream, "PNG", optimize=True, **resolution)
    return stream.getvalue()


def _scan_file(samples: NDArray[np.uint8 | np.uint16], recipe: Recipe) -> bytes:
    stream = io.BytesIO()
    if recipe.jpeg_quality:
        resolution = {"dpi": (recipe.dpi, recipe.dpi)} if recipe.dpi else {}
        Image.fromarray(samples).save(stream, "JPEG", quality=recipe.jpeg_quality, **resolution)
    elif recipe.file.endswith(".tiff"):
        tifffile.imwrite(
            stream, samples, photometric="minisblack", compression="deflate", predictor=True,
            software="Restore & Rate samples", metadata=None,
        )  # fmt: skip
    else:
        return _png(samples, recipe.dpi)
    return stream.getvalue()


def _reread(path: Path) -> Pixels:
    samples = tifffile.imread(path) if path.suffix == ".tiff" else np.asarray(Image.open(path))
    return samples / np.iinfo(samples.dtype).max


if __name__ == "__main__":
    main()
