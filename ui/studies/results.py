"""Results and strategies of a study: analyses kept by the hash of their votes, and their addresses.

A page shows them in an element `<div data-rr-study-results></div>` by `rrOpenAnalysis(id, element)`
of results_browser/main.js, where the id comes from `AnalysisDesk.open(vote_table(votes), title)`.
The same votes have the same id, so a page that asks again after a new vote gets a new analysis,
and one that asks for old votes gets what is there.
"""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel

from evaluation.figures.browser import plot_script, plot_script_name
from evaluation.studies.analysing import analysis_files as files
from evaluation.studies.analysing.analysis import votes_hash
from evaluation.studies.analysing.votes import VoteTable
from restoration.errors import OutOfRange
from restoration.job import State
from restoration.jobs import LocalPool
from ui.answers import EACH_TIME, FOR_GOOD, PRIVATE, answered


class AnalysisDesk:
    """Analyses under way and done, one folder each."""

    def __init__(self, folder: Path, pool: LocalPool, keep_seconds: float) -> None:
        """Analyses go when nobody looked at them for `keep_seconds`."""
        self._folder = folder
        self._pool = pool
        self._keep_seconds = keep_seconds
        self._lock = threading.Lock()
        self._latest: dict[str, str] = {}
        """By study, the analysis that was asked for last."""

    def open(
        self, table: VoteTable, title: str, warning: str = "", excluded: tuple[str, ...] = ()
    ) -> str:
        """The id of the analysis of these votes; begins it where it is not there."""
        left_out = sorted(excluded)
        id = votes_hash(table, title, warning, left_out)
        asked = {"title": title, "warning": warning, "excluded": left_out}
        with self._lock:
            if not self._is_there(id):
                files.prepare(self._folder / id, table, asked)
                self._begin(id)
        return id

    def open_study(self, study: str, table: VoteTable, title: str) -> str:
        """The id of the analysis of a study's votes so far.

        An earlier one that has not begun is left: a study under way asks every few seconds, and
        visitors wait in the same queue.
        """
        id = self.open(table, title)
        with self._lock:
            earlier = self._pool.get(self._latest.get(study, id))
            if earlier is not None and earlier.id != id and earlier.state is State.QUEUED:
                self._pool.cancel(earlier.id)
            self._latest[study] = id
        return id

    def without(self, id: str, raters: list[str]) -> str:
        """The id of the analysis of the same votes without some raters."""
        table, asked = files.stored(self._place(id))
        return self.open(table, asked["title"], asked["warning"], tuple(raters))

    def view(self, id: str) -> Response:
        """What is known so far: the view, or how far the work has come, or why there is none."""
        place = self._place(id)
        job = self._pool.get(id)
        if job is not None and job.state is State.FAILED and job.error is not None:
            raise job.error
        view = place / files.VIEW
        if view.is_file():
            return FileResponse(view, media_type="application/json", headers=PRIVATE)
        with self._lock:
            if not self._is_there(id) and not self._is_left(id):
                self._begin(id)
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

    def _is_there(self, id: str) -> bool:
        """Whether an analysis is done or under way."""
        job = self._pool.get(id)
        is_under_way = job is not None and not job.state.over
        return is_under_way or (self._folder / id / files.VIEW).is_file()

    def _is_left(self, id: str) -> bool:
        """Whether a later analysis of the same study took this one's place."""
        job = self._pool.get(id)
        return job is not None and job.state is State.CANCELLED

    def _begin(self, id: str) -> None:
        self._pool.forget(id)
        self._pool.submit(files.analyse_folder, str(self._folder / id), id=id)

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
    def plots_now() -> Response:
        return RedirectResponse(plot_script_name(), headers=EACH_TIME)

    @router.get(f"/{plot_script_name()}")
    def plots() -> Response:
        return Response(plot_script(), 200, FOR_GOOD, "text/javascript; charset=utf-8")

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
