"""How well noise, compression and page kind are measured, and how often the audit errs.

    python -m bench.noise_estimation --data DIR [--images N] [--record FILE]

DIR holds test/<set>, documents/ and histology/images as tests/conftest.py describes them.
Without --record the tables go to standard output only.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle, denoise_wavelet

from restoration.audit import CELL, audit
from restoration.degradations import Degradation, DegradationKind, degrade, jpeg_round_trip
from restoration.estimation import estimate_noise, page_kind, quality_from_blocking
from restoration.fidelity import psnr
from restoration.pages.page import Pixels
from restoration.sure import sure_psnr

SETS = ("cbsd68", "bsd68_gray", "set12_gray", "kodak24_500", "classic5_gray")
SIGMAS = (5, 10, 15, 25, 50, 75)
QUALITIES = (10, 20, 40, 60, 75, 90, 95)
SUFFIXES = {".png", ".jpg", ".bmp", ".tif", ".webp"}


def load(folder: Path, most: int | None, pattern: str = "*") -> list[Pixels]:
    """At most `most` images of a folder, evenly chosen, as (H, W, C) in [0, 1]."""
    paths = sorted(p for p in folder.glob(pattern) if p.suffix.lower() in SUFFIXES)
    step = max(1, len(paths) // most) if most else 1
    images = []
    for path in paths[::step][:most]:
        with Image.open(path) as image:
            picture = image.convert("L" if image.mode in {"1", "L"} else "RGB")
        pixels = np.asarray(picture, np.float32) / 255
        images.append(pixels[..., None] if pixels.ndim == 2 else pixels)
    return images


def gaussian(pixels: Pixels, sigma: float) -> Pixels:
    """Unclipped noise, as the denoising tables use it."""
    return degrade(pixels, Degradation(DegradationKind.GAUSSIAN, sigma))


def stored(pixels: Pixels) -> Pixels:
    """Clipped and rounded to 8 bits."""
    return (np.round(np.clip(pixels, 0, 1) * 255) / 255).astype(np.float32)


def row(*cells: object) -> str:
    """One line of a Markdown table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def noise_tables(sets: dict[str, list[Pixels]]) -> Iterator[str]:
    """Median relative error per set and sigma, clean readings, false alarms on white noise."""
    yield "## Sigma: median (largest) relative error in %, Gaussian noise\n"
    yield row("set", "noise", *(f"σ {s}" for s in SIGMAS))
    yield row(*["---"] * (2 + len(SIGMAS)))
    correlated = dependent = total = 0
    for name, images in sets.items():
        for kind, finish in (("unclipped", lambda p: p), ("8 bit", stored)):
            cells = []
            for sigma in SIGMAS:
                found = [estimate_noise(finish(gaussian(image, sigma))) for image in images]
                errors = np.abs([100 * (e.sigma / sigma - 1) for e in found])
                cells.append(f"{np.median(errors):.1f} ({errors.max():.0f})")
                correlated += sum(e.correlated for e in found)
                dependent += sum(e.signal_dependent for e in found)
                total += len(found)
            yield row(name, kind, *cells)
    yield (
        f"\nWhite noise called correlated: {correlated} of {total}; "
        f"signal-dependent: {dependent} of {total}."
    )
    yield "\n## Readings on pages to which nothing was added\n"
    yield row("set", "median σ", "largest σ")
    yield row("---", "---", "---")
    for name, images in sets.items():
        clean = [estimate_noise(image).sigma for image in images]
        yield row(name, f"{np.median(clean):.2f}", f"{max(clean):.2f}")


def trait_table(sets: dict[str, list[Pixels]]) -> Iterator[str]:
    """How often coloured and signal-dependent noise is recognised."""
    yield "\n## Traits found, % of photographs\n"
    yield row("noise", "correlated", "signal-dependent", "median error of σ, %")
    yield row(*["---"] * 4)
    images = [image for images in sets.values() for image in images]
    for kind, level in (
        (DegradationKind.GRAIN, 10),
        (DegradationKind.GRAIN, 25),
        (DegradationKind.POISSON, 10),
        (DegradationKind.POISSON, 25),
    ):
        found, errors = [], []
        for image in images:
            noisy = degrade(image, Degradation(kind, level))
            found.append(estimate_noise(noisy))
            errors.append(abs(100 * (found[-1].sigma / (255 * np.std(noisy - image)) - 1)))
        shares = (
            100 * np.mean([getattr(e, trait) for e in found])
            for trait in ("correlated", "signal_dependent")
        )
        yield row(
            f"{kind.value}:{level}", *(f"{s:.0f}" for s in shares), f"{np.median(errors):.1f}"
        )


def jpeg_table(sets: dict[str, list[Pixels]]) -> Iterator[str]:
    """Quality found from pixels alone; the BSD photographs were themselves JPEG of quality 95."""
    yield "\n## JPEG quality from pixels: found exactly, % of 12 photographs of each set\n"
    yield row("set", "as it is", *(f"q {q}" for q in QUALITIES))
    yield row(*["---"] * (2 + len(QUALITIES)))
    for name, images in ((name, images[:12]) for name, images in sets.items()):
        bare = Counter(quality_from_blocking(image) for image in images).most_common(2)
        exact = (
            100 * np.mean([quality_from_blocking(jpeg_round_trip(i, q)) == q for i in images])
            for q in QUALITIES
        )
        said = ", ".join(f"{quality or 'none'}: {count}" for quality, count in bare)
        yield row(name, said, *(f"{share:.0f}" for share in exact))


