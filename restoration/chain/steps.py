"""The steps of a chain, and how a chain is written: `denoise`, `jpeg,denoise=nlm,upscale=ID`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from restoration.errors import UsageError

PREFIX = "chain:"
PROPOSED = PREFIX + "auto"
"""Where a model is named: the chain that is proposed for each page."""
NAME = "chain"
"""What records and file names call it."""


class Step(Enum):
    """What a step is for, in the order in which steps are proposed."""

    ESTIMATE = "estimate"
    """Measure noise, compression and kind of page."""
    JPEG = "jpeg"
    """Repair JPEG artefacts."""
    DENOISE = "denoise"
    PAGE = "page"
    """Clean scanned text."""
    UPSCALE = "upscale"


@dataclass(frozen=True)
class Link:
    """One step as it was asked for."""

    step: Step
    model: str | None = None
    """None takes the best for the step that is on this machine."""


def is_chain(asked: str) -> bool:
    """Whether what was asked for in place of a model is a chain."""
    return asked.casefold().startswith(PREFIX)


def parse_chain(asked: str) -> tuple[Link, ...] | None:
    """The links of "chain:step[=model],..."; None for "chain:auto", which is proposed per page.

    Raises UsageError for a step that is not known, none at all, or an upscaling that is not last.
    """
    text = asked[len(PREFIX) :].strip()
    if text.casefold() == "auto":
        return None
    links = tuple(_link(part) for part in text.split(",") if part.strip())
    enlarging = [number for number, link in enumerate(links) if link.step is Step.UPSCALE]
    if not links or enlarging not in ([], [len(links) - 1]):
        raise UsageError(
            "The chain cannot be run",
            actual=text or "no steps",
            expected="auto, or steps with an upscaling, if any, at the end",
            remedy="For instance --chain jpeg,denoise",
        )
    return links


def _link(part: str) -> Link:
    name, _, model = part.strip().partition("=")
    try:
        return Link(Step(name.strip().casefold()), model.strip() or None)
    except ValueError:
        raise UsageError(
            "This is no step of a chain",
            actual=name,
            expected=", ".join(step.value for step in Step),
        ) from None
