"""However many wait for the worker, the site goes on answering; decoding holds nobody up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from fastapi import FastAPI

from evaluation.studies.collecting.administration import log_in
from evaluation.studies.collecting.store import StudyStore
from restoration.errors import OutOfRange, UsageError, WorkerLost
from restoration.job import Job, State
from restoration.jobs import LocalPool
from tests.ui.conftest import PASSWORD, run
from ui.panels import PanelStore
from ui.rate.demonstration import demonstration_routes
from ui.studies import routes as study_routes_module
from ui.studies.owner import COOKIE, HEADER
from ui.studies.results import AnalysisDesk
from ui.studies.routes import study_routes
from ui.synthesize import routes as synthesis_routes_module
from ui.synthesize.desk import DrawingDesk
from ui.synthesize.routes import synthesis_routes
from ui.synthesize.studies import StudyMaker
from ui.waiting import result_of

Result = TypeVar("Result")

MANY = 45
"""More than the threads that answer requests."""
NOISE = {"spacing": 24, "kind": "blue", "seed": 0}


class BusyPool(LocalPool):
    """A worker that comes to nothing until the test says how its jobs end."""

    def _begins(self, job: Job) -> bool:
        return False

    def end_all(self, state: State, **outcome: Any) -> None:
        for job in list(self._jobs.values()):
            job.result = outcome.get("result")
            job.end(state, outcome.get("error"))


@pytest.fixture
def pool() -> Iterator[BusyPool]:
    made = BusyPool(max_waiting=1000)
    yield made
    made.close()


@pytest.fixture
def client(store: StudyStore, pool: BusyPool, tmp_path: Path) -> httpx.AsyncClient:
    """An owner who asks many things at once."""
    app = FastAPI()
    desk = DrawingDesk(tmp_path / "synthesis", pool, PanelStore(tmp_path / "panels"), 60)
    app.include_router(synthesis_routes(desk, StudyMaker(pool, store), "first"))
    app.include_router(demonstration_routes(store, pool))
    app.include_router(study_routes(store, pool, AnalysisDesk(tmp_path / "analyses", pool, 60)))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://site",
        headers={HEADER: "page"},
        cookies={COOKIE: log_in(store, "ann", PASSWORD)},
        timeout=None,
    )


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/rate/try", None, 202),
        ("POST", "/synthesis/studies", NOISE, 422),
        ("POST", "/studies/api/samples", {}, 400),
    ],
)
def test_the_site_answers_while_many_wait_for_the_worker(
    client: httpx.AsyncClient, pool: BusyPool, method: str, path: str, body: Any, status: int
) -> None:
    async def many() -> list[int]:
        asked = [client.request(method, path, json=body) for _ in range(MANY)]
        waiting = asyncio.gather(*asked)
        await asyncio.sleep(1)
        try:
            answer = await asyncio.wait_for(client.get("/studies/api/session"), timeout=20)
            assert answer.json()["account"] == "ann"
        finally:
            pool.end_all(State.FAILED, error=UsageError("The worker says no"))
        return [answer.status_code for answer in await waiting]

    assert run(many()) == [status] * MANY
    assert pool.idle


def test_whoever_waits_too_long_is_told_and_the_work_is_given_up(pool: BusyPool) -> None:
    with pytest.raises(WorkerLost, match="busy"):
        run(result_of(pool, print, patience=0.2))
    assert pool.idle


def test_the_result_comes_as_soon_as_it_is_there(pool: BusyPool) -> None:
    async def ended_meanwhile() -> Any:
        waiting = asyncio.ensure_future(result_of(pool, print))
        await asyncio.sleep(0.2)
        pool.end_all(State.DONE, result="drawn")
        return await waiting

    assert run(ended_meanwhile()) == "drawn"


@pytest.mark.parametrize(
    ("module", "name", "path"),
    [
        (synthesis_routes_module, "read_label_map", "/synthesis/maps"),
        (study_routes_module, "stored_upload", "/studies/api/stimuli"),
    ],
)
def test_decoding_does_not_run_where_everybody_is_answered(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, path: str
) -> None:
    def decode(*_: object, **__: object) -> None:
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        raise OutOfRange("Decoded beside the loop")

    monkeypatch.setattr(module, name, decode)
    answer = run(client.post(path, content=b"picture"))
    assert answer.json()["problem"] == "Decoded beside the loop"
