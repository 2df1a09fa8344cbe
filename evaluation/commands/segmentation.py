"""`segmentation`: what synthetic fields are worth to a segmenter, with and without noise.

Teaches a small segmenter with real fields alone, and with real and synthetic fields of the
generators of a sweep, and judges all of them on held-out real fields. Writes segmentation.json.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restoration.commands.output import print_json, print_text

if TYPE_CHECKING:
    from evaluation.synthesis.segmentation import Segmented
    from restoration.synthesis.fields import Field
    from restoration.synthesis.tissues import Tissue

LOG = logging.getLogger(__name__)
REAL = "real"


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser(
        "segmentation", help="use of synthetic fields to a segmenter", description=__doc__
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="prepared fields")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--train", nargs=2, required=True, metavar=("FIRST", "LAST"))
    parser.add_argument("--test", nargs=2, required=True, metavar=("FIRST", "LAST"))
    parser.add_argument("--sweep", type=Path, required=True, metavar="DIR", help="its generators")
    parser.add_argument("--round", type=int, required=True, metavar="STEPS", help="after so many")
    parser.add_argument("--conditions", nargs="+", required=True, metavar="CONDITION")
    parser.add_argument("--seeds", nargs="+", type=int, default=(0, 1, 2), metavar="N")
    parser.add_argument("--steps", type=int, default=600, metavar="N", help="of each segmenter")
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0: every core")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Teach and judge every arm with every seed."""
    import torch

    from evaluation.synthesis.plan import names_between
    from restoration.synthesis.fields import read_fields

    LOG.setLevel(logging.INFO)
    if options.threads:
        torch.set_num_threads(options.threads)
    tissue, fields = read_fields(options.folder)
    names = [field.name for field in fields]
    chosen = {part: names_between(names, *getattr(options, part)) for part in ("train", "test")}
    learned, test = (
        [field for field in fields if field.name in chosen[part]] for part in ("train", "test")
    )
    arms = {
        arm if arm == REAL else f"{REAL} + synthetic, {arm}": _figures(
            [_judged(arm, seed, learned, test, tissue, options) for seed in options.seeds], tissue
        )
        for arm in (REAL, *options.conditions)
    }
    document = {
        "tissue": tissue.name,
        **chosen,
        "seeds": options.seeds,
        "steps": options.steps,
        "generator_steps": options.round,
        "device": f"cpu, {torch.get_num_threads()} threads",
        "arms": arms,
    }
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "segmentation.json").write_text(json.dumps(document, indent=1) + "\n")
    if options.json:
        print_json(document)
    else:
        _print(arms)
    return 0


def _judged(
    arm: str,
    seed: int,
    learned: Sequence[Field],
    test: Sequence[Field],
    tissue: Tissue,
    options: argparse.Namespace,
) -> Segmented:
    from evaluation.synthesis.plan import run_folder
    from evaluation.synthesis.segmentation import Synthetic, judge_segmenter, train_segmenter
    from evaluation.synthesis.sweep import round_folder
    from restoration.synthesis.conditions import condition_from
    from restoration.synthesis.generator_file import load_generator
    from restoration.synthesis.trainer import NAME

    synthetic = None
    if arm != REAL:
        condition = condition_from(arm)
        folder = round_folder(run_folder(options.sweep, condition, seed), options.round)
        synthetic = Synthetic(load_generator(folder / f"{NAME}.json")[1], condition)
    segmenter = train_segmenter(learned, tissue, synthetic, options.steps, seed)
    result = judge_segmenter(segmenter, test, tissue)
    LOG.info("%s, seed %d: %s", arm, seed, result)
    return result


def _figures(results: Sequence[Segmented], tissue: Tissue) -> dict[str, dict[str, Any]]:
    """Values over seeds with their mean and interval, by name of the figure."""
    from evaluation.synthesis.recovery import mean_interval

    values = {
        f"{measure} {each.name}": [getattr(result, measure)[code] for result in results]
        for measure in ("dice", "iou")
        for code, each in enumerate(tissue.classes)
    }
    errors = [each.positive_error for each in results if each.positive_error is not None]
    if errors:
        values["positive share error"] = errors
    return {name: {"values": each, **asdict(mean_interval(each))} for name, each in values.items()}


def _print(arms: dict[str, dict[str, dict[str, Any]]]) -> None:
    for name in next(iter(arms.values())):
        print_text(name)
        for arm, figures in arms.items():
            said = "{value:.3f} [{low:.3f}, {high:.3f}]".format(**figures[name])
            print_text(f"  {arm.ljust(32)}{said}")
