"""Votes collected elsewhere: a CSV file in, the same results out; and the sample study."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from urllib.parse import unquote

from fastapi import APIRouter, Request, Response

from evaluation.studies.analysing.samples import SAMPLE_STUDY, SAMPLE_TITLE, SAMPLE_WARNING
from evaluation.studies.analysing.votes_csv import read_votes
from ui.answers import answered
from ui.studies.results import AnalysisDesk


def imported_routes(desk: AnalysisDesk) -> APIRouter:
    """`POST /imported-votes` with the file as body, and `POST /imported-votes/sample`."""
    router = APIRouter(prefix="/imported-votes", include_in_schema=False)

    @router.post("/sample")
    def sample() -> Response:
        def work() -> dict[str, str]:
            return {"id": desk.open(read_votes(SAMPLE_STUDY), SAMPLE_TITLE, SAMPLE_WARNING)}

        return answered(work, (), 422)

    @router.post("")
    async def imported(request: Request) -> Response:
        body = await request.body()
        name = unquote(request.headers.get("x-file-name", "votes.csv"))[:120]
        return await asyncio.to_thread(answered, lambda: _opened(desk, name, body), (), 422)

    return router


def _opened(desk: AnalysisDesk, name: str, body: bytes) -> dict[str, str]:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(body)
        file.flush()
        table = read_votes(Path(file.name))
    return {"id": desk.open(table, name)}
