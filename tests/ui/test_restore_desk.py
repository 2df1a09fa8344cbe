"""Cases: opened, shown, downloaded, swept; and what a stranger may not do with them."""

from __future__ import annotations

import io
import time
import zipfile

import numpy as np
import pytest
import tifffile
from fastapi import FastAPI
from fastapi.testclient import TestClient

from restoration.errors import OutOfRange, UnknownModel, UnreadableFile, UsageError
from restoration.job import State
from restoration.jobs import LocalPool
from restoration.page_restoration import Request
from restoration.progress import Progress
from restoration.settings import Settings
from restoration.speed import Speed, SpeedBook
from ui.panels import PanelStore, panel_routes
from ui.restore.desk import RestorationDesk
from ui.restore.intake import Intake, Wishes
from ui.restore.routes import case_routes
from ui.uploads import upload_folder

DEFAULTS = (["auto"], False, 25, 1.0, "none", 25, 0, False)


@pytest.fixture(scope="module")
def pool():
    pool = LocalPool()
    yield pool
    pool.close()


@pytest.fixture
def desk(tmp_path, pool):
    desk = RestorationDesk(tmp_path / "jobs", pool, PanelStore(tmp_path / "panels"), 60)
    yield desk
    desk.close_all()


@pytest.fixture
def client(desk):
    app = FastAPI()
    app.include_router(case_routes(desk))
    app.include_router(panel_routes(desk.panels))
    return TestClient(app)


@pytest.fixture
def scan(tmp_path):
    path = tmp_path / "scan.tiff"
    tifffile.imwrite(path, np.random.default_rng(0).integers(90, 160, (60, 80), np.uint8))
    return path


def finished(desk, sources, *models, **request):
    case = desk.open(sources, models or ("identity",), Request(**request))
    assert case.job.ended.wait(60)
    assert case.job.state is State.DONE, case.job.error
    return case


def test_a_case_is_shown_and_downloaded(desk, client, scan):
    case = finished(desk, [scan], "identity", "median")
    view = client.get(f"/cases/{case.id}/page").json()
    assert [model["model"] for model in view["models"]] == ["identity", "median"]
    assert [panel["role"] for panel in view["viewer"]["panels"]] == [
        "input", "restored", "restored", "removed", "removed",
    ]  # fmt: skip
    for panel in view["viewer"]["panels"]:
        info = client.get(f"/panels/{panel['key']}/info.json").json()
        assert (info["width"], info["height"]) == (80, 60)
    whole = zipfile.ZipFile(io.BytesIO(client.get(f"/cases/{case.id}/restored.zip").content))
    for entry in view["downloads"]:
        if entry["bytes"] is not None:
            body = client.get(f"/{entry['address']}").content
            assert len(body) == entry["bytes"]
            assert whole.read(entry["name"]) == body


def test_an_ensemble_shows_where_it_may_be_off(desk, client, scan):
    case = finished(desk, [scan], "wavelet", ensemble=True)
    view = client.get(f"/cases/{case.id}/page").json()
    labels = [panel["label"] for panel in view["viewer"]["panels"]]
    assert "Expected error of wavelet" in labels
    assert 0 <= view["models"][0]["doubt"]["doubtful_share"] <= 1
    errors = tifffile.imread(case.tasks[0].targets[0].expected_error)
    assert (errors.dtype, errors.shape) == (np.float32, (60, 80))


def test_a_chain_shows_its_steps(desk, client, scan):
    chain = Wishes.of(["chain:estimate,denoise=median,page"], *DEFAULTS[1:]).models
    case = finished(desk, [scan], *chain)
    (model,) = client.get(f"/cases/{case.id}/page").json()["models"]
    assert model["model"] == "chain"
    assert [step["step"] for step in model["steps"]] == ["estimate", "denoise", "page"]
    assert model["steps"][1]["verdict"].startswith(("Kept", "Dropped"))
    assert case.tasks[0].targets[0].output.name == "scan-chain.tiff"
    with pytest.raises(UsageError, match="no step"):
        Wishes.of(["chain:polish"], *DEFAULTS[1:])


def test_names_that_occur_twice_stay_apart(desk, tmp_path, scan):
    (tmp_path / "other").mkdir()
    twin = tmp_path / "other" / "SCAN.tiff"
    tifffile.imwrite(twin, np.zeros((20, 20), np.uint8))
    case = finished(desk, [scan, twin])
    assert case.names == ("scan.tiff", "SCAN-2.tiff")


