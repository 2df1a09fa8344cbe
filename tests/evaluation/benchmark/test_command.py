"""`python -m evaluation benchmark` end to end: its answers, its refusals, and its resuming."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from evaluation.benchmark.store import CSV, JOURNAL, PARQUET
from restoration.errors import ExitCode

ROOT = Path(__file__).parents[3]
TIMINGS = ["seconds", "peak_memory_mb"]


def options(images, output, *more):
    damage = ["--degradations", "gaussian:25,jpeg:20"]
    return ["--images", images, "--models", "identity,median", *damage, "-o", output, *more]


def test_a_run_ends_with_tables_and_means(benchmark, photographs, tmp_path):
    output = tmp_path / "run"
    ended = benchmark(*options(photographs, output, "--json", "--published", "CBSD68"))
    assert ended.status == 0, ended.err
    assert "3 images x 2 models x 2 degradations and seeds = 12 cells; about " in ended.err
    document = ended.document
    assert (document["rows"], document["failed"]) == (12, [])
    assert [(mean["degradation"], mean["model"]) for mean in document["means"]] == [
        ("gaussian:25", "identity"),
        ("gaussian:25", "median"),
        ("jpeg:20", "identity"),
        ("jpeg:20", "median"),
    ]
    frame = pd.read_parquet(output / PARQUET)
    assert len(frame) == len(pd.read_csv(output / CSV)) == 12
    mean = frame.query("degradation == 'gaussian:25' and model == 'median'")["psnr"].mean()
    assert document["means"][1]["metrics"]["psnr"] == pytest.approx(mean)
    assert {"method": "SwinIR", "value": 31.78}.items() <= document["published"][8].items()

    again = benchmark(*options(photographs, output))
    assert again.status == ExitCode.USAGE
    assert "--resume" in again.err

    told = benchmark(*options(photographs, output, "--resume", "--published", "LIVE1")).out
    lines = [line for line in told.splitlines() if " psnr " in line]
    assert {"gray", "RGB"} == {word for line in lines for word in line.split()} & {"gray", "RGB"}


def test_a_plan_can_be_listed_without_running_it(benchmark, photographs, tmp_path):
    ended = benchmark(*options(photographs, tmp_path / "run", "--list", "--json", "--seed", 1, 2))
    assert ended.status == 0, ended.err
    listed = ended.document
    assert listed["cells"] == 3 * 2 * (2 + 1), "compression draws nothing: one seed is enough"
    assert listed["seconds"] > 0
    assert set(listed["seconds_of_work"]) == {"identity", "median"}
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (["--models", "no-such-model"], ExitCode.UNKNOWN_MODEL, "no-such-model"),
        (["--models", "identity,identity"], ExitCode.USAGE, "named twice"),
        (["--models", "dncnn-gray-dn-25"], ExitCode.UNKNOWN_MODEL, "RR_OFFLINE"),
        (["--degradations", "fog:3"], ExitCode.USAGE, "gaussian"),
        (["--metrics", "beauty"], ExitCode.USAGE, "beauty"),
        (["--degradations", "none", "--metrics", "psnr"], ExitCode.USAGE, "clean"),
        (["--workers", "0"], ExitCode.OUT_OF_RANGE, "workers"),
        (["--images", "nowhere"], ExitCode.USAGE, "no such folder"),
        (["--published", "Set13"], ExitCode.USAGE, "Set12"),
    ],
)
def test_what_cannot_be_run_is_explained_before_anything_runs(
    benchmark, photographs, tmp_path, more, code, words
):
    ended = benchmark(*options(photographs, tmp_path / "run", *more))
    assert (ended.status, ended.out) == (code, ""), ended.err
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "run").exists()


def journal_lines(folder):
    journal = folder / JOURNAL
    return journal.read_bytes().split(b"\n")[:-1] if journal.exists() else []


def key(line):
    row = json.loads(line)
    return tuple(row[name] for name in ("image", "model", "degradation", "seed"))


def started(command, environment, arguments):
    return subprocess.Popen(
        command(*arguments),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background ignores Ctrl-C, and a child would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def wait_for_rows(process, folder, count):
    while process.poll() is None and len(journal_lines(folder)) < count:
        time.sleep(0.002)


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(
    command, environment, photographs, tmp_path
):
    output = tmp_path / "run"
    many = options(photographs, output, "--seed", *range(100))
    process = started(command, environment, many)
    wait_for_rows(process, output, 5)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == ExitCode.CANCELLED, told
    assert "--resume" in told
    assert "Traceback" not in told
    kept = len(journal_lines(output))
    assert 5 <= kept < 600
    assert len(pd.read_parquet(output / PARQUET)) >= kept - 1


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_run_killed_twenty_times_equals_one_that_was_not(
    benchmark, command, environment, photographs, tmp_path
):
    """Killed at random moments: nothing finished is lost or done again, nothing differs."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    many = ["--models", "identity,median,wavelet,bilateral", "--seed", *range(20)]
    assert benchmark(*options(photographs, whole, *many)).status == 0
    count = len(journal_lines(whole))
    chance = random.Random(20)
    before = []
    for _ in range(20):
        process = started(command, environment, options(photographs, killed, *many, "--resume"))
        wait_for_rows(process, killed, len(before) + chance.randint(0, 4))
        time.sleep(chance.random() * 0.02)
        process.kill()
        process.communicate()
        lines = journal_lines(killed)
        assert lines[: len(before)] == before, "a finished cell was lost"
        before = lines
    assert 0 < len(before) < count, "the kills did not fall into the run"
    last = benchmark(*options(photographs, killed, *many, "--resume"))
    assert last.status == 0, last.err
    times_done = Counter(map(key, journal_lines(killed)))
    assert set(times_done.values()) == {1}, "a finished cell was done again"
    tables = [pd.read_parquet(folder / PARQUET).drop(columns=TIMINGS) for folder in (whole, killed)]
    assert len(tables[0]) == count
    pd.testing.assert_frame_equal(*tables)
