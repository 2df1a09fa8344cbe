"""`prepare`: make region maps and cell maps from images and their class or instance maps."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from restoration.commands.output import print_text
from restoration.errors import OutOfRange, UsageError
from restoration.synthesis.fields import write_field
from restoration.synthesis.source import MAP_FOLDERS, prepared_fields
from restoration.synthesis.tissues import TISSUES, read_tissue, tissue_named


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser("prepare", help="make region and cell maps", description=__doc__)
    parser.add_argument(
        "folder",
        type=Path,
        metavar="DIR",
        help="holds images/ and, by the same names, labels/ (class codes) or nuclei/ (instances)",
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--tissue",
        required=True,
        help=", ".join(each.name for each in TISSUES) + ", or a JSON file that lists the classes",
    )
    parser.add_argument("--scale", type=float, default=1.0, metavar="0.1..1")
    parser.add_argument("--without", nargs="+", default=(), metavar="NAME", help="leave out")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prepare every field of the folder."""
    if not 0.1 <= options.scale <= 1:
        raise OutOfRange(
            "Fields are only made smaller",
            actual=f"a scale of {options.scale:g}",
            expected="0.1 to 1",
        )
    if not any((options.folder / maps).is_dir() for maps in MAP_FOLDERS):
        raise UsageError(
            f"{options.folder} holds no maps", expected="a folder named " + " or ".join(MAP_FOLDERS)
        )
    named = Path(options.tissue)
    tissue = read_tissue(named) if named.suffix == ".json" else tissue_named(options.tissue)
    count = 0
    for field, scaled in prepared_fields(options.folder, tissue, options.scale, options.without):
        write_field(field, scaled, options.output)
        count += 1
    print_text(f"{count} fields in {options.output}")
    return 0
