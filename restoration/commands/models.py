"""`models`: what can be used, what it is for, and what is on this machine."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from enum import Enum
from typing import Any

from restoration.commands.output import print_json, print_text
from restoration.models.catalogue import available, cards


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser("models", help="list the models", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List every model card."""
    listed = [(card, available(card)) for card in cards()]
    if options.json:
        print_json(
            {
                "models": [
                    {**_plain(asdict(card)), "availability": here.value} for card, here in listed
                ]
            }
        )
        return 0
    for card, here in listed:
        print_text(f"{card.id:28} {here.value:12} {card.title}. {card.limits}")
    return 0


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Enums by their values, so that the card is plain JSON."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
