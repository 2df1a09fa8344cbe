"""The worker: same answers as in the process, limits that hold, no trace after a death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from restoration.errors import RestorationError, TooLarge, UnreadableFile
from restoration.pages import Limits, open_document
from restoration.pages import limited as limited_module
from restoration.pages.limited import LimitedReader

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def slow_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page that takes a noticeable part of a second to decode."""
    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("slow") / "noise.png"
    path.write_bytes(imagecodecs.png_encode(rng.integers(0, 65536, (2000, 2500, 3), np.uint16), 0))
    return path


@pytest.fixture
def small_page(build, tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    path = tmp_path / "page.png"
    extras = build.Extras(build.rgb_profile(), 6, (11811, 11811))
    path.write_bytes(build.png(rng.integers(0, 65536, (30, 40, 4), np.uint16), None, extras))
    return path


def server_pid() -> int:
    return limited_module._servers.current()._process.pid


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def forks() -> list[int]:
    pid = server_pid()
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_same_page_as_without_a_worker(limits: Limits, small_page: Path) -> None:
    reader = LimitedReader(limits)
    with open_document(small_page, limits) as document:
        here = document.read(0)
        assert reader.describe(small_page).first == document.describe(0)
    there = reader.read(small_page, 0)
    assert there.info == here.info == reader.info(small_page, 0)
    assert np.array_equal(there.pixels, here.pixels)
    assert np.array_equal(there.alpha, here.alpha)
    there.pixels[0, 0] = 0.5  # the page belongs to the caller


def test_too_slow_is_stopped(slow_page: Path, small_page: Path, limits: Limits) -> None:
    hasty = LimitedReader(Limits(10**9, 60, 10, seconds=0.05))
    with pytest.raises(TooLarge, match="too long"):
        hasty.read(slow_page, 0)
    assert LimitedReader(limits).read(small_page, 0).pixels.shape == (40, 30, 3)


@pytest.mark.parametrize("blow", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_crash_becomes_a_message(
    limits: Limits, slow_page: Path, small_page: Path, blow: signal.Signals
) -> None:
    reader = LimitedReader(limits)
    errors: list[RestorationError] = []

    def read() -> None:
        try:
            reader.read(slow_page, 0)
        except RestorationError as error:
            errors.append(error)

    # A fork that has answered may still be ending.
    wait_until(lambda: not forks())
    thread = threading.Thread(target=read)
    thread.start()
    wait_until(lambda: bool(forks()))
    for pid in forks():
        os.kill(pid, blow)
    thread.join(10)
    assert isinstance(errors[0], UnreadableFile)
    assert reader.read(small_page, 0).info.width == 30


def test_server_is_started_anew(limits: Limits, small_page: Path) -> None:
    reader = LimitedReader(limits)
    reader.describe(small_page)
    os.kill(server_pid(), signal.SIGKILL)
    time.sleep(0.1)
    assert reader.describe(small_page).page_count == 1


def test_memory_limit_is_enforced() -> None:
    """A fork that may grow by 300 MB gets 200 MB, and not 600."""
    script = (
        "from restoration.pages.decode_server import _Base\n"
        "_Base().allow(300_000_000, 0, 20)\n"
        "kept = bytearray(200_000_000)\n"
        "try:\n    bytearray(600_000_000)\n"
        "except MemoryError:\n    print('held')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "held"


def test_worker_does_not_outlive_the_app(small_page: Path) -> None:
    script = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from restoration.pages import Limits, limited\n"
        "reader = limited.LimitedReader(Limits(10**9, 60, 10, 20))\n"
        "reader.describe(Path(sys.argv[1]))\n"
        "print(limited._servers.current()._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    app = subprocess.Popen(
        [sys.executable, "-c", script, str(small_page)], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert app.stdout is not None
    server = Path("/proc") / app.stdout.readline().decode().strip()
    assert server.exists()
    app.kill()
    app.wait()
    wait_until(lambda: not server.exists())
    app.stdout.close()


def test_many_threads_at_once(limits: Limits, small_page: Path) -> None:
    reader = LimitedReader(limits)
    expected = reader.read(small_page, 0).pixels
    seen: list[bool] = []

    def read() -> None:
        for _ in range(5):
            seen.append(np.array_equal(reader.read(small_page, 0).pixels, expected))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 40
