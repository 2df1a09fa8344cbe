"""How plain addresses answer: with JSON that nobody keeps, or with the parts of a refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from restoration.errors import RestorationError

PRIVATE = {"Cache-Control": "private, no-store"}
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
"""For an address that changes with what it gives."""
EACH_TIME = {"Cache-Control": "no-cache"}
"""For a fixed address: a browser asks again each time, so that it never mixes two versions."""
Statuses = tuple[tuple[type[RestorationError], int], ...]
"""The HTTP status of each kind of refusal; the first that fits counts."""


def error_view(error: RestorationError) -> dict[str, str | None]:
    """An error's parts as JSON, so that a page can lay them out."""
    return {
        "problem": error.problem,
        "actual": error.actual,
        "expected": error.expected,
        "remedy": error.remedy,
    }


def answered(
    make: Callable[[], Response | dict[str, Any]], statuses: Statuses, otherwise: int
) -> Response:
    """What `make` gives, or a refusal's parts under its status."""
    try:
        made = make()
    except RestorationError as error:
        status = next((code for kind, code in statuses if isinstance(error, kind)), otherwise)
        return JSONResponse(error_view(error), status, PRIVATE)
    return made if isinstance(made, Response) else JSONResponse(made, headers=PRIVATE)


def answered_or_refused(make: Callable[[], dict[str, Any]]) -> Response:
    """What `make` gives, or `{"refused": its parts}` as an answer like another.

    For what a control asks while it is used: a refusal is then no failure of the request, and
    browsers do not note it as one.
    """
    try:
        return JSONResponse(make(), headers=PRIVATE)
    except RestorationError as error:
        return JSONResponse({"refused": error_view(error)}, headers=PRIVATE)
