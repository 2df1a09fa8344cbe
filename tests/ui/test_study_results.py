"""The desk of analyses behind its addresses: made once, quick tables first, refusals as parts."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from evaluation.studies.analysing.votes import vote_table
from restoration.job import Job, State
from restoration.jobs import LocalPool
from ui.studies.imported import imported_routes
from ui.studies.results import AnalysisDesk, analysis_routes

VOTES = "item,content,condition,rater,score\n" + "".join(
    f"c{c}/m{m},c{c},m{m},r{r},{1 + (2 * m + r + c) % 5}\n"
    for c in range(3)
    for m in range(2)
    for r in range(5)
)
PATIENCE = 240


VOTES_FRAME = pd.read_csv(io.StringIO(VOTES))


class HeldPool(LocalPool):
    """Takes jobs and begins none."""

    def _begins(self, job: Job) -> bool:
        self._closing.wait()
        return False


@pytest.fixture(scope="module")
def pool() -> Iterator[LocalPool]:
    made = LocalPool()
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk(pool: LocalPool, tmp_path_factory: pytest.TempPathFactory) -> AnalysisDesk:
    return AnalysisDesk(tmp_path_factory.mktemp("analyses"), pool, keep_seconds=3600)


@pytest.fixture(scope="module")
def client(desk: AnalysisDesk) -> TestClient:
    app = FastAPI()
    app.include_router(imported_routes(desk))
    app.include_router(analysis_routes(desk))
    return TestClient(app)


def finished(client: TestClient, id: str) -> dict:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = client.get(f"/study-results/{id}")
        if answer.status_code == 200 and answer.json()["complete"]:
            return answer.json()
        assert answer.status_code in (200, 202), answer.text
        time.sleep(0.1)
    raise AssertionError("the analysis did not end")


def test_a_study_under_way_has_one_analysis_in_the_queue(tmp_path: Path) -> None:
    pool = HeldPool()
    desk = AnalysisDesk(tmp_path / "analyses", pool, keep_seconds=3600)
    app = FastAPI()
    app.include_router(analysis_routes(desk))
    client = TestClient(app)
    tables = [vote_table(VOTES_FRAME.head(count)) for count in (10, 20, 30)]
    ids = [desk.open_study("s", table, "Study") for table in tables]
    assert desk.open_study("other", tables[0], "Another") != ids[0]
    jobs = [pool.get(id) for id in ids]
    states = [job.state for job in jobs if job is not None]
    assert states == [State.CANCELLED, State.CANCELLED, State.QUEUED]
    assert client.get(f"/study-results/{ids[0]}").status_code == 202
    assert pool.get(ids[0]) is jobs[0], "looking does not bring it back"
    assert desk.open_study("s", tables[0], "Study") == ids[0]
    assert pool.get(ids[0]) is not jobs[0], "the same votes do"
    pool.close()


@pytest.mark.slow
def test_imported_votes_are_analysed_once_and_raters_can_be_left_out(
    client: TestClient, desk: AnalysisDesk, pool: LocalPool
) -> None:
    sent = client.post("/imported-votes", content=VOTES, headers={"x-file-name": "mine.csv"})
    id = sent.json()["id"]
    view = finished(client, id)
    assert view["title"] == "mine.csv"
    assert view["facts"]["raters"] == 5
    table = client.get(f"/study-results/{id}/rankings.csv")
    assert table.text.startswith("method,condition,value")
    assert client.post(
        "/imported-votes", content=VOTES, headers={"x-file-name": "mine.csv"}
    ).json() == {"id": id}

    fewer = client.post(f"/study-results/{id}/without", json={"raters": ["r0"]}).json()["id"]
    assert fewer != id
    assert finished(client, fewer)["facts"]["excluded"] == ["r0"]
    back = client.post(f"/study-results/{fewer}/without", json={"raters": []}).json()["id"]
    assert back == id

    assert pool.get(id) is not None
    desk.sweep(now=time.time() + 7200)
    assert (pool.get(id), pool.get(fewer)) == (None, None)
    assert client.get(f"/study-results/{id}").status_code == 404


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"a,b\n1,2\n", b"item,rater,score\na,r,x\n"])
def test_bad_files_are_refused_with_what_to_do(client: TestClient, body: bytes) -> None:
    answer = client.post("/imported-votes", content=body)
    assert answer.status_code == 422
    assert answer.json()["problem"]


@pytest.mark.parametrize("id", ["x", "0" * 64, "..%2f..", "A" * 64])
def test_unknown_analyses_and_tables_are_not_found(client: TestClient, id: str) -> None:
    assert client.get(f"/study-results/{id}").status_code == 404
    assert client.get(f"/study-results/{id}/rankings.csv").status_code == 404
