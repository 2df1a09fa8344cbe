"""`explain`: how a model removes noise and keeps detail, measured on a crop of a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restoration.commands.output import ProgressLine, print_json, print_text
from restoration.errors import UsageError
from restoration.explanation.question import Question
from restoration.page_restoration import AUTO

if TYPE_CHECKING:
    from restoration.explanation.explaining import Explanation


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser("explain", help="explain a model on a file", description=__doc__)
    parser.add_argument("input", type=Path, metavar="IN")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="DIR")
    parser.add_argument("--model", default=AUTO, metavar="ID|auto", help="or a weights file")
    parser.add_argument("--page", type=int, default=1, metavar="N")
    parser.add_argument("--crop", metavar="X,Y", help="corner of the crop; chosen if left out")
    parser.add_argument("--reference", type=Path, metavar="CLEAN", help="score against this")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write every figure with its data and one self-contained page; print what was found."""
    from restoration.explanation.files import write_explanation
    from restoration.explanation.of_file import explain_file

    question = Question(
        options.input,
        options.model,
        options.reference,
        options.page - 1,
        _place(options.crop),
    )
    line = ProgressLine()
    explanation = explain_file(question, line)
    line.clear()
    written = write_explanation(explanation, options.output)
    if options.json:
        names = [path.name for path in written]
        print_json({**explanation.record(), "folder": str(options.output), "files": names})
    else:
        _print(explanation, options.output)
    return 0


def _place(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    try:
        x, y = (int(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            "The crop's corner cannot be read", actual=text, expected="two numbers, such as 120,80"
        ) from None
    return x, y


def _print(explanation: Explanation, folder: Path) -> None:
    print_text(explanation.card.title)
    if explanation.warning:
        print_text(f"  note: {explanation.warning}")
    for line in explanation.card.lines:
        print_text(f"  {line.technique:58} {line.worth}")
    for limit in explanation.card.limits:
        print_text(f"  - {limit}")
    print_text(f"{folder / 'explanation.html'} tells the whole story ({explanation.seconds:.0f} s)")