def test_nobody_else_sees_a_case(desk, client, scan):
    case = finished(desk, [scan])
    assert client.get("/cases/" + "0" * 32).status_code == 404
    assert client.get(f"/cases/{case.id}/files/..%2f..%2fin-use").status_code == 404
    assert client.get(f"/cases/{case.id}/files/scan.tiff").status_code == 404, "inputs stay here"
    assert client.get(f"/cases/{case.id}/page?file=7").status_code == 404
    assert client.get(f"/cases/{case.id}/page?page=-1").status_code == 404


def test_what_nobody_looks_at_is_swept(desk, scan, tmp_path):
    case = finished(desk, [scan])
    kept = desk.open([scan], ("identity",), Request(), kept=True)
    assert kept.job.ended.wait(60)
    desk.sweep()
    assert desk.case(case.id) is case, "just looked at"
    case.looked_at -= 61
    kept.looked_at -= 61
    desk.sweep()
    with pytest.raises(UnreadableFile):
        desk.case(case.id)
    assert not case.folder.exists()
    assert desk.case(kept.id) is kept


def test_whoever_moves_about_in_a_page_keeps_it(desk, client, scan):
    case = finished(desk, [scan])
    key = client.get(f"/cases/{case.id}/page").json()["viewer"]["panels"][0]["key"]
    for address in ("info.json", "0/0_0.png", "0/0_0.png"):
        look_back(desk, case)
        assert client.get(f"/panels/{key}/{address}").status_code == 200
        desk.sweep()
    assert case.folder.exists()
    look_back(desk, case)
    desk.sweep()
    assert not case.folder.exists(), "nobody asked for anything since"


def look_back(desk, case):
    """As if the last look at the case and its panels were longer ago than cases are kept."""
    case.looked_at -= 61
    for panel in desk.panels._panels.values():
        panel.looked_at -= 61


def test_nobody_stops_or_deletes_the_sample_that_all_see(desk, client, scan):
    kept = desk.open([scan], ("identity",), Request(), kept=True)
    for answer in (client.post(f"/cases/{kept.id}/cancel"), client.delete(f"/cases/{kept.id}")):
        assert answer.status_code == 403
        assert "every visitor" in answer.json()["problem"]
    assert kept.job.ended.wait(60)
    assert kept.job.state is State.DONE
    assert client.get(f"/cases/{kept.id}/page").status_code == 200


def test_deleting_takes_the_uploads_that_no_other_case_needs(desk, client, scan, tmp_path):
    sample = tmp_path / "sample.tiff"
    sample.write_bytes(scan.read_bytes())
    first = desk.open([scan, sample], ("identity",), Request(), uploads=[scan])
    second = desk.open([scan], ("identity",), Request(), uploads=[scan])
    assert client.delete(f"/cases/{first.id}").json() == {"deleted": True}
    assert not first.folder.exists()
    assert scan.exists(), "the second case was made from it as well"
    assert client.delete(f"/cases/{second.id}").json() == {"deleted": True}
    assert not scan.exists()
    assert sample.exists()


def test_deleting_takes_the_other_cases_that_a_tab_made_of_the_same_upload(desk, client, scan):
    first, second = (desk.open([scan], ("identity",), Request(), uploads=[scan]) for _ in range(2))
    other = desk.open([scan], ("identity",), Request())
    also = {"also": [first.id, other.id, "nonsense"]}
    assert client.delete(f"/cases/{second.id}", params=also).status_code == 200
    assert not scan.exists()
    assert not first.folder.exists()
    assert client.get(f"/cases/{first.id}").status_code == 404
    assert client.get(f"/cases/{other.id}").status_code == 200


def test_a_waiting_case_is_deleted_at_once(desk, client, pool, scan):
    running = pool.submit(wait_for_cancel)
    while running.state is State.QUEUED:
        time.sleep(0.01)
    case = desk.open([scan], ("identity",), Request())
    begun = time.monotonic()
    client.delete(f"/cases/{case.id}")
    assert time.monotonic() - begun < 2
    assert not case.folder.exists()
    pool.cancel(running.id)
    assert running.ended.wait(60)


