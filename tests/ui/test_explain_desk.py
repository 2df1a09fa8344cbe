"""Explanations on the server: made once, looked into, and closed to strangers."""

from __future__ import annotations

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from restoration.explanation.question import Question
from restoration.job import State
from restoration.jobs import LocalPool
from restoration.settings import Settings
from ui.explain.desk import ExplanationDesk
from ui.explain.routes import explanation_routes, question_routes
from ui.uploads import upload_folder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pool():
    pool = LocalPool()
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory, pool):
    folder = tmp_path_factory.mktemp("explain")
    scan = folder / "scan.png"
    noise = np.random.default_rng(0).normal(128, 20, (300, 320))
    Image.fromarray(noise.clip(0, 255).astype(np.uint8)).save(scan)
    desk = ExplanationDesk(folder / "desk", pool, 60, Question(scan, "wavelet"))
    yield desk
    desk.close_all()


@pytest.fixture(scope="module")
def client(desk):
    app = FastAPI()
    app.include_router(explanation_routes(desk))
    return TestClient(app)


@pytest.fixture(scope="module")
def first(desk, client):
    id = client.get("/explanations/first").json()["id"]
    assert client.get("/explanations/first").json()["id"] == id, "made once for everybody"
    assert desk.explained(id).job.ended.wait(180)
    assert desk.explained(id).job.state is State.DONE
    return id


def test_a_finished_explanation_has_story_files_and_answers(client, first):
    view = client.get(f"/explanations/{first}").json()
    assert view["state"] == "done" and view["crop"]["width"] == 320
    story = client.get(f"/explanations/{first}/story").text
    assert story.count('class="rr-story-part"') == 10
    data = client.get(f"/explanations/{first}/files/8-frequencies.json").json()
    assert set(data["data"]["models"]) >= {"wavelet", "identity"}
    assert client.get(f"/{view['overview']}").headers["content-type"] == "image/png"
    looked = client.get(f"/explanations/{first}/look?x=10&y=20").json()
    assert abs(sum(looked["layers"][0]["similarity"]) - 1) < 0.01


@pytest.mark.parametrize(
    "path", ["look?x=999&y=0", "files/truth.npy", "files/..%2Fscan.png", "files/story.html"]
)
def test_what_is_not_offered_is_a_404(client, first, path):
    answer = client.get(f"/explanations/{first}/{path}")
    assert answer.status_code == 404


def test_a_stranger_finds_nothing(client):
    for path in ("", "/story", "/look?x=1&y=1", "/files/card.svg"):
        assert client.get(f"/explanations/{'0' * 32}{path}").status_code == 404
    assert client.post(f"/explanations/{'0' * 32}/again?x=0&y=0").status_code == 404


def test_the_shown_sample_is_not_stopped_by_a_visitor(client, desk, first):
    client.post(f"/explanations/{first}/cancel")
    assert desk.explained(first).job.state is State.DONE


def test_a_visitor_deletes_their_own_file_with_all_that_was_made_of_it(client, desk, tmp_path):
    upload = tmp_path / "own.png"
    Image.fromarray(np.full((64, 64), 99, np.uint8)).save(upload)
    explained, other = (desk.open(Question(upload, "wavelet"), upload=upload) for _ in range(2))
    assert client.delete(f"/explanations/{explained.id}").json() == {"deleted": True}
    assert not explained.folder.exists()
    assert upload.exists(), "another explanation is made from it"
    client.delete(f"/explanations/{other.id}")
    assert not upload.exists()
    assert client.delete(f"/explanations/{other.id}").status_code == 200


def test_the_shown_sample_is_not_deleted_by_a_visitor(client, desk, first):
    assert client.delete(f"/explanations/{first}").status_code != 200
    assert client.get(f"/explanations/{first}").status_code == 200


def test_another_crop_is_another_explanation(client, desk, first):
    id = client.post(f"/explanations/{first}/again?x=40&y=30").json()["id"]
    assert desk.explained(id).question.place == (40, 30)
    desk.close(id)
    assert client.get(f"/explanations/{id}").status_code == 404


@pytest.fixture
def asking(desk, tmp_path):
    settings = Settings(data_dir=tmp_path)
    upload_folder(settings).mkdir(parents=True)
    app = FastAPI()
    app.include_router(question_routes(settings, desk))
    client = TestClient(app)
    return lambda **asked: client.post("/explanations", json={"model": "wavelet", **asked})


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"model": "../weights.pth"}, "No model has this name"),
        ({"file": "/etc/passwd"}, "not here any more"),
        ({"sample": "nothing"}, "no such sample"),
        ({"page": 0}, "no such page"),
        ({"shown": "0" * 32}, "not here any more"),
    ],
)
def test_questions_are_checked(asking, asked, said):
    assert said in asking(**asked).json()["problem"]


def test_a_reloaded_page_asks_about_what_it_shows(asking, desk, first):
    id = asking(shown=first, model="nlm").json()["id"]
    assert desk.explained(id).question.model == "nlm"
    assert desk.explained(id).question.source.name == "scan.png"
    desk.close(id)
