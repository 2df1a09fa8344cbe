"""`train`: teach a generator one condition, or several in equal parts."""

from __future__ import annotations

import argparse
import logging
import math
import sys
from pathlib import Path
from typing import Any

from restoration.commands.output import print_text
from restoration.errors import UsageError
from restoration.synthesis.conditions import condition_from


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser(
        "train",
        help="train a generator",
        description=f"{__doc__} Stop it at any time: Ctrl-C and SIGTERM save first, and --resume "
        "goes on where it stopped.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="written by prepare")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--condition",
        action="append",
        required=True,
        metavar="polygons|cells|noise:N|blue:N",
        help="N is the mean distance of noise pixels, and noise:24,2=12 gives class 2 one of its "
        "own; may be repeated",
    )
    parser.add_argument("--without", nargs="+", default=(), metavar="NAME", help="leave out")
    parser.add_argument("--crop", type=int, default=64, metavar="PIXELS")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--steps", type=int, default=sys.maxsize)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in -o")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--dtype", default="fp32", choices=("fp32", "bf16"))
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0: every core")
    parser.add_argument("--save-every", type=float, default=5.0, metavar="MINUTES")
    parser.add_argument(
        "--data", default="", metavar="TEXT", help="names and licences, for the card"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train, and say where the weights are."""
    import torch

    from restoration.synthesis.fields import read_fields
    from restoration.synthesis.recipe import Recipe
    from restoration.synthesis.run import Run
    from restoration.synthesis.trainer import train

    logging.getLogger("restoration.synthesis").setLevel(logging.INFO)
    if options.threads:
        torch.set_num_threads(options.threads)
    has_cuda = torch.cuda.is_available()
    if options.device == "cuda" and not has_cuda:
        raise UsageError("This machine has no CUDA device", remedy="Use --device cpu")
    recipe = Recipe(
        tuple(map(condition_from, options.condition)),
        crop=options.crop,
        batch=options.batch,
        rate=options.rate,
    )
    tissue, every = read_fields(options.folder)
    fields = [field for field in every if field.name not in options.without]
    on_cuda = has_cuda and options.device != "cpu"
    settings = Run(
        folder=options.output,
        minutes=options.minutes,
        last_step=options.steps,
        resume=options.resume,
        seed=options.seed,
        device=torch.device("cuda" if on_cuda else "cpu"),
        half=options.dtype == "bf16",
        save_every=options.save_every,
        data=options.data,
    )
    card = train(recipe, fields, tissue, settings)
    print_text(f"{card.steps} steps in {card.minutes:g} min: {options.output / card.file}")
    return 0
