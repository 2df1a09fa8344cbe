"""Score denoisers on test photographs, the bundled weights beside classical filters and peers.

    python -m bench.weights [--images CBSD68 KODAK24 ...] [--peers DIR] [--weights FILE ...]

Without images, twelve free ones are taken that everybody has.

PSNR, SSIM, seconds per megapixel (elapsed, and of the processor) and peak memory of every model at
every sigma, over whole images, in one run: models take turns on each image, so that a busy
machine slows all of them alike. Noise is SwinIR's: NumPy's generator seeded with 0 before every
image, drawn in BGR order, neither clipped nor rounded; outputs are clipped and rounded to 8 bits
before they are scored (main_test_swinir.py). Models of one noise level are scored at that alone.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from evaluation.published import published_on
from evaluation.sample_images import sample_images
from restoration.degradations import Degradation, DegradationKind, degrade
from restoration.fidelity import psnr, ssim
from restoration.models.card import Task
from restoration.models.catalogue import LoadedModel, cards, load
from restoration.models.restorer import LevelKind
from restoration.pages.page import Pixels

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})
CLASSICAL = ("identity", "nlm", "wavelet")
PUBLISHED_AS = {"cbsd68": "CBSD68", "kodak24_500": "Kodak24", "bsd68_gray": "BSD68"}
"""Test sets of published tables, by the name of the image folder."""
ANCHORS = ("CDnCNN", "DnCNN", "FFDNet", "DRUNet", "SwinIR")


@dataclass(frozen=True)
class Row:
    """One model on one set of images at one noise level: means over the images."""

    images: str
    sigma: float
    model: str
    dtype: str
    psnr: float
    ssim: float
    seconds_per_megapixel: float
    processor_seconds_per_megapixel: float
    """Summed over threads; with one thread, what an idle machine would take."""
    peak_mb: float
    """Memory above what the program held before, for one image."""


@dataclass
class Tally:
    """Sums over the images scored so far."""

    psnr: float = 0.0
    ssim: float = 0.0
    seconds: float = 0.0
    processor_seconds: float = 0.0
    megapixels: float = 0.0
    count: int = 0

    def score(self, model: LoadedModel, clean: Pixels, noisy: Pixels, sigma: float) -> None:
        """Restore one image and add its figures."""
        started, processor_started = time.perf_counter(), time.process_time()
        restored = _restored(model, noisy, sigma)
        self.seconds += time.perf_counter() - started
        self.processor_seconds += time.process_time() - processor_started
        stored = np.rint(np.clip(restored, 0, 1) * 255).astype(np.float32) / np.float32(255)
        self.psnr += psnr(stored, clean)
        self.ssim += ssim(stored, clean)
        self.megapixels += clean.shape[0] * clean.shape[1] / 1e6
        self.count += 1


def main() -> None:
    """Score the models that the command line names on every image folder it names."""
    options = _options()
    if options.threads:
        import torch

        torch.set_num_threads(options.threads)
    models = [load(name, options.device, options.dtype) for name in _names(options)]
    rows: list[Row] = []
    for name, paths in _image_sets(options.images).items():
        images = [_read(path) for path in paths]
        for sigma in options.sigmas:
            rows += _scored(name, images[:: options.every], sigma, models)
    if options.output:
        record = {"images_every": options.every, "threads": options.threads}
        record["rows"] = [asdict(row) for row in rows]
        options.output.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, nargs="*", default=[], metavar="DIR")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="folder of peers' weights")
    parser.add_argument("--weights", nargs="*", default=[], metavar="FILE", help="not yet shipped")
    parser.add_argument("--models", nargs="*", metavar="ID", help="in place of the usual ones")
    parser.add_argument("--sigmas", type=float, nargs="+", default=[15.0, 25.0, 50.0])
    parser.add_argument("--every", type=int, default=1, help="score one image in so many")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="auto", help="of networks: auto, fp32 or bf16")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path, metavar="JSON")
    return parser.parse_args()


def _names(options: argparse.Namespace) -> list[str]:
    if options.models is not None:
        usual = list(options.models)
    else:
        shipped = [card for card in cards() if card.weights and card.weights.url is None]
        usual = [*CLASSICAL, *(card.id for card in shipped if card.task is Task.DENOISE)]
    peers = sorted(map(str, options.peers.glob("*.pth"))) if options.peers else []
    return usual + peers + options.weights


def _image_sets(folders: Sequence[Path]) -> dict[str, list[Path]]:
    """Paths of images by the name of their set; gray ones apart, as they go to other models."""
    if folders:
        return {
            folder.name: sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
            for folder in folders
        }
    sets: dict[str, list[Path]] = {"samples, colour": [], "samples, gray": []}
    for path in sample_images():
        sets[f"samples, {'gray' if _read(path).shape[2] == 1 else 'colour'}"].append(path)
    return sets


def _read(path: Path) -> Pixels:
    with Image.open(path) as image:
        gray = image.mode in ("1", "L", "I;16")
        pixels = np.asarray(image.convert("L" if gray else "RGB"), np.float32) / np.float32(255)
    return pixels[..., None] if gray else pixels


def _scored(
    folder: str, images: Sequence[Pixels], sigma: float, models: Sequence[LoadedModel]
) -> Iterator[Row]:
    """Score every model that takes such images at such a level; prints as it goes."""
    fitting = [model for model in models if _fits(model, images[0], sigma)]
    peaks = [_peak_mb(model, images[0], sigma) for model in fitting]
    tallies = [Tally() for _ in fitting]
    for clean in images:
        noisy = degrade(clean, Degradation(DegradationKind.GAUSSIAN, sigma))
        for model, tally in zip(fitting, tallies, strict=True):
            tally.score(model, clean, noisy, sigma)
    print(f"\n{folder}, sigma {sigma:g}, {len(images)} images")
    print(f"{'model':28} dtype     PSNR    SSIM     s/MP  cpu s/MP  peak MB")
    for model, tally, peak in zip(fitting, tallies, peaks, strict=True):
        row = Row(
            images=folder,
            sigma=sigma,
            model=model.card.id,
            dtype=model.dtype,
            psnr=tally.psnr / tally.count,
            ssim=tally.ssim / tally.count,
            seconds_per_megapixel=tally.seconds / tally.megapixels,
            processor_seconds_per_megapixel=tally.processor_seconds / tally.megapixels,
            peak_mb=peak,
        )
        print(
            f"{row.model:28} {row.dtype:6} {row.psnr:7.2f} {row.ssim:7.4f} "
            f"{row.seconds_per_megapixel:8.2f} {row.processor_seconds_per_megapixel:9.2f} "
            f"{row.peak_mb:8.0f}",
            flush=True,
        )
        yield row
    if folder in PUBLISHED_AS:
        for each in published_on(PUBLISHED_AS[folder], f"gaussian:{sigma:g}"):
            if each.method in ANCHORS:
                print(f"{each.method + ', published':35} {each.value:7.2f}")


def _fits(model: LoadedModel, image: Pixels, sigma: float) -> bool:
    descriptor = model.restorer.descriptor
    low, high = descriptor.level_range
    knows = descriptor.level is LevelKind.NONE or low <= sigma <= high
    return image.shape[2] in descriptor.channels and knows


def _restored(model: LoadedModel, noisy: Pixels, sigma: float) -> Pixels:
    level = None if model.restorer.descriptor.level is LevelKind.NONE else sigma
    return model.restorer(noisy[None], level)[0]


def _peak_mb(model: LoadedModel, image: Pixels, sigma: float) -> float:
    """Memory in MB that restoring one image adds; NaN where the system does not tell (not Linux).

    Called before the timing, it also takes the cost of first use out of it.
    """
    try:
        before = _memory_kb("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")  # sets the recorded peak back to now
    except OSError:
        return float("nan")
    _restored(model, image, sigma)
    return (_memory_kb("VmHWM") - before) / 1024


def _memory_kb(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name + ":"))


if __name__ == "__main__":
    main()
