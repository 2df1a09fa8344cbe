"""What a browser sends about one trial, and whether any page can have sent it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from evaluation.studies.collecting.answers import Answer, AnswerRefused
from evaluation.studies.collecting.records import Kind, as_json
from restoration.errors import UsageError

CLIENT_ID = re.compile(r"[A-Za-z0-9-]{16,64}")
LONGEST_REASON = 500
LONGEST_VIEWING = 1000
LONGEST_SECONDS = 86_400.0
SAME_SIZE = 1e-3
"""How far from one screen pixel per image pixel counts as unscaled."""


class ScaledPicture(UsageError):
    """The picture was not shown pixel for pixel, and the study asks for it."""


@dataclass(frozen=True)
class Submission:
    """What a browser sends about one trial."""

    client_id: str
    trial: str
    revision: int
    """Of the trial when it was shown."""
    kind: Kind
    answer: Answer | None = None
    reason: str = ""
    seconds: float = 0.0
    idle_seconds: float = 0.0
    viewing: dict[str, Any] = field(default_factory=dict)
    client_time: str = ""


def refuse_scaled(viewing: dict[str, Any]) -> None:
    """Raises ScaledPicture unless one image pixel was one screen pixel."""
    scale = viewing.get("scale")
    if isinstance(scale, int | float) and abs(scale - 1) < SAME_SIZE:
        return
    raise ScaledPicture(
        "The picture was not shown pixel for pixel, so the vote was not counted",
        actual=f"{scale} screen pixels for one image pixel",
        expected="1",
        remedy="Reload the page; if it happens again, set the browser's zoom to 100 %",
    )


def check_form(sent: Submission, kinds: tuple[Kind, ...]) -> None:
    """Raises AnswerRefused for what no page of somebody who may say these `kinds` sends."""
    if sent.kind not in kinds:
        raise AnswerRefused(
            "This is not for you to say", actual=sent.kind.value, expected=" or ".join(kinds)
        )
    if not CLIENT_ID.fullmatch(sent.client_id):
        raise AnswerRefused("The vote has no usable id", actual=sent.client_id[:80])
    if sent.kind is Kind.SKIP and not sent.reason.strip():
        raise AnswerRefused("Skipping needs a reason", remedy="Say why in a few words")
    try:
        lengths = {"reason": len(sent.reason), "viewing": len(as_json(sent.viewing))}
        as_json([sent.reason, sent.client_time, sent.answer])
    except ValueError as error:
        raise AnswerRefused("The vote holds signs that no vote has") from error
    for name, longest in (("reason", LONGEST_REASON), ("viewing", LONGEST_VIEWING)):
        if lengths[name] > longest:
            raise AnswerRefused(
                f"The {name} is too long",
                actual=f"{lengths[name]} characters",
                expected=f"at most {longest}",
            )
    for seconds in (sent.seconds, sent.idle_seconds):
        if not 0 <= seconds <= LONGEST_SECONDS:
            raise AnswerRefused("The time on task is no time", actual=str(seconds))
    if len(sent.client_time) > 40 or "\0" in sent.reason + sent.client_time:
        raise AnswerRefused("The vote holds signs that no vote has")
