"""Who may do what over HTTP: owners by their session, raters by their token, nobody else."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from evaluation.studies.collecting.creation import StimulusSpec, create_study_from_stimuli
from evaluation.studies.collecting.records import trial_of
from evaluation.studies.collecting.schema import trials
from evaluation.studies.collecting.stimuli import decoded, encoded
from evaluation.studies.collecting.store import StudyStore
from restoration.jobs import LocalPool
from tests.ui.conftest import PASSWORD
from ui.panels import PanelStore
from ui.rate.demonstration import demonstration_routes
from ui.rate.lobby import lobby_html
from ui.rate.pictures import StudyPictures, picture_keys
from ui.rate.routes import rating_routes
from ui.studies.owner import HEADER
from ui.studies.results import AnalysisDesk
from ui.studies.routes import study_routes

PAGE = {HEADER: "page"}


@pytest.fixture
def app(store: StudyStore, tmp_path: Path) -> Iterator[FastAPI]:
    pool = LocalPool()
    made = FastAPI()
    desk = AnalysisDesk(tmp_path / "analyses", pool, 60)
    made.include_router(study_routes(store, pool, desk))
    pictures = StudyPictures(store, PanelStore(tmp_path / "panels"), 60)
    made.include_router(rating_routes(store, pictures))
    yield made
    pool.close()


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


def _picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)


def _log_in(client: TestClient) -> None:
    answer = client.post("/studies/api/login", json={"name": "ann", "password": PASSWORD})
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_every_route_of_owners_asks_who_it_is(
    store: StudyStore, client: TestClient, tmp_path: Path
) -> None:
    pool = LocalPool()
    desk = AnalysisDesk(tmp_path / "analyses", pool, 60)
    made = study_routes(store, pool, desk).routes
    routes = [route for route in made if isinstance(route, APIRoute)]
    pool.close()
    bodies: dict[str, Any] = {"state": {"state": "closed"}, "login": None}
    tried = 0
    for route in routes:
        path = route.path.replace("{id}", "abc").replace("{name}", "votes.csv")
        if path.endswith(("/login", "/session")):
            continue
        for method in route.methods:
            body = bodies.get(path.rsplit("/", 1)[1], {})
            kept = {} if method == "GET" else {"json": body}
            assert client.request(method, path, headers=PAGE, **kept).status_code == 401, path
            tried += 1
    assert tried == 12
    assert client.get("/studies/api/session").json() == {"account": None, "accounts": True}


def test_another_site_cannot_use_an_owners_session(client: TestClient) -> None:
    _log_in(client)
    assert client.get("/studies/api/studies").status_code == 200
    asked = {"yaml": "title: x\narms: [{name: a}]"}
    assert client.post("/studies/api/studies", json=asked).status_code == 401
    assert client.post("/studies/api/logout", headers=PAGE, json={}).status_code == 200
    assert client.get("/studies/api/studies").status_code == 401


def test_an_upload_is_kept_byte_for_byte_and_bad_ones_are_explained(
    client: TestClient, store: StudyStore
) -> None:
    _log_in(client)
    png = encoded(_picture())
    name = {**PAGE, "x-file-name": "page%201__swinir.png"}
    stored = client.post("/studies/api/stimuli", content=png, headers=name).json()
    assert (stored["content"], stored["condition"]) == ("page 1", "swinir")
    assert store.stimuli.bytes_of(stored["stimulus"]) == png
    refused = client.post("/studies/api/stimuli", content=b"no picture", headers=name)
    assert refused.status_code == 400
    assert refused.json()["problem"]
    listed = [{"stimulus": "f" * 64, "content": "a", "condition": "b"}]
    for stimuli in (listed, [{**listed[0], "stimulus": "../../etc/passwd"}]):
        asked = {"yaml": "title: x\narms: [{name: a}]", "stimuli": stimuli}
        refused = client.post("/studies/api/studies", json=asked, headers=PAGE)
        assert "is not here" in refused.json()["problem"]
    refused = client.post("/studies/api/studies", json={"yaml": "a: [b"}, headers=PAGE)
    assert refused.json()["problem"] == "The study file is no YAML"


def test_raters_reach_their_own_trials_and_exact_pictures_only(
    client: TestClient, store: StudyStore
) -> None:
    picture = _picture()
    specs = [StimulusSpec(picture, "a", "x"), StimulusSpec(255 - picture, "b", "x")]
    made = create_study_from_stimuli(store, "Study", specs, raters=2)
    join = made.open_link.split("=")[1]
    one, other = (
        {"x-rr-invite": client.post("/rate/api/join", json={"join": join}).json()["invite"]}
        for _ in range(2)
    )
    refused = client.post("/rate/api/join", json={"join": join})
    assert (refused.status_code, refused.json()["class"]) == (423, "StudyFull")
    for invite in (one, other):
        client.post("/rate/api/consent", json={"viewing": {}}, headers=invite)
    trial = client.get("/rate/api/state", headers=one).json()["trial"]
    (key,) = trial["pictures"]
    tile = decoded(client.get(f"/rate/pictures/{key}/0/0_0.png").content)
    assert any(np.array_equal(tile, each) for each in (picture, 255 - picture))
    for unknown in (
        f"{trial['id']}-1",
        f"{trial['id']}-r",
        "0" * 32 + "-0",
        "x",
        f"{trial['id']}-",
    ):
        assert client.get(f"/rate/pictures/{unknown}/info.json").status_code == 404
    vote = {
        "client_id": uuid.uuid4().hex, "trial": trial["id"], "revision": 0, "kind": "vote",
        "answer": {"choice": "3"}, "viewing": {"scale": 1},
    }  # fmt: skip
    assert client.post("/rate/api/events", json=vote, headers=other).status_code == 403
    answers = [client.post("/rate/api/events", json=vote, headers=one) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["at"] for answer in answers}) == 1
    late = {**vote, "client_id": uuid.uuid4().hex}
    assert client.post("/rate/api/events", json=late, headers=one).status_code == 409
    assert (
        client.post("/rate/api/events", json={**late, "kind": "x"}, headers=one).status_code == 422
    )
    assert client.post("/rate/api/reviews", json=vote, headers=one).status_code == 403
    assert client.get("/rate/api/state", headers={"x-rr-invite": "x"}).status_code == 404
    assert client.get("/rate/api/state").status_code == 422
    assert client.post("/rate/api/withdraw", headers=one).json() == {"erased": 1}
    assert client.get("/rate/api/state", headers=one).status_code == 404


def test_tiles_that_nobody_looks_at_are_cleared_away_and_come_again(
    store: StudyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    specs = [StimulusSpec(_picture(), "page", "one")]
    create_study_from_stimuli(store, "Study", specs, raters=1)
    folder = tmp_path / "panels"
    pictures = StudyPictures(store, PanelStore(folder), keep_seconds=60)
    trial = store.database.read(lambda c: trial_of(c.execute(trials.select()).one()))
    (key,) = picture_keys(trial)
    tile = pictures.tile(key, 0, 0, 0)
    pictures.sweep()
    assert len(list(folder.iterdir())) == 1, "somebody has just looked"
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    pictures.sweep()
    assert list(folder.iterdir()) == []
    assert pictures.tile(key, 0, 0, 0) == tile


def test_anybody_can_try_rating_on_the_samples(store: StudyStore, tmp_path: Path) -> None:
    """The study is made once, by the first who asks, and then stands among the open ones."""
    pool = LocalPool()
    app = FastAPI()
    app.include_router(demonstration_routes(store, pool))
    client = TestClient(app, follow_redirects=False)
    assert 'href="rate/try"' in lobby_html(store)
    waiting = client.get("/rate/try")
    assert waiting.status_code == 202, "nobody is kept waiting in the request"
    assert "This page goes on by itself" in waiting.text
    deadline = time.monotonic() + 120
    while (first := client.get("/rate/try")).status_code == 202:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert first.status_code == 303
    assert first.headers["location"].startswith("../rate/session?join=")
    assert client.get("/rate/try").headers["location"] == first.headers["location"]
    pool.close()
    shown = lobby_html(store)
    assert first.headers["location"].removeprefix("../") in shown
    assert 'href="rate/try"' not in shown
    assert "24 questions" in shown
