"""`noise`: a plain noise image of a chosen frequency band, with what is measured on it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from restoration.commands.output import print_json, print_text
from restoration.errors import NotWritten, OutOfRange
from restoration.synthesis.label_map import LARGEST_SIDE, SMALLEST_SIDE
from restoration.synthesis.noise_image import CONTRAST, noise_image


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser("noise", help="noise of a frequency band", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="PNG")
    parser.add_argument(
        "--band",
        nargs=2,
        type=float,
        required=True,
        metavar=("LOW", "HIGH"),
        help="cycles per pixel, 0 to 0.707",
    )
    parser.add_argument(
        "--size", nargs=2, type=int, default=(512, 512), metavar=("WIDTH", "HEIGHT")
    )
    parser.add_argument(
        "--contrast", type=float, default=CONTRAST, help="standard deviation; white is 1"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make the image and print what was measured on it."""
    width, height = options.size
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in (width, height)):
        raise OutOfRange(
            "A noise image of this size cannot be made",
            actual=f"{width}x{height} pixels",
            expected=f"sides of {SMALLEST_SIDE} to {LARGEST_SIDE} pixels",
        )
    low, high = options.band
    made = noise_image((height, width), low, high, options.seed, options.contrast)
    try:
        options.output.write_bytes(made.png())
    except OSError as error:
        raise NotWritten(
            f"{options.output} cannot be written", actual=error.strerror or str(error)
        ) from error
    if options.json:
        print_json(made.record() | {"output": str(options.output)})
    else:
        print_text(f"{options.output}: {made.said}")
    return 0
