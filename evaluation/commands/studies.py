"""`studies`: analyse votes, plan a study."""

from __future__ import annotations

from typing import Any

from evaluation.commands.study_analysis import add_analyse, add_plan


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command and its actions."""
    parser = commands.add_parser("studies", help="rating studies", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add_analyse(actions)
    add_plan(actions)