def test_the_app_stops_soon_with_many_cases_waiting(tmp_path, scan):
    pool = LocalPool()
    desk = RestorationDesk(tmp_path / "jobs", pool, PanelStore(tmp_path / "panels"), 60)
    pool.submit(wait_for_cancel)
    for _ in range(4):
        desk.open([scan], ("identity",), Request())
    begun = time.monotonic()
    pool.close()
    desk.close_all()
    assert time.monotonic() - begun < 10
    assert list((tmp_path / "jobs").iterdir()) == []


def wait_for_cancel(report):
    while True:
        report(Progress(0.5, "waiting"))
        time.sleep(0.01)


def test_a_new_start_finds_no_old_cases(tmp_path, pool):
    left = tmp_path / "jobs" / "old"
    left.mkdir(parents=True)
    (left / "scan.png").write_bytes(b"x")
    RestorationDesk(tmp_path / "jobs", pool, PanelStore(tmp_path / "panels"), 60)
    assert list((tmp_path / "jobs").iterdir()) == []


class TestIntake:
    @pytest.fixture
    def intake(self, tmp_path, desk):
        settings = Settings(data_dir=tmp_path / "data")
        upload_folder(settings).mkdir(parents=True)
        book = SpeedBook(tmp_path / "speeds.json")
        book.record("wavelet", Speed(1.0, 2.0), 1)
        return Intake(settings, desk, book)

    @pytest.fixture
    def uploaded(self, tmp_path, scan):
        folder = upload_folder(Settings(data_dir=tmp_path / "data")) / "0123"
        folder.mkdir(parents=True)
        return str(scan.rename(folder / "scan.tiff"))

    def test_it_says_what_a_scan_is_and_how_long_it_takes(self, intake, uploaded):
        said = intake.describe([uploaded], "", Wishes.of(["wavelet"], *DEFAULTS[1:]))
        assert said[0].startswith("scan.tiff: TIFF, 80 × 60 pixels, 8-bit L")
        assert said[-1] == "About 1 s on this machine."

    def test_it_warns_of_a_model_that_does_not_fit(self, intake, uploaded):
        said = intake.describe([uploaded], "", Wishes.of(["swinir-m-color-car-20"], *DEFAULTS[1:]))
        assert any("does not remove sensor noise" in line for line in said)

    def test_it_takes_only_what_was_uploaded_here(self, intake, scan):
        with pytest.raises(UnreadableFile, match="not here"):
            intake.begin([str(scan)], "", Wishes.of(*DEFAULTS))
        with pytest.raises(UnreadableFile, match="not here"):
            intake.begin([], "", Wishes.of(*DEFAULTS), "0" * 32)

    def test_noise_is_added_to_the_clean_original_of_a_sample(self, intake, desk):
        wishes = Wishes.of(["identity"], *DEFAULTS[1:4], "gaussian", 25, 0, False)
        case = desk.case(intake.begin([], "moon", wishes))
        assert case.job.ended.wait(60)
        assert case.names == ("moon-clean.png",)
        record = case.outcomes[0].recipes[0].pages[0]
        assert record.scores.psnr_of_input == pytest.approx(20.2, abs=0.3)

    def test_models_are_named_by_id_never_by_path(self, tmp_path):
        with pytest.raises(UnknownModel):
            Wishes.of([str(tmp_path / "evil.pth")], *DEFAULTS[1:])

    @pytest.mark.parametrize(
        "values", [DEFAULTS[:-1], (*DEFAULTS[:3], "much", *DEFAULTS[4:]), (7, *DEFAULTS[1:])]
    )
    def test_what_no_page_of_ours_would_send_is_refused(self, values):
        with pytest.raises(UsageError, match="Reload"):
            Wishes.of(*values)

    def test_senseless_levels_are_refused(self):
        with pytest.raises(OutOfRange):
            Wishes.of(*DEFAULTS[:4], "gaussian", -5, 0, False)


def test_speeds_are_kept(tmp_path):
    book = SpeedBook(tmp_path / "speeds.json")
    assert book.of("nlm", 3) is None
    book.record("nlm", Speed(0.5, 1.5))
    assert SpeedBook(tmp_path / "speeds.json").of("nlm", 3).seconds(2) == 3.5
    assert book.of("nlm", 1) is None
