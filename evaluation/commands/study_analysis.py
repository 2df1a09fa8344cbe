"""`studies analyse` and `studies plan`: what votes say, and how many a study needs.

`analyse STUDY` or `analyse VOTES.csv` prints what raters prefer, whom to trust, and which strategy
is worth its money; --json gives every table, --report writes one HTML file with the figures.
`plan` says how many raters, votes or pairs a study needs.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import Any

from evaluation.studies.analysed import pictures_in_place, table_of
from evaluation.studies.analysing.analysis import Analysis, analyse
from evaluation.studies.analysing.crossed_plan import CrossedPlan, plan_crossed
from evaluation.studies.analysing.mark_maps import pictures_shown
from evaluation.studies.analysing.methods import methods_paragraph
from evaluation.studies.analysing.planning import (
    Design,
    pairs_for_preference,
    raters_for_difference,
    votes_for_interval,
)
from evaluation.studies.analysing.report import write_report
from evaluation.studies.analysing.sentences import answer
from evaluation.studies.analysing.votes import VoteTable
from evaluation.studies.analysing.votes_csv import read_votes
from evaluation.studies.collecting.store import StudyStore
from restoration.commands.environment import checked_settings
from restoration.commands.output import print_json, print_text


def add_analyse(verbs: Any) -> None:  # noqa: ANN401
    """Declare `studies analyse`."""
    parser = verbs.add_parser("analyse", help="what the votes of a study say")
    parser.add_argument(
        "votes",
        metavar="STUDY|VOTES.csv",
        help="id of a study, or a long table",
    )
    parser.add_argument("--protocol", help="which scale, where there are several")
    parser.add_argument("--exclude", default="", metavar="RATER,RATER", help="leave raters out")
    parser.add_argument("--report", type=Path, metavar="HTML", help="write a report with figures")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run_analyse)


def add_plan(verbs: Any) -> None:  # noqa: ANN401
    """Declare `studies plan`."""
    parser = verbs.add_parser("plan", help="how many raters, votes or pairs are needed")
    parser.add_argument("--difference", type=float, help="to find, in points of the scale")
    parser.add_argument("--deviation", type=float, default=0.8, help="of votes; default 0.8")
    parser.add_argument("--preference", type=float, help="share to tell from one half")
    parser.add_argument("--half-width", type=float, help="of the interval of one item's score")
    parser.add_argument("--comparisons", type=int, default=1, help="tests that alpha is shared by")
    parser.add_argument("--contents", type=int, help="simulate a crossed design on so many images")
    parser.add_argument("--power", type=float, default=0.8)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run_plan)


def run_analyse(options: argparse.Namespace) -> int:
    """Print what the votes say."""
    table = _votes(options.votes)
    excluded = frozenset(name.strip() for name in options.exclude.split(",") if name.strip())
    analysis = analyse(table, protocol=options.protocol, excluded=excluded)
    if options.report:
        pictures = _pictures(options.votes, analysis)
        write_report(analysis, options.report, Path(options.votes).name, pictures)
    if options.json:
        print_json(
            {
                "answer": list(answer(analysis)),
                "methods": methods_paragraph(analysis),
                **analysis.record(),
            }
        )
    else:
        _print(analysis)
    return 0


def _votes(named: str) -> VoteTable:
    """The votes of a file, where there is one of this name, otherwise of a study in the store."""
    if _is_file(named):
        return read_votes(Path(named))
    with _store() as store:
        return table_of(store, named)


def _pictures(named: str, analysis: Analysis) -> dict[str, str]:
    """The pictures that a report shows; a file of votes has none."""
    items = pictures_shown(analysis)
    if _is_file(named) or not items:
        return {}
    with _store() as store:
        return pictures_in_place(store, named, items)


def _is_file(named: str) -> bool:
    path = Path(named)
    return path.is_file() or bool(path.suffix)


def _store() -> closing[StudyStore]:
    return closing(StudyStore.open(checked_settings()))


def _print(analysis: Analysis) -> None:
    for sentence in answer(analysis):
        print_text(sentence)
    for name, table in analysis.tables.items():
        print_text(f"\n{name.replace('_', ' ')} ({len(table)} rows)")
        print_text(table.head(20).to_string(index=False, float_format=lambda x: f"{x:.4g}"))
    for part, reason in analysis.refusals.items():
        print_text(f"\n{part}: {reason}")
    print_text("\n" + methods_paragraph(analysis))


def run_plan(options: argparse.Namespace) -> int:
    """Print the sizes that were asked for; a difference of 0.5 where nothing was."""
    sizes: dict[str, Any] = {}
    if options.preference is not None:
        sizes["pairs"] = pairs_for_preference(options.preference, options.power)
    if options.half_width is not None:
        sizes["votes_per_item"] = votes_for_interval(options.deviation, options.half_width)
    difference = options.difference
    if difference is None and not sizes:
        difference = 0.5
    if difference is not None:
        for design in Design:
            sizes[f"raters_{design.value}"] = raters_for_difference(
                difference, options.deviation, design, options.comparisons, options.power
            )
        if options.contents is not None:
            sizes["crossed"] = plan_crossed(
                CrossedPlan(
                    difference=difference,
                    contents=options.contents,
                    noise_sd=options.deviation,
                    comparisons=options.comparisons,
                ),
                options.power,
            )
    if options.json:
        print_json(sizes)
    else:
        for name, size in sizes.items():
            print_text(f"{name.replace('_', ' '):24}{size}")
    return 0
