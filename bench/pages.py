"""What reading and writing pages costs: `python bench/pages.py`.

Makes one A4 page at 300 dpi (gray, with scanner noise), writes and reads it in every format, and
compares our PNG with Pillow's and libpng's; then times the limited worker against reading in the
process. Times are the least of several runs, in CPU seconds where one process does the work and
in wall seconds where two do. Prints a table and writes it to bench/records/pages.json.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image

from restoration.pages import (
    FileFormat,
    Layout,
    Limits,
    Page,
    PageInfo,
    SampleType,
    open_document,
    open_writer,
)
from restoration.pages.limited import LimitedReader, warm_up

RECORD = Path(__file__).parents[1] / "bench" / "records" / "pages.json"
LIMITS = Limits(file_bytes=200_000_000, page_megapixels=60, pages=1000, seconds=20)
WIDTH, HEIGHT = 2480, 3508


def main() -> None:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        record = {
            "page": f"{WIDTH} x {HEIGHT}, gray, 8-bit, noise sigma 4",
            "runs": runs,
            "cores": os.cpu_count(),
            "machine": platform.machine(),
            "load_average_at_the_start": round(os.getloadavg()[0], 1),
            "formats": _formats(Path(folder), runs),
            "png_encoders": _png_encoders(runs),
            "worker": _worker(Path(folder), runs),
        }
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=2))


def _scan() -> np.ndarray:
    """A page of paper and lines of strokes, as a scanner would see it."""
    rng = np.random.default_rng(0)
    page = np.full((HEIGHT, WIDTH), 232.0)
    for top in range(200, HEIGHT - 200, 60):
        ink = rng.random((1, (WIDTH - 400) // 8)) < 0.45
        page[top : top + 28, 200 : WIDTH - 200] -= np.repeat(ink, 8, axis=1) * 180
    return np.clip(page + rng.normal(0, 4, page.shape), 0, 255).round().astype(np.uint8)


def _page(format: FileFormat, levels: np.ndarray) -> Page:
    pixels = (levels / np.float32(255)).astype(np.float32)[..., None]
    info = PageInfo(format, 0, WIDTH, HEIGHT, Layout.L, SampleType.UINT8, dpi=(300.0, 300.0))
    return Page(pixels, info)


def _least(action: Callable[[], object], runs: int, clock: Callable[[], float]) -> float:
    seconds = []
    for _ in range(runs):
        start = clock()
        action()
        seconds.append(clock() - start)
    return round(min(seconds), 4)


def _formats(folder: Path, runs: int) -> dict[str, dict[str, float]]:
    levels = _scan()
    table = {}
    for format in FileFormat:
        path, page = folder / format.value, _page(format, levels)

        def write(path: Path = path, page: Page = page) -> None:
            with open_writer(path, page.info.format) as writer:
                writer.write(page)

        def read(path: Path = path) -> None:
            with open_document(path, LIMITS) as document:
                document.read(0)

        table[format.value] = {
            "write_cpu_seconds": _least(write, runs, time.process_time),
            "read_cpu_seconds": _least(read, runs, time.process_time),
            "megabytes": round(path.stat().st_size / 1e6, 2),
        }
    return table


def _png_encoders(runs: int) -> dict[str, dict[str, float]]:
    levels = _scan()
    page = _page(FileFormat.PNG, levels)

    def ours() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.png"
            with open_writer(path, FileFormat.PNG) as writer:
                writer.write(page)
            return path.read_bytes()

    def pillow() -> bytes:
        file = io.BytesIO()
        Image.fromarray(levels).save(file, "PNG")
        return file.getvalue()

    def libpng() -> bytes:
        return imagecodecs.png_encode(levels)

    table = {}
    for name, encode in {"ours": ours, "Pillow": pillow, "libpng": libpng}.items():
        table[name] = {
            "cpu_seconds": _least(encode, runs, time.process_time),
            "megabytes": round(len(encode()) / 1e6, 2),
        }
    for name in ("Pillow", "libpng"):
        table[f"ours against {name}"] = {
            "time_ratio": round(table["ours"]["cpu_seconds"] / table[name]["cpu_seconds"], 2),
            "size_ratio": round(table["ours"]["megabytes"] / table[name]["megabytes"], 2),
        }
    return table


def _worker(folder: Path, runs: int) -> dict[str, float]:
    path = folder / FileFormat.PNG.value
    reader = LimitedReader(LIMITS)
    start = time.monotonic()
    warm_up()
    reader.describe(path)
    first = time.monotonic() - start
    bad = folder / "huge.png"
    bad.write_bytes(path.read_bytes()[:16] + (60000).to_bytes(4, "big") * 2 + bytes(9))

    def refuse() -> None:
        try:
            reader.describe(bad)
        except Exception:
            return
        raise AssertionError("a damaged file was taken")

    def here() -> None:
        with open_document(path, LIMITS) as document:
            document.read(0)

    calls = [_least(lambda: reader.describe(path), 1, time.monotonic) for _ in range(20)]
    return {
        "first_call_seconds": round(first, 3),
        "describe_median_seconds": round(statistics.median(calls), 4),
        "refuse_seconds": _least(refuse, runs, time.monotonic),
        "read_seconds": _least(lambda: reader.read(path, 0), runs, time.monotonic),
        "read_in_process_seconds": _least(here, runs, time.monotonic),
    }


if __name__ == "__main__":
    main()
