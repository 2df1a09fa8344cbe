"""`restore`: clean files, and write beside each what was done."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from restoration.batch import (
    FileBench,
    FileOutcome,
    FileTask,
    is_restored,
    restore_each,
    restore_spread,
)
from restoration.chain.steps import PREFIX, parse_chain
from restoration.commands.output import ProgressLine, as_record, print_json, print_text
from restoration.errors import ExitCode, NotWritten, UsageError
from restoration.executor_choice import ENGINES, Engine, Staffing
from restoration.executors import Executor
from restoration.models.catalogue import check_name
from restoration.page_restoration import AUTO, Request
from restoration.pages import format_of_name
from restoration.recipe import Recipe, read_recipe
from restoration.repeating import compare, request_of
from restoration.restoring import Target, output_name, refuse_overwriting

SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser("restore", help="restore files", description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path, metavar="IN", help="files or folders")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="file, or folder/")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--model", default=AUTO, metavar="ID|auto", help="or a weights file")
    what.add_argument(
        "--chain",
        metavar="auto|STEPS",
        help="several steps, each kept only if it improves matters: "
        "estimate, jpeg, denoise, page, upscale, with =ID to name a model",
    )
    parser.add_argument("--level", default=AUTO, metavar="auto|N")
    parser.add_argument("--strength", type=float, default=1.0, metavar="0..1.5")
    parser.add_argument("--reference", type=Path, metavar="CLEAN", help="score against this")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument("--dtype", default="auto", choices=("auto", "fp32", "bf16"))
    parser.add_argument(
        "--ensemble", action="store_true", help="eight orientations, and a map of expected errors"
    )
    parser.add_argument("--tile", type=int, metavar="N")
    parser.add_argument("--overlap", type=int, metavar="N")
    parser.add_argument("--recipe", type=Path, metavar="FILE", help="repeat this recipe")
    parser.add_argument("--workers", type=int, metavar="N", help="processes; default: this one")
    parser.add_argument(
        "--engine", default="local", choices=ENGINES, help="ray: RAY_ADDRESS, or here"
    )
    parser.add_argument("--resume", action="store_true", help="pass over what is restored already")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Restore every input; goes on past a bad one and lists it at the end."""
    repeated = read_recipe(options.recipe) if options.recipe else None
    model, request = _asked(options, repeated)
    inputs = _inputs(options.inputs)
    outputs = dict(zip(inputs, _outputs(inputs, options.output, model), strict=True))
    targets = [Target(model, output) for output in outputs.values()]
    _refuse_collisions(inputs, request.reference, targets)
    tasks = [FileTask(source, (target,)) for source, target in zip(inputs, targets, strict=True)]
    if options.resume:
        tasks = [task for task in tasks if not is_restored(task, request)]
        sys.stderr.write(
            f"{len(inputs) - len(tasks)} of {len(inputs)} files are restored already.\n"
        )
    line = ProgressLine()
    done: list[dict[str, Any]] = []
    status = ExitCode.OK
    for outcome in _outcomes(options, tasks, request, line):
        line.clear()
        output = outputs[outcome.source]
        entry = _entry(outcome, output, repeated)
        done.append(entry)
        if outcome.error is not None:
            sys.stderr.write(f"{outcome.source}: {outcome.error}\n")
            status = status or outcome.error.exit_code
        elif not options.json:
            _print(outcome, output, entry.get("repeated"))
    if options.json:
        print_json({"files": done})
    elif status and len(done) > 1:
        bad = sum("error" in entry for entry in done)
        sys.stderr.write(f"{bad} of {len(done)} files could not be restored.\n")
    return status


def _outcomes(
    options: argparse.Namespace, tasks: list[FileTask], request: Request, line: ProgressLine
) -> Iterator[FileOutcome]:
    """In this process and in order, unless several workers are asked for."""
    engine = Engine(options.engine)
    if not tasks or (engine is Engine.LOCAL and options.workers is None):
        yield from restore_each(tasks, request, line)
        return
    staffing = Staffing(engine, options.workers, request.device in ("cuda", "mps"))
    executor: Executor[FileTask, FileOutcome] = staffing.executor(partial(FileBench, request))
    with executor:
        yield from restore_spread(tasks, request, executor, line)


