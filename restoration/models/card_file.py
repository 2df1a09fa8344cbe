"""Model cards as JSON files beside the weights they describe."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from restoration.errors import BadWeights
from restoration.models.card import ModelCard

_CARD = TypeAdapter(ModelCard)


def card_to_json(card: ModelCard) -> str:
    """The card as indented JSON; enums by their values, tuples as lists."""
    return _CARD.dump_json(card, indent=2).decode() + "\n"


def card_from_json(text: str, name: str) -> ModelCard:
    """The card that `card_to_json` wrote; `name` says in an error where the text came from.

    Raises BadWeights where a field is missing, unknown in kind, or of the wrong type.
    """
    try:
        return _CARD.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "the whole text"
        raise BadWeights(
            f"The model card {name} cannot be used",
            actual=f"{field}: {first['msg']}",
            expected="the fields of a model card as JSON",
            remedy="Restore the card that came with the weights",
        ) from error


def read_card(path: Path) -> ModelCard:
    """Read a card file; raises BadWeights where it is missing or not a card."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadWeights(f"The model card {path.name} cannot be read", actual=str(error)) from error
    return card_from_json(text, path.name)


def write_card(card: ModelCard, path: Path) -> None:
    """Write a card file in one move, so that no reader ever meets half of one."""
    unfinished = path.with_suffix(".part")
    unfinished.write_text(card_to_json(card), encoding="utf-8")
    unfinished.replace(path)
