"""The addresses of the Synthesize page: what they take, what they refuse, the study they make."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from evaluation.studies.collecting.administration import log_in, set_password
from evaluation.studies.collecting.store import StudyStore
from restoration.jobs import LocalPool
from restoration.settings import Settings
from restoration.synthesis.shipped import sample_fields
from ui.panels import PanelStore
from ui.studies.owner import COOKIE, HEADER
from ui.synthesize.desk import DrawingDesk
from ui.synthesize.routes import synthesis_routes
from ui.synthesize.studies import StudyMaker

PASSWORD = "a long enough password"


class Room:
    """The page's routes with a worker of their own."""

    def __init__(self, folder: Path) -> None:
        self.pool = LocalPool()
        self.store = StudyStore.open(Settings(data_dir=folder))
        self.desk = DrawingDesk(folder / "synthesis", self.pool, PanelStore(folder / "panels"), 60)
        app = FastAPI()
        app.include_router(synthesis_routes(self.desk, StudyMaker(self.pool, self.store), "first"))
        self.client = TestClient(app)
        self.owner = TestClient(app, headers={HEADER: "page"})
        set_password(self.store, "ann", PASSWORD)
        self.owner.cookies.set(COOKIE, log_in(self.store, "ann", PASSWORD))

    def drawn(self, **asked: object) -> dict:
        id = self.client.post("/synthesis/drawings", json=request() | asked).json()["id"]
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            view = self.client.get(f"/synthesis/drawings/{id}").json()
            if view["state"] not in ("queued", "running"):
                return view
            time.sleep(0.1)
        raise AssertionError("the drawing was not done in four minutes")


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> Iterator[Room]:
    room = Room(tmp_path_factory.mktemp("data"))
    yield room
    room.pool.close()
    room.desk.close_all()
    room.store.close()


def request() -> dict:
    codes = base64.b64encode(np.ones((48, 64), np.uint8).tobytes()).decode()
    asked = {"width": 64, "height": 48, "codes": codes, "sample": None}
    return asked | {"spacing": 24.0, "kind": "blue", "seed": 0}


def png(array: np.ndarray) -> bytes:
    stream = BytesIO()
    Image.fromarray(array).save(stream, format="PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"width": 65}, "wrong depth. Found: 3072 bytes. Expected: one byte for each of 65x48"),
        ({"width": 5000}, "wrong size. Found: 5000x48 pixels"),
        ({"codes": base64.b64encode(bytes([7]) * 3072).decode()}, "code 7"),
        ({"codes": "%%%"}, "could not be read"),
        ({"width": "wide"}, "The width is missing"),
        ({"spacing": 1.0}, "a distance of 4 to 64 pixels"),
        ({"kind": "pink"}, "no such kind of noise"),
        ({"seed": -1}, "seed cannot be used"),
        ({"own": {"1": 200}}, "a distance of 4 to 64 pixels"),
        ({"own": {"3": 8}}, "No noise can be drawn in class 3"),
    ],
)
def test_a_wrong_request_is_refused_in_a_sentence(room, changes, words):
    answer = room.client.post("/synthesis/drawings", json=request() | changes)
    assert answer.status_code == 422
    parts = answer.json()
    said = f"{parts['problem']}. Found: {parts['actual']}. Expected: {parts['expected']}."
    assert words in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (png(np.zeros((64, 64), np.uint16)), "I;16"),
        (png(np.zeros((64, 64, 3), np.uint8)), "RGB"),
        (png(np.full((64, 64), 200, np.uint8)), "code 200"),
        (png(np.zeros((2000, 64), np.uint8)), "64x2000"),
        (png(np.zeros((8192, 8192), np.uint8))[:200], "8192x8192"),
    ],
)
def test_a_wrong_file_is_refused(room, content, words):
    answer = room.client.post("/synthesis/maps", content=content)
    assert answer.status_code == 422
    assert words in answer.json()["actual"]


