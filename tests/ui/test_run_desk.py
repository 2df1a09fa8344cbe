"""Runs of the Evaluate page: kept over restarts, nobody's but whose id it is, and cleared away."""

from __future__ import annotations

import os
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from evaluation.benchmark.session import Wish
from evaluation.benchmark.store import PARQUET
from evaluation.sample_images import SAMPLE_RUN
from restoration.errors import RestorationError, TooLarge, UnreadableFile
from restoration.job import State
from restoration.jobs import LocalPool
from ui.evaluate.desk import RunDesk, SharedRun
from ui.evaluate.opened import OpenedRuns
from ui.evaluate.pictures import PictureDesk
from ui.evaluate.routes import plot_routes, run_routes
from ui.evaluate.run_case import SAMPLES, STOPPED
from ui.panels import PanelStore

SAMPLE_FRAME = pd.read_parquet(SAMPLE_RUN / PARQUET).head(20)
DAY, GB = 86_400, 10**9


@pytest.fixture
def pool():
    made = LocalPool()
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path, pool):
    return RunDesk(tmp_path / "runs", pool, DAY, GB)


@pytest.fixture
def client(tmp_path, desk, pool):
    pictures = PictureDesk(tmp_path / "pictures", pool, PanelStore(tmp_path / "panels"), 60)
    app = FastAPI()
    app.include_router(run_routes(desk, OpenedRuns(), pictures))
    app.include_router(plot_routes())
    return TestClient(app)


def picture(folder: Path) -> Path:
    path = folder / "ramp.png"
    Image.fromarray(np.arange(64 * 48, dtype=np.uint32).reshape(48, 64).astype(np.uint8)).save(path)
    return path


def wish(**parts) -> Wish:
    nowhere = Path()
    asked = {"models": ("identity", "median"), "degradations": ("gaussian:25",)}
    return Wish(images=nowhere, output=nowhere, metrics=("psnr",), **{**asked, **parts})


def test_images_in_a_zip_count_and_what_was_refused_leaves_nothing(tmp_path, desk):
    archive = tmp_path / "many.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for number in range(50):
            made.write(picture(tmp_path), f"{number}.png")
    with pytest.raises(TooLarge, match="20400 cells"):
        desk.start([archive], "many", wish(seeds=tuple(range(204))), 10**7)
    rows = tmp_path / "rows.csv"
    SAMPLE_FRAME.to_csv(rows, index=False)
    bad = tmp_path / "ratings.csv"
    bad.write_text("no,ratings\n1,2\n")
    with pytest.raises(RestorationError):
        desk.take_rows(rows, bad)
    assert not list((tmp_path / "runs").iterdir())


def test_runs_have_so_much_room_and_no_more(tmp_path, pool):
    desk = RunDesk(tmp_path / "runs", pool, DAY, most_bytes=3000)
    rows = tmp_path / "rows.csv"
    SAMPLE_FRAME.to_csv(rows, index=False)
    first = desk.take_rows(rows, None)
    for again in (lambda: desk.take_rows(rows, None), lambda: desk.start([], "", wish(), 10**7)):
        with pytest.raises(TooLarge, match="no room"):
            again()
    desk.delete(first)
    desk.take_rows(rows, None)


@pytest.mark.slow
def test_a_run_outlives_the_app_and_goes_on_where_it_stopped(tmp_path, desk, pool, client):
    id = desk.start([picture(tmp_path)], "ramp", wish(seeds=tuple(range(3))), 10**7)
    assert desk.case(id).job.ended.wait(120)
    assert desk.case(id).state == State.DONE.value
    assert client.get(f"/runs/{id}/overview").json()["rows"] == 6

    later = RunDesk(tmp_path / "runs", pool, DAY, GB)
    pool.forget(id)
    assert later.case(id).state == State.DONE.value
    journal = later.case(id).folder / "rows.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:4]))
    (later.case(id).folder / "rows.parquet").unlink()
    assert later.case(id).state == STOPPED
    assert client.get(f"/runs/{id}/overview").json()["rows"] == 4
    later.resume(id)
    assert later.case(id).job.ended.wait(120)
    assert client.get(f"/runs/{id}/overview").json()["rows"] == 6
    later.delete(id)
    assert client.get(f"/runs/{id}").status_code == 404


def test_the_sample_belongs_to_everybody_and_ratings_make_a_copy(desk, client, tmp_path):
    assert client.post(f"/runs/{SAMPLES}/cancel").status_code == 403
    assert client.delete(f"/runs/{SAMPLES}").status_code == 403
    with pytest.raises(SharedRun):
        desk.resume(SAMPLES)
    view = client.get(f"/runs/{SAMPLES}/overview").json()
    cell = view["worst"][0]
    ratings = tmp_path / "ratings.csv"
    ratings.write_text(f"image,model,degradation,mos\n{cell['image']},{cell['model']},jpeg:20,1\n")
    copy = desk.rate(SAMPLES, ratings)
    assert copy != SAMPLES
    assert desk.case(SAMPLES).ratings is None
    assert client.get(f"/runs/{copy}/overview").json()["rated"]["plcc"] is None


def test_ids_are_no_paths_and_old_runs_go(desk, tmp_path, client):
    (tmp_path / "secret").mkdir()
    for id in ("..", "../secret", "", "a/b", "%2e%2e"):
        with pytest.raises(UnreadableFile):
            desk.case(id)
    rows = tmp_path / "rows.csv"
    rows.write_text("image,model,degradation,psnr\na.png,identity,gaussian:25,20\n")
    old, new = desk.take_rows(rows, None), desk.take_rows(rows, None)
    past = time.time() - 2 * DAY
    os.utime(tmp_path / "runs" / old, (past, past))
    desk.sweep()
    assert client.get(f"/runs/{old}").status_code == 404
    assert client.get(f"/runs/{new}").json()["state"] == "done"


def test_rows_from_elsewhere_open_no_file_and_fetch_nothing(desk, tmp_path, client):
    """A stranger's table may name any model or image; both are looked up, never opened."""
    rows = tmp_path / "rows.csv"
    weights = tmp_path / "w.safetensors"
    weights.write_bytes(b"x")
    rows.write_text(
        "image,image_sha256,width,height,model,degradation,psnr\n"
        f"a.png,,1,1,{weights},gaussian:25,20\n"
        "a.png,,1,1,dncnn-gray-dn-25,gaussian:25,21\n"
        "/etc/passwd,,1,1,median,gaussian:25,22\n"
    )
    id = desk.take_rows(rows, None)
    answers = [client.post(f"/runs/{id}/pictures?row={row}") for row in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert "root:" not in "".join(answer.text for answer in answers)


def test_tables_and_plots_are_handed_out(client):
    for address, kind in (
        ("leaderboard.csv?metric=psnr", "text/csv"),
        ("leaderboard.tex?metric=ssim&on=gaussian:25", "text/plain"),
        ("rows.parquet", "application/vnd.apache.parquet"),
        ("report.html", "text/html"),
    ):
        answer = client.get(f"/runs/{SAMPLES}/{address}")
        assert answer.status_code == 200, answer.text[:300]
        assert answer.headers["content-type"].startswith(kind)
        assert "attachment" in answer.headers["content-disposition"]
    assert client.get(f"/runs/{SAMPLES}/rows.exe").status_code == 404
    assert client.get(f"/runs/{SAMPLES}/overview?metric=beauty").status_code == 422
    script = client.get("/" + client.get("/evaluate-plots").json()["address"])
    assert "immutable" in script.headers["cache-control"]
    assert "rrPlots" in script.text
