"""Plans run for real, in this process's workers."""

from functools import partial

import numpy as np
import pytest
from PIL import Image

from evaluation.benchmark.dataset import read_dataset
from evaluation.benchmark.plan import Plan, degradations_of
from evaluation.benchmark.prediction import predict
from evaluation.benchmark.runner import run_plan
from evaluation.benchmark.store import Store, read_rows
from evaluation.benchmark.summary import means
from evaluation.benchmark.work import Bench
from restoration.batch import page_reader
from restoration.errors import BadWeights, Cancelled
from restoration.local_executor import LocalExecutor
from restoration.speed import SpeedBook


def planned(folder, models, damage, metrics=("psnr",), references=None):
    images = read_dataset(folder, page_reader(), references)
    return Plan(images, models, degradations_of(damage, [0]), metrics, dtype="fp32")


def executed(plan, folder, report=lambda progress: None, before=lambda: None, workers=2):
    bench = partial(Bench, plan.metrics, plan.device, plan.dtype, 1)
    with LocalExecutor(bench, workers, 1) as executor:
        prediction = predict(plan, executor, 1, SpeedBook(folder.parent / "speeds.json"))
        with Store(folder, plan, resume=True) as store:
            before()
            run_plan(plan, prediction, store, executor, report)
            return store.rows


def test_doing_nothing_scores_what_the_noise_is(photographs, tmp_path):
    plan = planned(photographs, ("identity",), ["gaussian:20"], ("psnr", "residual_whiteness"))
    rows = executed(plan, tmp_path / "run")
    for number, row in enumerate(rows):
        with Image.open(photographs / f"picture{number}.png") as image:
            clean = np.asarray(image, np.float64)
        # The noise begins anew for every image; scores are of 8-bit images, as the tables take.
        noise = np.random.RandomState(0).normal(0, 20, (40, 40))
        seen = np.round(np.clip(clean + noise, 0, 255))
        assert row.metrics["psnr"] == pytest.approx(
            10 * np.log10(255**2 / np.mean((seen - clean) ** 2)), abs=1e-3
        )
        assert (row.model_level, row.level_source) == (None, "none")
    assert means(rows, plan.metrics)[0].metrics["psnr"] == pytest.approx(22.3, abs=0.5)


def test_models_are_told_true_levels_and_estimates_of_other_damage(photographs, tmp_path):
    plan = planned(photographs, ("wavelet",), ["gaussian:20", "grain:20"])
    known, estimated = (executed(plan, tmp_path / "run")[index] for index in (0, 3))
    assert (known.model_level, known.level_source) == (20, "known")
    assert estimated.level_source == "estimated"
    assert 0 < estimated.model_level != 20
    assert known.metrics["psnr"] > 23


def test_images_as_they_are_take_metrics_without_a_reference(photographs, tmp_path):
    asked = ("psnr", "noise_left")
    rows = executed(planned(photographs, ("identity",), ["none"], asked), tmp_path / "run")
    assert [list(row.metrics) for row in rows] == [["noise_left"]] * 3
    clean = tmp_path / "clean"
    clean.mkdir()
    for path in photographs.iterdir():
        (clean / path.name).write_bytes(path.read_bytes())
    rows = executed(
        planned(photographs, ("identity",), ["none"], asked, clean), tmp_path / "paired"
    )
    assert [row.metrics["psnr"] for row in rows] == [np.inf] * 3


def test_a_failing_cell_is_a_row_with_its_error(photographs, tmp_path):
    plan = planned(photographs, ("identity", "median"), ["gaussian:20"])
    changed = photographs / "picture1.png"

    def change():
        changed.write_bytes((photographs / "picture0.png").read_bytes())

    rows = executed(plan, tmp_path / "run", before=change)
    assert len(rows) == 6
    failed = [row for row in rows if row.error is not None]
    assert [(row.image, row.model) for row in failed] == [
        ("picture1.png", "identity"),
        ("picture1.png", "median"),
    ]
    assert failed[0].error_class == "UnreadableFile"
    assert "another one than when the run began" in failed[0].error
    assert [mean.failed for mean in means(rows, plan.metrics)] == [1, 1]


def test_a_stopped_run_keeps_what_is_done_and_never_does_it_again(photographs, tmp_path):
    plan = planned(photographs, ("identity", "median"), ["gaussian:20", "jpeg:30"])
    told = []

    def stop_after_five(progress):
        told.append(progress.done)
        if progress.doing.startswith("5 of 12"):
            raise Cancelled

    with pytest.raises(Cancelled):
        executed(plan, tmp_path / "run", stop_after_five)
    kept = read_rows(tmp_path / "run")[1]
    assert len(kept) == 5
    assert told == sorted(told)
    rows = executed(plan, tmp_path / "run")
    assert len(rows) == 12
    assert {row.seconds for row in kept} <= {row.seconds for row in rows}
    assert (tmp_path / "run" / "rows.jsonl").read_bytes().count(b"\n") == 12


def test_other_weights_are_not_mixed_into_a_run(photographs, tmp_path, shared_peers):
    weights = tmp_path / "own.pth"
    weights.write_bytes((shared_peers / "dncnn_gray_25.pth").read_bytes())
    plan = planned(photographs, (str(weights),), ["gaussian:25"])
    executed(plan, tmp_path / "run", workers=1)
    weights.write_bytes((shared_peers / "dncnn_gray_blind.pth").read_bytes())
    with pytest.raises(BadWeights, match="changed since this run began"):
        executed(plan, tmp_path / "run", workers=1)


def test_ffdnet_through_the_runner_scores_as_by_hand(tmp_path, shared_data, shared_peers):
    """SwinIR's protocol: noise of seed 0 drawn in BGR order, PSNR of clipped, rounded images."""
    import torch

    from restoration.models.ffdnet import ffdnet_from

    images = tmp_path / "images"
    images.mkdir()
    for path in sorted((shared_data / "test" / "cbsd68").glob("*.jpg"))[:2]:
        (images / path.name).write_bytes(path.read_bytes())
    plan = planned(images, (str(shared_peers / "ffdnet_color.pth"),), ["gaussian:25"])
    rows = executed(plan, tmp_path / "run")
    state = torch.load(shared_peers / "ffdnet_color.pth", weights_only=True)
    network = ffdnet_from(state)
    for row in rows:
        with Image.open(images / row.image) as image:
            clean = np.asarray(image, np.float32)
        noise = np.random.RandomState(0).normal(0, 25, clean.shape)[..., ::-1]
        noisy = torch.from_numpy(((clean + noise) / 255).astype(np.float32))
        with torch.inference_mode():
            restored = network(noisy.permute(2, 0, 1)[None], torch.tensor([25.0]))[0]
        seen = (restored.clamp(0, 1) * 255).round().permute(1, 2, 0).numpy()
        by_hand = 10 * np.log10(255**2 / np.mean((seen - clean.astype(np.float64)) ** 2))
        assert row.metrics["psnr"] == pytest.approx(by_hand, abs=1e-3)
        assert row.weights_sha256 is not None
        assert row.peak_memory_mb > 100
