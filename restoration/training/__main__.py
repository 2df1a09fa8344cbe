"""`python -m restoration.training MODEL --images DIR [DIR ...] -o DIR`."""

from __future__ import annotations

import argparse
import logging
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from restoration.errors import ExitCode, RestorationError, UsageError
from restoration.training.recipes import RECIPES, recipe_for


def main(arguments: Sequence[str] | None = None) -> int:
    """Train a model; returns the exit status."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        _train(options)
    except RestorationError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return ExitCode.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m restoration.training",
        description="Train a model on a folder of photographs. Stop it at any time: Ctrl-C and "
        "SIGTERM save first, and --resume goes on where it stopped.",
    )
    parser.add_argument(
        "model", help="what to train: " + ", ".join(recipe.id for recipe in RECIPES)
    )
    parser.add_argument("--images", type=Path, nargs="+", required=True, metavar="DIR")
    parser.add_argument(
        "--fonts",
        type=Path,
        nargs="+",
        metavar="DIR",
        help="folders of fonts to typeset text with; without it those of the system",
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in -o")
    parser.add_argument("--start", type=Path, metavar="WEIGHTS", help="fine-tune these weights")
    parser.add_argument("--minutes", type=float, default=math.inf, help="training time")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0: every core")
    parser.add_argument("--workers", type=int, default=0, help="processes that draw patches")
    parser.add_argument(
        "--save-every", type=float, default=5.0, metavar="MINUTES", help="between validations"
    )
    parser.add_argument(
        "--cool-down",
        type=int,
        default=0,
        metavar="STEPS",
        help="finish a run: lower the rate to nothing over so many steps, weights in DIR/cooled",
    )
    parser.add_argument(
        "--data", metavar="TEXT", help="names and licences of the images, for the card"
    )
    return parser


def _train(options: argparse.Namespace) -> None:
    import torch

    from restoration.training.images import load_photographs
    from restoration.training.run import Run
    from restoration.training.trainer import train
    from restoration.training.typesetting import SYSTEM_FONTS

    if options.threads:
        torch.set_num_threads(options.threads)
    recipe = recipe_for(options.model)
    missing = [str(folder) for folder in options.images if not folder.is_dir()]
    if missing:
        raise UsageError("An image folder does not exist", actual=", ".join(missing))
    has_cuda = torch.cuda.is_available()
    if options.device == "cuda" and not has_cuda:
        raise UsageError("This machine has no CUDA device", remedy="Use --device cpu")
    device = "cuda" if has_cuda and options.device == "auto" else options.device
    run = Run(
        folder=options.output,
        minutes=options.minutes,
        resume=options.resume,
        start=options.start,
        seed=options.seed,
        device=torch.device("cpu" if device == "auto" else device),
        workers=options.workers,
        save_every=options.save_every,
        cool_down=options.cool_down,
        data=options.data,
        fonts=tuple(options.fonts) if options.fonts else SYSTEM_FONTS,
    )
    train(recipe, load_photographs(options.images, recipe.smallest_photograph), run)


if __name__ == "__main__":
    sys.exit(main())