def _inputs(named: list[Path]) -> list[Path]:
    """Files as they are named, and in place of a folder the images in it, by name."""
    files: list[Path] = []
    for path in named:
        if not path.is_dir():
            files.append(path)
            continue
        images = sorted(each for each in path.iterdir() if each.is_file() and format_of_name(each))
        if not images:
            raise UsageError(
                "The folder holds no images",
                actual=str(path),
                expected="PNG, JPEG, WebP, BMP, TIFF or PDF files in it",
            )
        files += images
    return files


def _entry(outcome: FileOutcome, output: Path, repeated: Recipe | None) -> dict[str, Any]:
    if outcome.error is not None:
        return {"input": str(outcome.source), "error": as_record(outcome.error)}
    (recipe,) = outcome.recipes
    entry = {"input": str(outcome.source), "output": str(output), "recipe": asdict(recipe)}
    if repeated is not None:
        entry["repeated"] = compare(repeated, recipe).value
    return entry


def _outputs(inputs: list[Path], asked: str, model: str) -> list[Path]:
    """An output for each input, in a folder that is made where it is not there yet."""
    place = Path(asked)
    named_a_folder = asked.endswith(SEPARATORS) or not place.suffix
    if len(inputs) == 1 and not named_a_folder and not place.is_dir():
        return [place]
    if place.is_file():
        raise UsageError(
            "The output is a file, but a folder is needed",
            actual=str(place),
            expected="a folder, for each input gets an output of its own name",
        )
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWritten(
            f"The folder {place} could not be made",
            actual=error.strerror or str(error),
            remedy="Choose another place with -o",
        ) from error
    return [place / output_name(source, model) for source in inputs]


def _refuse_collisions(inputs: list[Path], reference: Path | None, targets: list[Target]) -> None:
    written = Counter(file.resolve() for target in targets for file in target.files)
    for source in (*inputs, *([reference] if reference else [])):
        refuse_overwriting(source, *written)
    twice = next((file for file, times in written.items() if times > 1), None)
    if twice is not None:
        raise UsageError(
            "Two inputs would be written to one file",
            actual=str(twice),
            expected="inputs of different names",
            remedy="Restore them into different folders",
        )


def _asked(options: argparse.Namespace, repeated: Recipe | None) -> tuple[str, Request]:
    if repeated is not None:
        return request_of(repeated, options.reference)
    model = options.model if options.chain is None else PREFIX + options.chain
    if options.chain is not None:
        _check_chain(model)
    elif model != AUTO:
        check_name(model)
    return model, Request(
        level=_level(options.level),
        strength=options.strength,
        reference=options.reference,
        ensemble=options.ensemble,
        device=options.device,
        dtype=options.dtype,
        tile=options.tile,
        overlap=options.overlap,
    )


def _check_chain(asked: str) -> None:
    """Refuse a chain that cannot be run before the first file is read."""
    for link in parse_chain(asked) or ():
        if link.model is not None:
            check_name(link.model)


def _level(text: str) -> float | None:
    if text == AUTO:
        return None
    try:
        return float(text)
    except ValueError:
        raise UsageError(
            "The level is not a number",
            actual=text,
            expected="auto, a noise sigma on the 0-255 scale, or a JPEG quality of 1 to 100",
        ) from None


def _print(outcome: FileOutcome, output: Path, repeated: str | None) -> None:
    (recipe,) = outcome.recipes
    print_text(f"{outcome.source} -> {output}")
    for notice in recipe.notices:
        print_text(f"  note: {notice}")
    for page in recipe.pages:
        print_text(f"  page {page.page + 1}: {page.found}")
        print_text(f"    {page.why} {page.audit['sentence']} {page.seconds:.1f} s")
        for step in page.steps:
            model = f" by {step.model}" if step.model else ""
            print_text(
                f"    {step.step}{model}: {' '.join(filter(None, (step.why, step.verdict)))}"
            )
        for notice in page.notices:
            print_text(f"    note: {notice}")
    if repeated:
        print_text(f"  repeated: {repeated}")
