"""An explanation as files: every figure with its data, pictures, the card, and one page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from restoration.errors import NotWritten
from restoration.explanation.drawing import card_svg, chart_svg
from restoration.explanation.explaining import Explanation
from restoration.explanation.section import Chart, image_name
from restoration.explanation.story import story_page
from restoration.pages.page import Pixels

RECORD = "explanation.json"
PAGE = "explanation.html"
CARD = "card.svg"


def write_explanation(explanation: Explanation, folder: Path, page: bool = True) -> list[Path]:
    """Write everything into `folder`, made where it is not there; the files, in order.

    For each section a JSON of its data, for each chart an SVG and a CSV, for each picture a PNG;
    then the whole record, the card, and with `page` one self-contained HTML page.
    Raises NotWritten.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, content in _contents(explanation, page):
            (folder / name).write_bytes(content)
            written.append(folder / name)
        return written
    except OSError as error:
        raise NotWritten(
            f"The explanation could not be stored in {folder}",
            actual=error.strerror or str(error),
            remedy="Choose another folder with -o",
        ) from error


def _contents(explanation: Explanation, page: bool) -> Iterator[tuple[str, bytes]]:
    record = explanation.record()
    for section, data in zip(explanation.sections, record["sections"], strict=True):
        stem = f"{section.number}-{section.id}"
        yield f"{stem}.json", _json(data)
        for number, chart in enumerate(section.charts):
            yield f"{stem}{chart_suffix(number)}.svg", chart_svg(chart, legend=True).encode()
            yield f"{stem}{chart_suffix(number)}.csv", chart_csv(chart).encode()
        for choice in section.choices:
            yield image_name(section, choice), png(choice.image)
    yield RECORD, _json(record)
    yield CARD, card_svg(explanation.card).encode()
    if page:
        pictures = {
            image_name(section, choice): png(choice.image)
            for section in explanation.sections
            for choice in section.choices
        }
        yield PAGE, story_page(explanation, pictures).encode()


def chart_suffix(number: int) -> str:
    """What tells the second chart of a section from the first."""
    return "" if number == 0 else f"-{number + 1}"


def chart_csv(chart: Chart) -> str:
    """Series, x and y, one row a point; the axes name their units in the header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["series", chart.x_label, chart.y_label])
    for series in chart.series:
        writer.writerows(
            [series.name, f"{x:.6g}", f"{y:.6g}"] for x, y in zip(series.x, series.y, strict=True)
        )
    return text.getvalue()


def png(pixels: Pixels) -> bytes:
    """(H, W, C) in [0, 1] as 8-bit PNG."""
    seen = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    image = Image.fromarray(seen[..., 0] if seen.shape[2] == 1 else seen)
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=6)
    return file.getvalue()


def _json(document: Any) -> bytes:  # noqa: ANN401
    return (json.dumps(document, ensure_ascii=False) + "\n").encode()
