"""Rows of the study database as Python sees them."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from evaluation.studies.collecting.answers import Answer
from evaluation.studies.collecting.design import Design, design_from
from evaluation.studies.collecting.items import Item, Role


class State(StrEnum):
    """Whether a study takes votes."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    """For good: what was exported stays what is stored."""


class TrialState(StrEnum):
    """What the last event left a trial in."""

    OPEN = "open"
    VOTED = "voted"
    SKIPPED = "skipped"
    RETURNED = "returned"
    """A reviewer gave it back to the rater."""


TO_DO = (TrialState.OPEN, TrialState.RETURNED)


class Kind(StrEnum):
    """What an event says. None is ever changed or removed; only an erasure empties its answer."""

    VOTE = "vote"
    SKIP = "skip"
    UNDO = "undo"
    ACCEPT = "accept"
    CORRECT = "correct"
    RETURN = "return"


LEAVES = {
    Kind.VOTE: TrialState.VOTED,
    Kind.SKIP: TrialState.SKIPPED,
    Kind.UNDO: TrialState.OPEN,
    Kind.ACCEPT: TrialState.VOTED,
    Kind.CORRECT: TrialState.VOTED,
    Kind.RETURN: TrialState.RETURNED,
}
"""The state in which an event leaves its trial."""


@dataclass(frozen=True)
class Study:
    """A study without its contents."""

    id: str
    state: State
    design: Design
    software: str
    created_at: str
    closed_at: str | None
    open_token: str | None
    builtin: bool

    @property
    def title(self) -> str:
        """What its owner called it."""
        return self.design.title


@dataclass(frozen=True)
class Rater:
    """Somebody who rates, or reviews where there is no arm."""

    id: str
    study: str
    arm: str | None
    token: str
    label: str
    source: str
    invited_at: str
    consented_at: str | None
    consent_text: str | None
    viewing: dict[str, Any] | None
    seen_at: str | None
    erased_at: str | None

    @property
    def is_reviewer(self) -> bool:
        """Whether the person looks at the answers of others."""
        return self.source == "reviewer"


@dataclass(frozen=True)
class Trial:
    """One question to one rater."""

    id: str
    slot: str
    position: int
    phase: str
    key: str
    pictures: tuple[str, ...]
    reference: str | None
    repetition: int
    revision: int
    state: TrialState


@dataclass(frozen=True)
class Event:
    """One thing that was done about a trial."""

    client_id: str
    study: str
    trial: str
    revision: int
    kind: Kind
    rater: str
    author: str
    answer: Answer | None
    reason: str
    seconds: float
    idle_seconds: float
    viewing: dict[str, Any] | None
    client_time: str
    stored_at: str


def study_of(row: Row[Any]) -> Study:
    """From a row of `studies`."""
    return Study(
        row.id, State(row.state), design_from(json.loads(row.design)), row.software,
        row.created_at, row.closed_at, row.open_token, row.builtin,
    )  # fmt: skip


def rater_of(row: Row[Any]) -> Rater:
    """From a row of `raters`."""
    values = {name: getattr(row, name) for name in Rater.__dataclass_fields__}
    return Rater(**{**values, "viewing": _json(row.viewing)})


def trial_of(row: Row[Any]) -> Trial:
    """From a row of `trials`."""
    values = {name: getattr(row, name) for name in Trial.__dataclass_fields__}
    pictures = tuple(json.loads(row.pictures))
    return Trial(**{**values, "pictures": pictures, "state": TrialState(row.state)})


def event_of(row: Row[Any]) -> Event:
    """From a row of `events`."""
    values = {name: getattr(row, name) for name in Event.__dataclass_fields__}
    parsed = {"answer": _json(row.answer), "viewing": _json(row.viewing), "kind": Kind(row.kind)}
    return Event(**{**values, **parsed})


def item_of(row: Row[Any]) -> Item:
    """From a row of `items`."""
    values = {name: getattr(row, name) for name in Item.__dataclass_fields__}
    return Item(
        **{
            **values,
            "role": Role(row.role),
            "characteristics": tuple(json.loads(row.characteristics)),
            "metrics": json.loads(row.metrics),
        }
    )


def as_json(value: object) -> str:
    """JSON with sorted keys and no spaces: the same value is the same text.

    Raises ValueError for what neither JSON nor UTF-8 has: NaN, infinity, half a character.
    """
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    text.encode()
    return text


def now() -> str:
    """The time in UTC, to the microsecond, as ISO 8601; later times sort after earlier ones."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")


def hours_ago(hours: float) -> str:
    """As `now`, some hours earlier."""
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=hours)
    return then.isoformat(timespec="microseconds")


def _json(text: str | None) -> Any:  # noqa: ANN401 - what JSON holds
    return None if text is None else json.loads(text)
