"""A study as its owner designs it: arms, numbers, texts; read from YAML or a page, and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from evaluation.studies.collecting.protocols import protocol_by_id
from restoration.errors import OutOfRange, UnreadableFile, UsageError

Made = TypeVar("Made")

CHARACTERISTICS = (
    "noise",
    "film grain",
    "compression",
    "blur",
    "low contrast",
    "underexposed",
    "text",
    "handwriting",
    "fine texture",
    "overlap",
    "stains",
    "artefacts",
    "chaos",
)
"""What may be said of an image, several at a time: a controlled list, as in the source study."""


class Stage(StrEnum):
    """How much the instructions of an arm say (arXiv 2207.09899)."""

    MINIMAL = "minimal"
    EXTENDED = "extended"
    PICTURES = "pictures"


class Quality(StrEnum):
    """What is done to answers after they were given (arXiv 2407.17596)."""

    NONE = "none"
    REVIEW = "review"
    """A reviewer looks at every answer."""
    CONSENSUS = "consensus"
    """The median of the raters of an item stands for each of them."""
    ADJUDICATION = "adjudication"
    """A reviewer looks at the answers on which raters differ."""


@dataclass(frozen=True)
class Arm:
    """One annotation strategy: who rates how, after which instructions, checked by whom."""

    name: str
    protocol: str = "acr-5"
    stage: Stage = Stage.MINIMAL
    instructions: str = ""
    """Text shown before the first trial and on demand; the page adds pictures at that stage."""
    qa: Quality = Quality.NONE
    provider: str = ""
    pay: float = 0.0
    """For one answer, in the study's currency."""
    raters: int = 4
    votes_per_item: int = 0
    """How many raters see each item; 0: every one of the arm."""
    training: int = 0
    """Trials with feedback before the first real one."""
    gold_share: float = 0.0
    """Silent trials of known answer, as a share of the real ones."""
    repeat_share: float = 0.0
    """Trials shown again later, sides exchanged, as a share of the real ones."""
    most_pairs: int = 0
    """For pairs: at most so many of each content, drawn by the seed; 0: all."""


@dataclass(frozen=True)
class Design:
    """A whole study, without its pictures."""

    title: str
    arms: tuple[Arm, ...]
    seed: int = 0
    consent: str = (
        "You take part of your own free will and may stop at any time. Your answers are stored "
        "under a random name, without your network address. You can withdraw by your link; your "
        "answers are then erased."
    )
    allow_zoom: bool = False
    """False: every picture is shown one image pixel to one screen pixel, or the vote is refused."""
    lease_hours: float = 48.0
    """Trials of a rater who did nothing for so long may go to another."""
    open_quota: int = 0
    """How many may join by the open link; 0: no open link."""
    break_minutes: float = 20.0
    """Raters are reminded to rest after so long."""
    currency: str = "EUR"
    end_text: str = "Thank you. Your answers are stored."

    def record(self) -> dict[str, Any]:
        """As JSON; `design_from` makes it again."""
        return asdict(self)


def design_from(record: Mapping[str, Any]) -> Design:
    """A checked design from JSON or YAML; raises UsageError and OutOfRange naming the field."""
    arms = record.get("arms")
    if not isinstance(arms, list | tuple) or not arms:
        raise UsageError("A study needs arms", actual=str(arms)[:100], expected="a list of one up")
    made = tuple(_checked_arm(_typed(Arm, arm, f"arm {n}")) for n, arm in enumerate(arms, 1))
    names = [arm.name for arm in made]
    if len(set(names)) < len(names):
        raise UsageError("Two arms have the same name", actual=", ".join(names))
    known = {field.name for field in fields(Design)}
    rest = {key: value for key, value in record.items() if key in known and key != "arms"}
    strange = sorted(set(record) - known - {"stimuli"})
    if strange:
        raise UsageError(
            "A study has no such field", actual=", ".join(strange), expected=", ".join(known)
        )
    design = _typed(Design, {**rest, "arms": made}, "study")
    _within("lease_hours", design.lease_hours, 0.001, 24 * 365)
    _within("open_quota", design.open_quota, 0, 100_000)
    _within("break_minutes", design.break_minutes, 0.1, 600)
    return design


def read_study_file(path: Path) -> tuple[Design, list[dict[str, Any]]]:
    """The design and the list of stimuli in a YAML file; raises UnreadableFile, UsageError."""
    try:
        record = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UnreadableFile(
            f"The study file {path} cannot be read", actual=str(error).splitlines()[0]
        ) from error
    if not isinstance(record, dict):
        raise UnreadableFile(f"The study file {path} is no mapping", expected="title: ..., arms:")
    return design_from(record), list(record.get("stimuli") or [])


def _typed(kind: type[Made], record: object, where: str) -> Made:
    """A dataclass from JSON, each value turned into its field's type."""
    if not isinstance(record, Mapping):
        raise UsageError(f"The {where} is no mapping", actual=str(record)[:80])
    values: dict[str, Any] = {}
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for name, value in record.items():
        if name not in known:
            raise UsageError(
                f"The {where} has no such field", actual=str(name), expected=", ".join(known)
            )
        values[name] = _converted(f"{name} of the {where}", value, str(known[name].type))
    if not str(values.get("name", values.get("title", ""))).strip():
        raise UsageError(f"The {where} has no {'name' if kind is Arm else 'title'}")
    return kind(**values)


def _converted(where: str, value: Any, kind: str) -> Any:  # noqa: ANN401 - what YAML holds
    makers = {
        "int": int, "float": float, "str": str, "bool": bool, "Stage": Stage, "Quality": Quality,
    }  # fmt: skip
    if kind not in makers:
        return value
    try:
        made = makers[kind](value)
    except (TypeError, ValueError) as error:
        choices = ", ".join(Stage if kind == "Stage" else Quality) if kind[0].isupper() else kind
        raise UsageError(
            f"The {where} cannot be used", actual=str(value), expected=choices
        ) from error
    if kind == "bool" and not isinstance(value, bool):
        raise UsageError(f"The {where} cannot be used", actual=str(value), expected="true or false")
    return made


def _checked_arm(arm: Arm) -> Arm:
    protocol_by_id(arm.protocol)
    where = f"of arm {arm.name}"
    _within(f"raters {where}", arm.raters, 1, 10_000)
    _within(f"votes_per_item {where}", arm.votes_per_item, 0, arm.raters)
    _within(f"training {where}", arm.training, 0, 50)
    _within(f"gold_share {where}", arm.gold_share, 0, 1)
    _within(f"repeat_share {where}", arm.repeat_share, 0, 1)
    _within(f"pay {where}", arm.pay, 0, 1e6)
    _within(f"most_pairs {where}", arm.most_pairs, 0, 1e6)
    return arm


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise OutOfRange(
            f"The field {name} is out of range",
            actual=f"{value:g}",
            expected=f"{low:g} to {high:g}",
        )
