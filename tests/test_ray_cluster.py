"""Executor, benchmark and restoring of a folder on a real Ray cluster of two nodes."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.benchmark.session import Wish, run_benchmark
from evaluation.benchmark.work import Bench
from restoration.commands import main
from restoration.errors import UnreadableFile, UsageError
from restoration.executor_choice import Engine
from restoration.ray_executor import RayExecutor

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def cluster():
    """Two nodes; a test may add and remove others."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray = pytest.importorskip("ray", reason="pip install -r requirements-ray.txt")
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    ray.init(address=made.address, log_to_driver=False, logging_level="error")
    yield made
    ray.shutdown()
    made.shutdown()


def prepare():
    def work(number):
        if number == 13:
            raise UnreadableFile("This one is bad")
        time.sleep(0.05)
        return number * number, os.getpid()

    return work


def refuse():
    raise UsageError("There is no such model")


def test_a_node_killed_in_the_middle_loses_nothing(cluster):
    second = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    outcomes = []
    with RayExecutor(prepare) as executor:
        assert executor.workers == 2
        for outcome in executor.submit(range(120)):
            outcomes.append(outcome)
            if second is not None and len({o.result[1] for o in outcomes if o.result}) == 2:
                cluster.remove_node(second, allow_graceful=False)
                second = None
    assert second is None, "both nodes never worked at one time"
    assert sorted(outcome.task for outcome in outcomes) == list(range(120))
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    assert [(each.task, type(each.error)) for each in failed] == [(13, UnreadableFile)]
    assert all(o.result[0] == o.task**2 for o in outcomes if o.result)


@pytest.fixture
def pictures(tmp_path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    chance = np.random.default_rng(0)
    for number in range(4):
        noisy = np.clip(chance.normal(128, 25, (48, 64)), 0, 255).astype(np.uint8)
        Image.fromarray(noisy).save(folder / f"{number}.png")
    return folder


def test_a_benchmark_gives_the_same_rows_as_on_this_machine(cluster, pictures, tmp_path):
    wish = Wish(
        pictures,
        ("identity", "median"),
        ("gaussian:25",),
        tmp_path / "run",
        metrics=("psnr",),
        workers=1,
        engine=Engine.RAY,
    )
    plan, rows = run_benchmark(wish, lambda listing: None)
    here = [Bench(plan.metrics, "cpu", "fp32", 1)(cell) for cell in plan.cells]
    assert len(rows) == 8
    assert [(row.key, row.metrics, row.restored_sha256) for row in rows] == [
        (row.key, row.metrics, row.restored_sha256) for row in here
    ]


def test_a_folder_is_restored_on_the_cluster_and_not_twice(cluster, pictures, tmp_path, capsys):
    (pictures / "broken.png").write_bytes(b"")
    asked = ["restore", str(pictures), "-o", f"{tmp_path / 'out'}/", "--model", "median"]
    asked += ["--engine", "ray", "--workers", "1", "--resume"]
    assert main(asked) == UnreadableFile.exit_code
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.png")}
    assert len(made) == 4
    (pictures / "broken.png").unlink()
    assert main(asked) == 0
    assert "4 of 4 files are restored already" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in made} == made


def test_an_error_of_preparing_arrives_whole(cluster):
    with RayExecutor(refuse, workers=1) as executor, pytest.raises(UsageError, match="no such"):
        list(executor.submit([1]))


def test_without_ray_the_error_names_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"pip install -r requirements-ray.txt"):
        RayExecutor(prepare)