def test_a_right_file_comes_back_as_codes(room):
    labels = np.random.default_rng(0).integers(0, 4, (40, 50)).astype(np.uint8)
    view = room.client.post("/synthesis/maps", content=png(labels)).json()
    assert (view["width"], view["height"]) == (50, 40)
    assert base64.b64decode(view["codes"]) == labels.tobytes()


def test_the_spectrum_of_noise_is_measured(room):
    blue, chance = (
        room.client.get("/synthesis/spectrum", params={"spacing": 16, "kind": kind}).json()
        for kind in ("blue", "noise")
    )
    assert blue["peak"] == pytest.approx(1.1 / 16, rel=0.25)
    assert chance["peak"] is None
    assert "no peak" in chance["said"]


@pytest.mark.slow
def test_a_drawing_has_pictures_maps_and_recipes(room):
    name = next(iter(sample_fields()))
    polygons = sample_fields()[name].polygons
    height, width = polygons.shape
    codes = base64.b64encode(polygons.tobytes()).decode()
    view = room.drawn(width=width, height=height, codes=codes, sample=name)
    assert view["state"] == "done", view
    labels = [panel["label"] for panel in view["viewer"]["panels"]]
    assert labels == [
        "Map with noise",
        "Regions only",
        "With noise",
        "With true cells",
        "Real field",
    ]
    assert len(view["downloads"]) == 12
    for file in view["downloads"]:
        answer = room.client.get(f"/synthesis/drawings/{view['id']}/files/{file['name']}")
        assert len(answer.content) == file["bytes"]
    again = room.drawn(width=width, height=height, codes=codes, sample=name)
    first, second = (
        room.client.get(f"/synthesis/drawings/{each['id']}/files/noise.png").content
        for each in (view, again)
    )
    assert first == second
    assert room.client.get("/synthesis/drawings/unknown").status_code == 404


def test_a_noise_image_comes_with_its_spectrum(room):
    asked = {"width": 128, "height": 96, "low": 0.1, "high": 0.2, "seed": 1}
    view = room.client.get("/synthesis/bands", params=asked).json()
    assert "of the power lies between 0.1 and 0.2" in view["said"] and view["share"] > 0.98
    content = room.client.get("/synthesis/bands.png", params=asked).content
    with Image.open(BytesIO(content)) as image:
        assert image.size == (128, 96)
    for wrong in ({"width": 9000}, {"low": 0.3}, {"seed": -1}):
        assert room.client.get("/synthesis/bands", params=asked | wrong).status_code == 422


def test_a_study_is_made_for_whoever_is_logged_in_and_asks_from_a_page_of_ours(room):
    asked = {"spacing": 24, "kind": "blue", "seed": 0}
    stranger = room.client.post("/synthesis/studies", json=asked, headers={HEADER: "page"})
    from_elsewhere = TestClient(room.client.app, cookies=dict(room.owner.cookies))
    for refused in (stranger, from_elsewhere.post("/synthesis/studies", json=asked)):
        assert refused.status_code == 401
        assert refused.json()["problem"]
    assert room.store.all_studies() == []


@pytest.mark.slow
def test_one_click_makes_a_study_with_the_truth_of_every_picture(room):
    from evaluation.studies.collecting.standing import read_contents

    made = room.owner.post("/synthesis/studies", json={"spacing": 24, "kind": "blue", "seed": 0})
    study = made.json()
    assert made.status_code == 200, study
    assert study["link"].startswith("rate/session?join=")
    contents = room.store.database.read(lambda c: read_contents(c, study["id"]))
    items = list(contents.items.values())
    assert len(items) == study["pictures"] == 2 * len(sample_fields())
    assert {item.condition: item.truth for item in items} == {
        "real": "real",
        "blue:24": "synthetic",
    }
    stored = {item.content: item for item in items if item.truth == "real"}
    for name, field in sample_fields().items():
        assert np.array_equal(room.store.stimuli.picture(stored[name].stimulus), field.image)
