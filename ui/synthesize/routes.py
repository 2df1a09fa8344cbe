"""Plain addresses of the page: set-up, maps, spectra, drawings, downloads, studies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from evaluation.studies.collecting.administration import NotLoggedIn
from restoration.errors import TooLarge, UnreadableFile, WorkerLost
from restoration.job import State
from restoration.synthesis.label_map import read_label_map
from restoration.synthesis.shipped import sample_named
from ui.answers import PRIVATE, Statuses, answered
from ui.restore.routes import zipped
from ui.studies.owner import owner_of
from ui.synthesize.asked import band_from, check_sides, noise_from, seed_from, task_from
from ui.synthesize.desk import Drawing, DrawingDesk
from ui.synthesize.studies import StudyMaker
from ui.synthesize.views import (
    band_view,
    drawing_view,
    map_view,
    sample_thumbnail,
    setup_view,
    shipped_tissue,
    spectrum_view,
)
from ui.waiting import settled

STATUSES: Statuses = (
    (NotLoggedIn, 401),
    (UnreadableFile, 404),
    (TooLarge, 503),
    (WorkerLost, 503),
)


def synthesis_routes(desk: DrawingDesk, studies: StudyMaker, first: str) -> APIRouter:
    """Routes below `/synthesis`; a refusal is the error's parts as JSON.

    What is unknown is a 404, what is refused a 422, a full queue a 503, and 401 is answered to
    whoever makes a study without being its owner. `first` is the id of the drawing that a new
    visitor sees.
    """
    router = APIRouter(prefix="/synthesis", include_in_schema=False)

    @router.get("/setup")
    def setup() -> Response:
        return _answer(lambda: setup_view() | {"first": first})

    @router.get("/samples/{name}")
    def sample(name: str) -> Response:
        return _answer(lambda: map_view(sample_named(name).polygons))

    @router.get("/samples/{name}/map.png")
    def thumbnail(name: str) -> Response:
        return _answer(lambda: Response(sample_thumbnail(name), media_type="image/png"))

    @router.get("/spectrum")
    def spectrum(spacing: float, kind: str) -> Response:
        return _answer(
            lambda: spectrum_view(noise_from({"spacing": spacing, "kind": kind}, shipped_tissue()))
        )

    @router.get("/bands")
    def band(width: int, height: int, low: float, high: float, seed: int = 0) -> Response:
        return _answer(lambda: band_view(band_from(width, height, low, high, seed)))

    @router.get("/bands.png")
    def band_png(width: int, height: int, low: float, high: float, seed: int = 0) -> Response:
        return _answer(
            lambda: Response(
                band_from(width, height, low, high, seed).png(),
                headers=PRIVATE,
                media_type="image/png",
            )
        )

    @router.post("/maps")
    async def read_map(request: Request) -> Response:
        content = await request.body()

        def read() -> dict[str, Any]:
            tissue = shipped_tissue()
            return map_view(read_label_map(content, tissue, check_sides=check_sides))

        return await asyncio.to_thread(_answer, read)

    @router.post("/drawings")
    def draw(asked: dict[str, Any]) -> Response:
        def begin() -> dict[str, str]:
            return {"id": desk.open(task_from(asked, shipped_tissue())).id}

        return _answer(begin)

    @router.get("/drawings/{id}")
    def drawing(id: str) -> Response:
        return _answer(lambda: drawing_view(desk, desk.drawing(id)))

    @router.get("/drawings/{id}/files/{name}")
    def file(id: str, name: str) -> Response:
        return _answer(lambda: _file(_done(desk.drawing(id)), name))

    @router.get("/drawings/{id}/drawing.zip")
    def everything(id: str) -> Response:
        def pack() -> Response:
            files = sorted(_done(desk.drawing(id)).task.folder.iterdir())
            disposition = "attachment; filename=synthetic-field.zip"
            headers = {**PRIVATE, "Content-Disposition": disposition}
            return StreamingResponse(zipped(files), 200, headers, "application/zip")

        return _answer(pack)

    @router.post("/studies")
    async def study(asked: dict[str, Any], request: Request) -> Response:
        async def make() -> dict[str, Any]:
            await asyncio.to_thread(owner_of, studies.store, request)
            return await studies.make(noise_from(asked, shipped_tissue()), seed_from(asked))

        return _answer(await settled(make()))

    return router


def _answer(make: Callable[[], Response | dict[str, Any]]) -> Response:
    return answered(make, STATUSES, otherwise=422)


def _done(drawing: Drawing) -> Drawing:
    if drawing.job.state is not State.DONE:
        raise UnreadableFile(
            "This drawing has no result", actual=drawing.job.state.value, expected="done"
        )
    return drawing


def _file(drawing: Drawing, name: str) -> Response:
    for path in drawing.task.folder.iterdir():
        if path.name == name:
            return FileResponse(
                path, filename=name, content_disposition_type="attachment", headers=PRIVATE
            )
    raise UnreadableFile("This drawing has no such file", actual=name)
