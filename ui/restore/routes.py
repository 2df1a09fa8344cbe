"""Plain addresses: ask for a restoration; its progress, pages, downloads, cancel, delete."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel

from restoration.errors import OutOfRange, UnreadableFile
from restoration.job import State
from ui.answers import PRIVATE, Statuses, answered, answered_or_refused
from ui.restore.desk import Case, RestorationDesk, SharedCase
from ui.restore.intake import Intake, Wishes
from ui.restore.views import page_view, progress_view

STATUSES: Statuses = ((UnreadableFile, 404), (OutOfRange, 404), (SharedCase, 403))


class Asked(BaseModel):
    """What a visitor's page holds when something is asked for."""

    files: list[str] = []
    """Where the uploads are, as the upload's answer said; checked like any client's word."""
    sample: str = ""
    wishes: list[Any]
    """The controls' values in the page's order."""
    shown: str = ""
    """The case in the page's address."""


def request_routes(intake: Intake) -> APIRouter:
    """`POST /scans`: what the scan is, in lines; `POST /cases`: open a case, its id.

    A refusal is an answer like another: `{"refused": the error's parts}`.
    """
    router = APIRouter(include_in_schema=False)

    @router.post("/scans")
    def describe(asked: Asked) -> Response:
        return answered_or_refused(
            lambda: {"lines": intake.describe(asked.files, asked.sample, Wishes.of(*asked.wishes))}
        )

    @router.post("/cases")
    def begin(asked: Asked) -> Response:
        return answered_or_refused(
            lambda: {
                "case": intake.begin(
                    asked.files, asked.sample, Wishes.of(*asked.wishes), asked.shown
                )
            }
        )

    return router


def case_routes(desk: RestorationDesk) -> APIRouter:
    """Routes below `/cases/{id}`; a refusal is the error's parts as JSON.

    An unknown id is a 404; stopping or deleting what belongs to every visitor is a 403.
    """
    router = APIRouter(prefix="/cases", include_in_schema=False)

    @router.get("/{id}")
    def progress(id: str) -> Response:
        return _answer(lambda: progress_view(desk, desk.case(id)))

    @router.get("/{id}/page")
    def page(id: str, file: int = 0, page: int = 0) -> Response:
        return _answer(lambda: page_view(desk, finished(desk.case(id)), file, page))

    @router.post("/{id}/cancel")
    def cancel(id: str) -> Response:
        def ask() -> dict[str, bool]:
            desk.cancel(id)
            return {"asked": True}

        return _answer(ask)

    @router.delete("/{id}")
    def delete(id: str, also: Annotated[tuple[str, ...], Query()] = ()) -> Response:
        def remove() -> dict[str, bool]:
            desk.delete(id, also)
            return {"deleted": True}

        return _answer(remove)

    @router.get("/{id}/files/{name}")
    def file(id: str, name: str) -> Response:
        return _answer(lambda: _file(finished(desk.case(id)), name))

    @router.get("/{id}/restored.zip")
    def everything(id: str) -> Response:
        return _answer(lambda: _zip(finished(desk.case(id))))

    return router


def _answer(make: Callable[[], Response | dict[str, Any]]) -> Response:
    return answered(make, STATUSES, otherwise=500)


def finished(case: Case) -> Case:
    """The case, if it has a result; raises `UnreadableFile`."""
    if case.job.state is not State.DONE:
        raise UnreadableFile(
            "This restoration has no result", actual=case.job.state.value, expected="done"
        )
    return case


def outputs(case: Case) -> list[Path]:
    """Every file that the case wrote."""
    return sorted(path for path in (case.folder / "output").iterdir() if path.is_file())


def _file(case: Case, name: str) -> Response:
    for path in outputs(case):
        if path.name == name:
            return FileResponse(
                path, filename=name, content_disposition_type="attachment", headers=PRIVATE
            )
    raise UnreadableFile("This restoration has no such file", actual=name)


def _zip(case: Case) -> Response:
    name = Path(case.names[0]).stem if len(case.names) == 1 else "scans"
    disposition = f"attachment; filename*=UTF-8''{quote(name)}-restored.zip"
    return StreamingResponse(
        zipped(outputs(case)),
        media_type="application/zip",
        headers={**PRIVATE, "Content-Disposition": disposition},
    )


class _Chunks(io.RawIOBase):
    """A file that cannot seek: what the zip writer puts in, the response takes out."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """Writing is all it can do."""
        return True

    def write(self, part: Any) -> int:  # noqa: ANN401 - any buffer
        """Hold a part until it is taken."""
        self._parts.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        """Everything written since the last time."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def zipped(paths: list[Path]) -> Iterator[bytes]:
    """The files as one zip, made while it is sent; images are stored, being compressed already."""
    chunks = _Chunks()
    with zipfile.ZipFile(chunks, "w", zipfile.ZIP_STORED) as archive:
        for path in paths:
            with path.open("rb") as file, archive.open(path.name, "w", force_zip64=True) as entry:
                while part := file.read(1 << 20):
                    entry.write(part)
                    yield chunks.take()
    yield chunks.take()
