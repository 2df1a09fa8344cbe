"""`inspect`: what a file is, and what is wrong with its pages."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from restoration.batch import page_reader
from restoration.commands.output import print_json, print_text
from restoration.estimation import Estimate, estimate
from restoration.pages import Page


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser("inspect", help="measure a file", description=__doc__)
    parser.add_argument("input", type=Path, metavar="IN")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Describe the file and estimate every page's noise and JPEG quality."""
    reader = page_reader()
    document = reader.describe(options.input)
    pages = []
    for index in range(document.page_count):
        page = reader.read(options.input, index)
        found = estimate(page)
        if options.json:
            pages.append(page_record(page, found))
        else:
            _print(page, found)
    if options.json:
        print_json(
            {
                "input": str(options.input),
                "format": document.format.value,
                "pages": pages,
                "notices": list(document.notices),
            }
        )
    return 0


def page_record(page: Page, found: Estimate) -> dict[str, Any]:
    """A page's description and estimates as JSON."""
    info = page.info
    return {
        "page": info.index,
        "width": info.width,
        "height": info.height,
        "layout": info.layout.value,
        "samples": info.samples.value,
        "alpha": page.alpha is not None,
        "dpi": info.dpi,
        "icc_bytes": len(info.icc or b""),
        "exif_bytes": len(info.exif or b""),
        "kind": found.kind.value,
        "noise": asdict(found.noise),
        "jpeg_quality": found.jpeg_quality,
        "jpeg_source": found.jpeg_source.value if found.jpeg_source else None,
        "found": found.sentence,
        "notices": list(info.notices),
    }


def _print(page: Page, found: Estimate) -> None:
    info = page.info
    dpi = f", {info.dpi[0]:.0f} dpi" if info.dpi else ""
    print_text(
        f"page {info.index + 1}: {info.format.value} {info.width} x {info.height}, "
        f"{info.samples.value} {info.layout.value}{dpi}, {found.kind.value}"
    )
    print_text(f"  {found.sentence}")
    for notice in info.notices:
        print_text(f"  note: {notice}")
