"""Put pictures and tables of a sweep together for docs/synthesis.md.

    python -m bench.sweep_pictures FIELDS SWEEP [--field NAME] [-o docs/images]

FIELDS and SWEEP are what `restoration.synthesis prepare` and `evaluation sweep` wrote. Draws one
held-out field by the first seed of every condition, side by side with its maps and the real one,
and the curves of FID and Spectrum; prints the table. Only for sets that may be shown.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from evaluation.synthesis.plan import run_folder
from evaluation.synthesis.sweep import DRAWN_WITH, round_folder
from restoration.explanation.drawing import chart_svg
from restoration.explanation.section import Chart, Series, Style
from restoration.synthesis.conditions import condition_from, conditioned
from restoration.synthesis.drawing import draw_field
from restoration.synthesis.fields import read_fields
from restoration.synthesis.generator_file import load_generator
from restoration.synthesis.label_map import colours
from restoration.synthesis.trainer import NAME

ROOT = Path(__file__).parents[1]
COLUMNS, GAP, TEXT = 4, 8, 18
Picture = NDArray[np.uint8]


def main() -> None:
    """Write both pictures and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fields", type=Path)
    parser.add_argument("sweep", type=Path)
    parser.add_argument("--field", help="a held-out field; the first if left out")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs" / "images")
    options = parser.parse_args()
    record = json.loads((options.sweep / "sweep.json").read_text())
    field = options.field or record["test"][0]
    panels = drawn(options.fields, options.sweep, record, field)
    sheet(panels).save(options.output / "sweep-histology.png", optimize=True)
    for metric in record["metrics"]:
        if metric["id"] in ("fid", "spectrum"):
            path = options.output / f"sweep-histology-{metric['id']}.svg"
            path.write_text(chart_svg(chart(record, metric), legend=True), encoding="utf-8")
    print(table(record))


def drawn(fields: Path, sweep: Path, record: dict[str, Any], name: str) -> dict[str, Picture]:
    """By caption: the map of regions, what each condition gave, and the real field."""
    tissue, (field,) = read_fields(fields, [name])
    palette = np.array(colours(tissue), np.uint8)
    panels = {"map": palette[field.polygons]}
    for row in record["metrics"][0]["conditions"]:
        condition = condition_from(row["condition"])
        told = conditioned(condition, field.polygons, field.cells, tissue, DRAWN_WITH)
        run = run_folder(sweep, condition, record["seeds"][0])
        _, generator = load_generator(round_folder(run, record["steps"]) / f"{NAME}.json")
        panels[row["condition"]] = draw_field(generator, told)
    return panels | {"real": field.image}


def sheet(panels: dict[str, Picture], factor: int = 2) -> Image.Image:
    """All panels side by side in rows, each enlarged by whole steps and captioned."""
    height, width = (factor * side for side in next(iter(panels.values())).shape[:2])
    rows = -(-len(panels) // COLUMNS)
    size = (COLUMNS * (width + GAP) - GAP, rows * (height + TEXT + GAP) - GAP)
    whole = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(whole)
    for number, (caption, picture) in enumerate(panels.items()):
        x = number % COLUMNS * (width + GAP)
        y = number // COLUMNS * (height + TEXT + GAP)
        draw.text((x, y), caption, "black", ImageFont.load_default(size=14))
        large = Image.fromarray(picture).resize((width, height), Image.Resampling.NEAREST)
        whole.paste(large, (x, y + TEXT))
    return whole


def chart(record: dict[str, Any], metric: dict[str, Any]) -> Chart:
    """The means against frequency, with regions alone and true cells as lines."""
    rows = {row["condition"]: row for row in metric["conditions"]}
    noises = sorted(
        (row for row in rows.values() if row["frequency"]), key=lambda row: row["frequency"]
    )
    across = tuple(row["frequency"] * record["nuclei_spacing"] for row in noises)
    bounds = (across[0], across[-1])
    series = [
        Series(name, bounds, (rows[key]["mean"]["value"],) * 2, colour, Style.DASHED)
        for name, key, colour in (("regions only", "polygons", 1), ("true cells", "cells", 4))
    ]
    series.append(
        Series("noise, mean over seeds", across, tuple(row["mean"]["value"] for row in noises), 2)
    )
    series += [
        Series(f"seed {seed}", across, tuple(row["values"][number] for row in noises), 7)
        for number, seed in enumerate(record["seeds"])
    ]
    unit = f", {metric['unit']}" if metric["unit"] else ""
    return Chart(
        metric["title"],
        "noise frequency, 1: noise pixels as far apart as nuclei",
        f"{metric['title']}{unit} (less is better)",
        tuple(series),
    )


def table(record: dict[str, Any]) -> str:
    """The means with half of their 95 % intervals, and the ratios, as Markdown."""
    metrics = record["metrics"]
    heads = [
        f"{each['title']} ({each['unit']})" if each["unit"] else each["title"] for each in metrics
    ]
    lines = ["| condition | relative frequency | " + " | ".join(heads) + " |"]
    lines.append("|---" * (len(heads) + 2) + "|")
    for number, row in enumerate(metrics[0]["conditions"]):
        frequency = row["frequency"]
        relative = f"{frequency * record['nuclei_spacing']:.2g}" if frequency else ""
        cells = [_cell(each["conditions"][number]["mean"]) for each in metrics]
        lines.append(f"| {row['condition']} | {relative} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "| measure | best noise | peak beyond chance | recovery of the best |",
        "|---" * 4 + "|",
    ]
    for each in metrics:
        best = next(row for row in each["conditions"] if row["condition"] == each["best"])
        ratio = best["recovery"]
        said = "{value:.2f} [{low:.2f}, {high:.2f}]".format(**ratio) if ratio else "none"
        lines.append(
            f"| {each['title']} | {each['best']} | {'yes' if each['peak'] else 'no'} | {said} |"
        )
    return "\n".join(lines)


def _cell(mean: dict[str, float]) -> str:
    return f"{mean['value']:.3g} ± {mean['high'] - mean['value']:.2g}"


if __name__ == "__main__":
    main()
