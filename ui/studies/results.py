"""Results and strategies of a study: analyses kept by the hash of their votes, and their addresses.

A page shows them in an element `<div data-rr-study-results></div>` by `rrOpenAnalysis(id, element)`
of results_browser/main.js, where the id comes from `AnalysisDesk.open(vote_table(votes), title)`.
The same votes have the same id, so a page that asks again after a new vote gets a new analysis,
and one that asks for old votes gets what is there.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel

from evaluation.figures.browser import plot_script
from evaluation.studies.analysing import analysis_files as files
from evaluation.studies.analysing.analysis import votes_hash
from evaluation.studies.analysing.votes import VoteTable
from restoration.errors import OutOfRange
from restoration.jobs import LocalPool
from ui.answers import PRIVATE, answered

FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}


class AnalysisDesk:
    """Analyses under way and done, one folder each."""

    def __init__(self, folder: Path, pool: LocalPool, keep_seconds: float) -> None:
        """Analyses go when nobody looked at them for `keep_seconds`."""
        self._folder = folder
        self._pool = pool
        self._keep_seconds = keep_seconds

    def open(
        self, table: VoteTable, title: str, warning: str = "", excluded: tuple[str, ...] = ()
    ) -> str:
        """The id of the analysis of these votes; begins it where it is not there."""
        left_out = sorted(excluded)
        id = votes_hash(table, title, warning, left_out)
        place = self._folder / id
        job = self._pool.get(id)
        if (place / files.VIEW).is_file() or (job is not None and not job.state.over):
            return id
        if job is not None:
            self._pool.forget(id)
        asked = {"title": title, "warning": warning, "excluded": left_out}
        files.prepare(place, table, asked)
        self._pool.submit(files.analyse_folder, str(place), id=id)
        return id

    def without(self, id: str, raters: list[str]) -> str:
        """The id of the analysis of the same votes without some raters."""
        table, asked = files.stored(self._place(id))
        return self.open(table, asked["title"], asked["warning"], tuple(raters))

    def view(self, id: str) -> Response:
        """What is known so far: the view, or how far the work has come, or why there is none."""
        place = self._place(id)
        job = self._pool.get(id)
        is_over = job is None or job.state.over
        if job is not None and job.error is not None:
            raise job.error
        view = place / files.VIEW
        if view.is_file():
            return FileResponse(view, media_type="application/json", headers=PRIVATE)
        if is_over:
            self._pool.submit(files.analyse_folder, str(place), id=id)
        doing = job.progress.doing if job is not None else "waiting"
        return JSONResponse({"doing": doing}, 202, PRIVATE)

    def table(self, id: str, name: str) -> Path:
        """The CSV file behind a figure."""
        path = self._place(id) / files.TABLES / f"{name}.csv"
        if not re.fullmatch(r"[a-z_]{1,40}", name) or not path.is_file():
            raise OutOfRange("This analysis has no such table", actual=name[:40])
        return path

    def sweep(self, now: float | None = None) -> None:
        """Remove what nobody looked at for long."""
        moment = time.time() if now is None else now
        for place in self._folder.glob("*"):
            job = self._pool.get(place.name)
            if job is not None and not job.state.over:
                continue
            if moment - place.stat().st_mtime > self._keep_seconds:
                shutil.rmtree(place, ignore_errors=True)
                self._pool.forget(place.name)

    def _place(self, id: str) -> Path:
        place = self._folder / id
        if not re.fullmatch(r"[0-9a-f]{64}", id) or not (place / files.ASKED).is_file():
            raise OutOfRange("This analysis is not here any more", remedy="Open the study again")
        place.touch()
        return place


class Without(BaseModel):
    """Raters to leave out."""

    raters: list[str]


def analysis_routes(desk: AnalysisDesk) -> APIRouter:
    """Routes below `/study-results`; a refusal is the error's parts as JSON."""
    router = APIRouter(prefix="/study-results", include_in_schema=False)

    @router.get("/plots.js")
    def plots() -> Response:
        return Response(plot_script(), 200, FOR_A_DAY, "text/javascript; charset=utf-8")

    @router.get("/{id}")
    def view(id: str) -> Response:
        return _answer(lambda: desk.view(id))

    @router.post("/{id}/without")
    def without(id: str, asked: Without) -> Response:
        return _answer(lambda: {"id": desk.without(id, asked.raters)})

    @router.get("/{id}/{name}.csv")
    def table(id: str, name: str) -> Response:
        return _answer(
            lambda: FileResponse(
                desk.table(id, name), media_type="text/csv", filename=f"{name}.csv"
            )
        )

    return router


def _answer(make: Callable[[], Response | dict[str, Any]]) -> Response:
    return answered(make, ((OutOfRange, 404),), 422)
