"""Plain addresses of an explanation: progress, its story, files, clicks, another crop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse
from pydantic import BaseModel

from restoration.errors import OutOfRange, UnreadableFile
from restoration.explanation.question import OVERVIEW, STORY, look
from restoration.job import State
from restoration.settings import Settings
from ui.answers import PRIVATE, answered, error_view
from ui.explain.desk import ADDRESS, Explained, ExplanationDesk
from ui.explain.intake import question

SERVED = {
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".csv": "text/csv",
}


class Asked(BaseModel):
    """What a visitor's page holds when something is asked for."""

    file: str = ""
    """Where the upload is, as its answer said; checked like any client's word."""
    sample: str = ""
    model: str
    page: int = 1
    shown: str = ""
    """The explanation in the page's address: a reloaded page has no upload any more."""


def question_routes(settings: Settings, desk: ExplanationDesk) -> APIRouter:
    """`POST /explanations`: open an explanation, its id; a refusal is the error's parts."""
    router = APIRouter(include_in_schema=False)

    @router.post(f"/{ADDRESS}")
    def begin(asked: Asked) -> Response:
        def open_one() -> dict[str, str]:
            new = asked.file or asked.sample or not asked.shown
            shown = None if new else desk.explained(asked.shown)
            wanted = question(
                settings,
                asked.file,
                asked.sample,
                asked.model,
                asked.page,
                shown=shown.question if shown else None,
            )
            own = wanted.source if asked.file else None
            return {"id": desk.open(wanted, upload=shown.upload if shown else own).id}

        return _answer(open_one)

    return router


def explanation_routes(desk: ExplanationDesk) -> APIRouter:
    """Routes below `/explanations/{id}`; a refusal is the error's parts as JSON."""
    router = APIRouter(prefix=f"/{ADDRESS}", include_in_schema=False)

    @router.get("/first")
    def first() -> Response:
        return _answer(lambda: {"id": desk.first().id})

    @router.get("/{id}")
    def progress(id: str) -> Response:
        return _answer(lambda: progress_view(desk, desk.explained(id)))

    @router.get("/{id}/story")
    def story(id: str) -> Response:
        def read() -> Response:
            path = _done(desk.explained(id)).results / STORY
            return HTMLResponse(path.read_text(encoding="utf-8"), headers=PRIVATE)

        return _answer(read)

    @router.get("/{id}/look")
    def looked_at(id: str, x: int, y: int) -> Response:
        return _answer(lambda: look(_done(desk.explained(id)).results, x, y))

    @router.get("/{id}/files/{name}")
    def file(id: str, name: str) -> Response:
        return _answer(lambda: _file(_done(desk.explained(id)), name))

    @router.post("/{id}/again")
    def again(id: str, x: int, y: int) -> Response:
        return _answer(lambda: {"id": desk.again(id, (x, y)).id})

    @router.post("/{id}/cancel")
    def cancel(id: str) -> Response:
        def ask() -> dict[str, bool]:
            desk.cancel(id)
            return {"asked": True}

        return _answer(ask)

    @router.delete("/{id}")
    def delete(id: str) -> Response:
        def remove() -> dict[str, bool]:
            desk.delete(id)
            return {"deleted": True}

        return _answer(remove)

    return router


def progress_view(desk: ExplanationDesk, explained: Explained) -> dict[str, Any]:
    """State and progress as JSON; once done, the page and the place of the crop on it."""
    job = explained.job
    done = job.state is State.DONE
    return {
        "id": explained.id,
        "state": job.state.value,
        "done": job.progress.done,
        "doing": job.progress.doing,
        "waitingBefore": desk.waiting_before(explained) if job.state is State.QUEUED else 0,
        "error": None if job.error is None else error_view(job.error),
        "name": explained.question.source.name,
        "sample": explained.kept,
        "crop": job.result if done else None,
        "overview": f"{ADDRESS}/{explained.id}/files/{OVERVIEW}" if done else None,
    }


def _answer(make: Callable[[], Response | dict[str, Any]]) -> Response:
    return answered(make, ((UnreadableFile, 404), (OutOfRange, 404)), 500)


def _done(explained: Explained) -> Explained:
    if explained.job.state is not State.DONE:
        raise UnreadableFile(
            "This explanation has no result", actual=explained.job.state.value, expected="done"
        )
    return explained


def _file(explained: Explained, name: str) -> Response:
    """A picture, chart or data file; the listing decides, so that no path leads elsewhere."""
    for path in explained.results.iterdir():
        if path.name == name and path.suffix in SERVED:
            headers = {"Cache-Control": "private, max-age=3600"}
            return FileResponse(path, media_type=SERVED[path.suffix], headers=headers)
    raise UnreadableFile("This explanation has no such file", actual=name)
