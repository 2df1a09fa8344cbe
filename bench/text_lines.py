"""Character error rate of scanned text lines after each model, beside that of the noisy lines.

    python -m bench.text_lines --lines DIR [--models ID ...] [--sigmas 0 50]

DIR holds images of single lines and, beside each, its transcription as NAME.gt.txt. White
Gaussian noise is added (one seed a line), each model restores the line at that level, and
Tesseract reads the result with one language for all. The rate is that of the whole set: edits
over characters (long s counted as s, white space folded). At sigma 0 the scans are taken as they
are, with the level that is estimated on them: what a model costs where there is nothing to mend.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from evaluation.ocr.error_rates import text_errors
from restoration.api import Model, load_model
from restoration.degradations import Degradation, DegradationKind, degrade
from restoration.pages.page import Pixels
from restoration.text.reading import read_text
from restoration.text.tesseract import Layout

USUAL = ("identity", "median", "bilateral", "tv", "wavelet", "nlm", "unet-denoise")


@dataclass(frozen=True)
class Line:
    """One scanned line (H, W, 1), [0, 1], and what it says."""

    name: str
    pixels: Pixels
    text: str


@dataclass(frozen=True)
class Row:
    """One model at one noise level over all lines."""

    model: str
    sigma: float
    lines: int
    characters: int
    edits: int

    @property
    def rate(self) -> float:
        """Edits over characters, in percent."""
        return 100 * self.edits / self.characters


def main() -> None:
    """Print one row for each model and level."""
    options = _options()
    lines = _lines(options.lines)[:: options.every]
    rows = []
    for sigma in options.sigmas:
        noisy = [_noisy(line, sigma, seed) for seed, line in enumerate(lines)]
        for name in options.models:
            rows.append(_scored(load_model(name), lines, noisy, sigma, options.language))
            row = rows[-1]
            print(f"sigma {sigma:4g}  {name:16} {row.rate:6.2f} %", flush=True)
    if options.output:
        record = {"language": options.language, "rows": [asdict(row) for row in rows]}
        options.output.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=Path, required=True, metavar="DIR")
    parser.add_argument("--models", nargs="+", default=list(USUAL), metavar="ID")
    parser.add_argument("--sigmas", type=float, nargs="+", default=[0.0, 50.0])
    parser.add_argument("--every", type=int, default=1, help="take one line in so many")
    parser.add_argument("--language", default="frk", help="of Tesseract")
    parser.add_argument("-o", "--output", type=Path, metavar="JSON")
    return parser.parse_args()


def _lines(folder: Path) -> list[Line]:
    lines = []
    for path in sorted(folder.glob("*.gt.txt")):
        image = next(folder.glob(path.name.removesuffix(".gt.txt") + ".[tpj]*"))
        with Image.open(image) as opened:
            gray = np.asarray(opened.convert("L"), np.float32) / np.float32(255)
        lines.append(Line(image.stem, gray[..., None], path.read_text(encoding="utf-8")))
    return lines


def _noisy(line: Line, sigma: float, seed: int) -> Pixels:
    if sigma == 0:
        return line.pixels
    return degrade(line.pixels, Degradation(DegradationKind.GAUSSIAN, sigma, seed))


def _scored(
    model: Model, lines: Sequence[Line], noisy: Sequence[Pixels], sigma: float, language: str
) -> Row:
    level = sigma or None
    restored = [model.restore(pixels, level).pixels for pixels in noisy]
    with ThreadPoolExecutor(2) as readers:
        readings = readers.map(
            lambda pixels: read_text(pixels, language, layout=Layout.LINE), restored
        )
        errors = [
            text_errors(_modern(line.text), _modern(reading.text)).characters
            for line, reading in zip(lines, readings, strict=True)
        ]
    characters, edits = sum(each.length for each in errors), sum(each.edits for each in errors)
    return Row(model.card.id, sigma, len(lines), characters, edits)


def _modern(text: str) -> str:
    """Long s is s: Tesseract's models differ in which of the two they write."""
    return text.replace("ſ", "s")


if __name__ == "__main__":
    main()
