"""Who is logged in: a cookie no script can read, and a header that other sites cannot send."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from evaluation.studies.collecting.administration import NotLoggedIn, account_of
from evaluation.studies.collecting.store import StudyStore
from ui.environment import on_space

COOKIE = "rr-owner"
HEADER = "x-rr-request"


def owner_of(store: StudyStore, request: Request) -> str:
    """The account that a request belongs to; raises NotLoggedIn.

    Whatever changes something must also carry the header, which a page of another site cannot add.
    """
    if request.method != "GET" and HEADER not in request.headers:
        raise NotLoggedIn("The request did not come from a page of this site")
    return account_of(store, request.cookies.get(COOKIE, ""))


def remember(response: Response, token: str) -> None:
    """Let the browser keep the session until it is closed."""
    # A Space is shown in a frame of another site, to which a strict cookie would not be sent.
    framed: dict[str, Any] = {"samesite": "none", "secure": True, "partitioned": True}
    apart: dict[str, Any] = {"samesite": "strict"}
    response.set_cookie(COOKIE, token, httponly=True, path="/", **(framed if on_space() else apart))
