"""Plain addresses of rating: the full-screen page, its pictures, votes and reviews.

A rater is known by the token of the invitation, sent in a header, and nothing else; each route
asks the store whose it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from pydantic import BaseModel

from evaluation.studies.collecting.database import NotStored
from evaluation.studies.collecting.joining import NotOpen, StudyFull, consent, join_open
from evaluation.studies.collecting.records import Kind, Rater
from evaluation.studies.collecting.reviewing import review
from evaluation.studies.collecting.store import StudyStore, UnknownInvite
from evaluation.studies.collecting.submission import ScaledPicture, Submission
from evaluation.studies.collecting.voting import NotYours, Superseded, submit
from evaluation.studies.collecting.withdrawal import withdraw
from restoration.errors import OutOfRange, RestorationError
from ui.panels import UnknownPanel
from ui.rate.feedback import feedback_view
from ui.rate.pictures import StudyPictures
from ui.rate.session_page import session_page
from ui.rate.views import session_view, undoable_view

NO_STORE = {"Cache-Control": "no-store"}
FOR_A_DAY = {"Cache-Control": "private, max-age=86400, immutable"}

STATUS: tuple[tuple[type[RestorationError], int], ...] = (
    (UnknownInvite, 404),
    (UnknownPanel, 404),
    (OutOfRange, 404),
    (NotYours, 403),
    (Superseded, 409),
    (NotOpen, 423),
    (StudyFull, 423),
    (ScaledPicture, 422),
    (NotStored, 503),
)
"""The first that fits; any other error is the client's request: 400."""


class Sent(BaseModel):
    """One submission as JSON."""

    client_id: str
    trial: str
    revision: int
    kind: Kind
    answer: dict[str, Any] | None = None
    reason: str = ""
    seconds: float = 0.0
    idle_seconds: float = 0.0
    viewing: dict[str, Any] = {}
    client_time: str = ""

    def submission(self) -> Submission:
        """The same for the store."""
        return Submission(**self.model_dump())


class Joining(BaseModel):
    """The token of an open link."""

    join: str


class Viewing(BaseModel):
    """What the viewing check found."""

    viewing: dict[str, Any]


Invite = Annotated[str, Header(alias="x-rr-invite")]


def rating_routes(store: StudyStore, pictures: StudyPictures) -> APIRouter:
    """Routes below `/rate`; a refusal is the error's parts as JSON."""
    router = APIRouter(prefix="/rate", include_in_schema=False)

    @router.get("/session")
    def session() -> Response:
        return HTMLResponse(session_page(), headers=NO_STORE)

    @router.post("/api/join")
    def join(asked: Joining) -> Response:
        return answered(lambda: {"invite": join_open(store, asked.join)})

    @router.get("/api/state")
    def state(invite: Invite) -> Response:
        return answered(lambda: session_view(store, store.rater_by_token(invite)))

    @router.post("/api/consent")
    def agree(said: Viewing, invite: Invite) -> Response:
        def work() -> dict[str, Any]:
            consent(store, store.rater_by_token(invite), said.viewing)
            return session_view(store, store.rater_by_token(invite))

        return answered(work)

    @router.post("/api/events")
    def event(sent: Sent, invite: Invite) -> Response:
        def work() -> dict[str, Any]:
            rater = store.rater_by_token(invite)
            stored = submit(store, rater, sent.submission())
            return {
                "stored": stored.client_id,
                "at": stored.stored_at,
                "feedback": feedback_view(store, rater, stored),
                "state": session_view(store, rater),
            }

        return answered(work)

    @router.post("/api/undo")
    def undoable(invite: Invite) -> Response:
        return answered(lambda: undoable_view(store, store.rater_by_token(invite)))

    @router.post("/api/reviews")
    def reviews(sent: Sent, invite: Invite) -> Response:
        def work() -> dict[str, Any]:
            reviewer = _reviewer(store.rater_by_token(invite))
            stored = review(store, reviewer, sent.submission())
            return {"stored": stored.client_id, "state": session_view(store, reviewer)}

        return answered(work)

    @router.post("/api/withdraw")
    def leave(invite: Invite) -> Response:
        return answered(lambda: {"erased": withdraw(store, store.rater_by_token(invite))})

    @router.get("/pictures/{key}/info.json")
    def info(key: str) -> Response:
        return _picture(lambda: JSONResponse(asdict(pictures.info(key)), headers=FOR_A_DAY))

    @router.get("/pictures/{key}/{level}/{column}_{row}.png")
    def tile(key: str, level: int, column: int, row: int) -> Response:
        return _picture(
            lambda: Response(pictures.tile(key, level, column, row), 200, FOR_A_DAY, "image/png")
        )

    @router.get("/pictures/{key}.png")
    def whole(key: str) -> Response:
        return _picture(lambda: Response(pictures.png(key), 200, FOR_A_DAY, "image/png"))

    return router


def answered(make: Callable[[], Response | dict[str, Any] | list[Any]]) -> Response:
    """The answer as JSON, or the refusal with its status."""
    try:
        made = make()
    except RestorationError as error:
        return JSONResponse(refusal(error), status_of(error), NO_STORE)
    return made if isinstance(made, Response) else JSONResponse(made, headers=NO_STORE)


def refusal(error: RestorationError) -> dict[str, str | None]:
    """An error's class and parts as JSON."""
    return {
        "class": type(error).__name__,
        "problem": error.problem,
        "actual": error.actual,
        "expected": error.expected,
        "remedy": error.remedy,
    }


def status_of(error: RestorationError) -> int:
    """The HTTP status of a refusal."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def _picture(make: Callable[[], Response]) -> Response:
    try:
        return make()
    except RestorationError as error:
        return PlainTextResponse(str(error), status_of(error), NO_STORE)


def _reviewer(rater: Rater) -> Rater:
    if not rater.is_reviewer:
        raise NotYours("This invitation is a rater's, not a reviewer's")
    return rater
