"""`degrade`: add noise or compression of a known kind, level and seed to a file."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from restoration.batch import page_reader
from restoration.commands.output import print_json, print_text
from restoration.degradations import Degradation, DegradationKind, degrade
from restoration.pages import open_writer
from restoration.restoring import output_format, refuse_overwriting


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser("degrade", help="add noise to a file", description=__doc__)
    parser.add_argument("input", type=Path, metavar="IN")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="OUT")
    parser.add_argument("--kind", required=True, choices=[kind.value for kind in DegradationKind])
    parser.add_argument("--level", required=True, type=float, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Degrade every page and write the file in the format of the output's name."""
    degradation = Degradation(DegradationKind(options.kind), options.level, options.seed)
    refuse_overwriting(options.input, options.output)
    reader = page_reader()
    document = reader.describe(options.input)
    format = output_format(options.input, document.format, options.output)
    notices = list(document.notices)
    with open_writer(options.output, format) as writer:
        for index in range(document.page_count):
            page = reader.read(options.input, index)
            degraded = replace(page, pixels=degrade(page.pixels, degradation))
            notices += [*page.info.notices, *writer.write(degraded)]
    if options.json:
        print_json(
            {
                "input": str(options.input),
                "output": str(options.output),
                "degradation": str(degradation),
                "pages": document.page_count,
                "notices": notices,
            }
        )
    else:
        print_text(f"{options.input} -> {options.output}: {degradation}")
        for notice in notices:
            print_text(f"  note: {notice}")
    return 0