def kind_table(data: Path, sets: dict[str, list[Pixels]], most: int | None) -> Iterator[str]:
    """What scans and photographs are taken for."""
    yield "\n## Page kind\n"
    yield row("pages", "as they are", "with σ 25", "with σ 50")
    yield row(*["---"] * 4)
    documents = {
        "degraded scans": load(data / "documents/binarization", None, "*scan*"),
        "text lines": load(data / "documents/text_lines", most),
        "text pages": load(data / "documents/text_pages", None),
        "old photographs": load(data / "documents/old_photos", None),
        "histology": load(data / "histology/images", most),
    }
    for name, images in (documents | sets).items():
        cells = []
        for sigma in (0, 25, 50):
            pages = [stored(gaussian(image, sigma)) if sigma else image for image in images]
            kinds = Counter(page_kind(p, estimate_noise(p).sigma).value for p in pages)
            cells.append(", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
        yield row(name, *cells)


def restorers(sigma: float) -> dict[str, Callable[[Pixels], Pixels]]:
    """Plain denoisers at settings that suit `sigma`."""
    s = sigma / 255
    return {
        "nlm": lambda p: denoise_nl_means(
            p, patch_size=5, patch_distance=6, h=0.6 * s, sigma=s, channel_axis=-1
        ).reshape(p.shape),
        "wavelet": lambda p: denoise_wavelet(
            p, sigma=s, channel_axis=-1, rescale_sigma=False
        ).reshape(p.shape),
        "tv": lambda p: denoise_tv_chambolle(p, weight=1.2 * s, channel_axis=-1).reshape(p.shape),
        "blur 1": lambda p: gaussian_filter(p, (1, 1, 0)),
        "blur 2": lambda p: gaussian_filter(p, (2, 2, 0)),
    }


def restoration_table(sets: dict[str, list[Pixels]]) -> Iterator[str]:
    """SURE against the truth, and what the audit says, at sigma 25."""
    yield "\n## Restorations of photographs with σ 25\n"
    yield row(
        "restorer",
        "SURE error, dB: median (largest)",
        "whiteness",
        "edge correlation",
        "called structure, %",
    )
    yield row(*["---"] * 5)
    images = [image for images in sets.values() for image in images[:4]]
    noisy = [gaussian(image, 25) for image in images]
    for name, restore in restorers(25).items():
        after = [restore(page).astype(np.float32) for page in noisy]
        errors = [
            abs(sure_psnr(restore, n, a, 25) - psnr(a, i))
            for i, n, a in zip(images, noisy, after, strict=True)
        ]
        audits = [audit(n, a, 25) for n, a in zip(noisy, after, strict=True)]
        yield row(
            name,
            f"{np.median(errors):.2f} ({max(errors):.2f})",
            f"{np.median([a.whiteness for a in audits]):.2f}",
            f"{np.median([a.edge_correlation for a in audits]):.2f}",
            f"{100 * np.mean([not a.sentence.startswith('Only noise') for a in audits]):.0f}",
        )


def audit_rate() -> Iterator[str]:
    """How often a cell of pure white noise is called structure."""
    side, found, random = 2048, 0, np.random.default_rng(0)
    for _ in range(25):
        noise = random.normal(0.5, 25 / 255, (side, side, 1)).astype(np.float32)
        found += audit(noise, np.full_like(noise, 0.5), 25).place_count
    cells = 25 * (side // CELL) ** 2
    yield f"\nPlaces marked in pure white noise: {found} in {cells} cells."


def speeds() -> Iterator[str]:
    """CPU seconds on an A4 page of 300 dpi."""
    page = np.random.default_rng(0).normal(0.8, 0.1, (3508, 2480, 3)).astype(np.float32)
    clipped = stored(page)
    blank = np.full_like(page, 0.8)
    yield "\n## CPU seconds for an A4 page of 300 dpi in colour (8.7 megapixels)\n"
    yield row("step", "seconds", "seconds per megapixel")
    yield row(*["---"] * 3)
    for name, work in {
        "estimate_noise": lambda: estimate_noise(page),
        "estimate_noise, clipped": lambda: estimate_noise(clipped),
        "quality_from_blocking": lambda: quality_from_blocking(clipped),
        "page_kind": lambda: page_kind(page, 25),
        "audit": lambda: audit(page, blank, 25.5),
    }.items():
        work()
        start = time.process_time()
        work()
        seconds = time.process_time() - start
        yield row(name, f"{seconds:.2f}", f"{seconds / 8.7:.3f}")


def main() -> None:
    """Print every table, and store them where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--images", type=int, help="at most this many of each set")
    parser.add_argument("--record", type=Path)
    options = parser.parse_args()
    sets = {name: load(options.data / "test" / name, options.images) for name in SETS}
    lines = ["# Estimation and audit, measured by bench/noise_estimation.py\n"]
    for part in (
        noise_tables(sets),
        trait_table(sets),
        jpeg_table(sets),
        kind_table(options.data, sets, options.images),
        restoration_table(sets),
        audit_rate(),
        speeds(),
    ):
        for line in part:
            print(line, flush=True)
            lines.append(line)
    if options.record:
        options.record.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
