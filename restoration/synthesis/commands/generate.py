"""`generate`: draw fields from label maps, with a recipe beside each."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from restoration.commands.output import print_json, print_text
from restoration.synthesis.conditions import condition_from
from restoration.synthesis.label_map import read_label_map


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser("generate", help="draw fields from maps", description=__doc__)
    parser.add_argument("maps", nargs="+", type=Path, metavar="MAP", help="PNG of class codes")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--generator", type=Path, metavar="CARD", help="JSON card of a generator")
    parser.add_argument(
        "--condition",
        default="blue:24",
        metavar="polygons|noise:N|blue:N|cells",
        help="N: mean distance of noise pixels; blue:24,2=12 gives class 2 one of its own",
    )
    parser.add_argument("--cells", type=Path, metavar="MAP", help="where nuclei are, for cells")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Draw a field for every map."""
    from restoration.synthesis.generator_file import load_generator
    from restoration.synthesis.shipped import SHIPPED
    from restoration.synthesis.synthesis import synthesise, write_synthesis

    card, generator = load_generator(options.generator or SHIPPED)
    condition = condition_from(options.condition)
    recipes = []
    for path in options.maps:
        polygons = read_label_map(path, card.tissue)
        size = (polygons.shape[1], polygons.shape[0])
        cells = read_label_map(options.cells, card.tissue, size) if options.cells else None
        made = synthesise(generator, card, polygons, condition, options.seed, cells)
        written = write_synthesis(made, card.tissue, options.output, path.stem)
        recipes.append(made.recipe | {"output": str(written)})
        if not options.json:
            print_text(f"{written}: {made.recipe['seconds']:.2f} s")
    if options.json:
        print_json({"fields": recipes})
    return 0
