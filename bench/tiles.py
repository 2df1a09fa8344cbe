"""How fast the viewer's tiles are made, and how much memory a large page takes.

    python -m bench.tiles [--megapixels 60] [-o record.json]

Tiles of 512 x 512 pixels: clean text, the same with Gaussian noise of sigma 25, and a colour
photograph with it, encoded as the viewer does and as Pillow does with its fastest compression.
Then a colour page is registered and its pyramid built: seconds, and the memory added.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from ui.panels import PanelStore
from ui.pyramid import Picture, Pyramid
from ui.tiles import TilePlace, encode_tile

SIDE = 512
ROUNDS = 9
KEY = "bench-token-0123456789"


def contents() -> dict[str, Picture]:
    """Tiles to encode."""
    text = np.tile(data.page(), (3, 2))[:SIDE, :SIDE]
    text = np.where(text < 110, text, 255).astype(np.uint8)
    photograph = data.astronaut()[:SIDE, :SIDE]
    return {"text": text, "noisy text": noisy(text), "noisy photograph": noisy(photograph)}


def noisy(picture: Picture) -> Picture:
    """With Gaussian noise, sigma 25 on the 0-255 scale, seed 0, clipped."""
    noise = np.random.default_rng(0).normal(0, 25, picture.shape)
    return np.clip(picture + noise, 0, 255).round().astype(np.uint8)


def pillow_png(picture: Picture) -> bytes:
    """As Pillow writes it fastest."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", compress_level=1)
    return file.getvalue()


def best_ms(work: Callable[[], bytes]) -> tuple[float, int]:
    """Shortest of several runs in milliseconds, and the length of the result."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        length = len(work())
        seconds.append(time.perf_counter() - start)
    return round(1e3 * min(seconds), 2), length


def encoding(folder: Path) -> list[dict[str, object]]:
    """One row per content: time and bytes, ours and Pillow's."""
    rows: list[dict[str, object]] = []
    for name, picture in contents().items():
        pyramid = Pyramid(picture, folder / name.replace(" ", "-"), SIDE)
        place = TilePlace(KEY, 0, 0, 0)
        ours_ms, ours = best_ms(lambda pyramid=pyramid, place=place: encode_tile(pyramid, place))
        pillow_ms, pillow = best_ms(lambda picture=picture: pillow_png(picture))
        rows.append(
            {
                "tile": name,
                "ours_ms": ours_ms,
                "pillow_ms": pillow_ms,
                "times_faster": round(pillow_ms / ours_ms, 1),
                "ours_bytes": ours,
                "pillow_bytes": pillow,
            }
        )
    return rows


def large_page(folder: Path, megapixels: float) -> dict[str, float]:
    """Seconds until the first tile of all of a page, and of a tile at 1:1; memory added."""
    side = round((megapixels * 1e6) ** 0.5)
    source = folder / "page.npy"
    page = np.lib.format.open_memmap(source, mode="w+", dtype=np.uint8, shape=(side, side, 3))
    band = noisy(np.full((side // 20 + 1, side, 3), 200, np.uint8))
    for top in range(0, side, len(band)):
        page[top : top + len(band)] = band[: side - top]
    del page
    store = PanelStore(folder / "panels")
    store.register(KEY, lambda: np.load(source))
    start = time.perf_counter()
    levels = store.info(KEY).levels
    loaded = time.perf_counter()
    store.tile(KEY, levels - 1, 0, 0)
    built = time.perf_counter()
    store.tile(KEY, 0, 3, 3)
    tiled = time.perf_counter()
    return {
        "megapixels": megapixels,
        "page_mb": round(side * side * 3 / 1e6, 1),
        "load_s": round(loaded - start, 3),
        "pyramid_s": round(built - loaded, 3),
        "tile_1_to_1_s": round(tiled - built, 4),
        "private_mb_after": private_mb(),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def private_mb() -> float:
    """Memory of this process that is not a mapped file (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return round(int(status.split("RssAnon:")[1].split()[0]) / 1024, 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megapixels", type=float, default=60)
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        record = {
            "cores": os.cpu_count(),
            "load_average": round(os.getloadavg()[0], 1),
            "private_mb_before": private_mb(),
            "encoding": encoding(Path(name)),
            "page": large_page(Path(name), options.megapixels),
        }
    text = json.dumps(record, indent=2)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
