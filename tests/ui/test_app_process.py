"""`python app.py` as a process: how soon, how large, what it says, what it asks, how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
READY_SECONDS = 10.0
MEMORY_MB = 600
STOP_SECONDS = 10.0
BUSY_MACHINE = 4.0
"""How much slower than promised a start may be while other work shares the cores."""

WATCHED = """
import runpy, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        text = f"{event} {arguments}"
        if not any(name in text for name in ("127.0.0.1", "::1", "localhost")):
            print("ASKED ELSEWHERE", text, file=sys.stderr, flush=True)

sys.addaudithook(watch)
runpy.run_path("app.py", run_name="__main__")
"""


def _environment(data: Path, port: int = 0) -> dict[str, str]:
    return {
        **os.environ,
        "RR_PORT": str(port),
        "RR_HOST": "127.0.0.1",
        "RR_DATA_DIR": str(data),
        "GRADIO_ANALYTICS_ENABLED": "True",
        "GRADIO_SHARE": "True",
        "OMP_NUM_THREADS": "1",
    }


@dataclass
class App:
    process: subprocess.Popen[str]
    address: str
    data: Path
    seconds: float


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    data = tmp_path_factory.mktemp("app") / "data"
    left_by_a_crash = data / "uploads" / "abc" / "scan.png"
    left_by_a_crash.parent.mkdir(parents=True)
    left_by_a_crash.touch()
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHED],
        cwd=ROOT,
        env=_environment(data),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    seconds = time.monotonic() - begun
    found = re.fullmatch(r"Restore & Rate is at (http://127\.0\.0\.1:\d+)\n", line)
    assert found, line + process.communicate()[1]
    assert not left_by_a_crash.exists()
    yield App(process, found[1], data, seconds)
    process.kill()
    process.wait()


def test_it_is_ready_soon_and_small(app: App) -> None:
    assert httpx.get(f"{app.address}/healthz").json() == {"status": "ok"}
    assert app.seconds < READY_SECONDS * BUSY_MACHINE
    status = Path(f"/proc/{app.process.pid}/status")
    if status.exists():
        kilobytes = int(re.findall(r"VmRSS:\s+(\d+) kB", status.read_text())[0])
        assert kilobytes / 1024 < MEMORY_MB


@pytest.mark.parametrize("page", ["", "restore", "about"])
def test_every_page_answers(app: App, page: str) -> None:
    answer = httpx.get(f"{app.address}/{page}", follow_redirects=True)
    assert answer.status_code == 200
    assert "Restore &amp; Rate" in answer.text or "Restore & Rate" in answer.text


def test_the_pages_need_no_network_library(tmp_path: Path) -> None:
    """Models run in workers; PyTorch in the web process would cost seconds and 180 MB."""
    built = "build(Settings(data_dir=pathlib.Path(sys.argv[1])))"
    script = (
        "import os, pathlib, sys\nfrom restoration.settings import Settings\n"
        f"from ui.server import build\n{built}\n"
        "print('torch' in sys.modules, flush=True)\nos._exit(0)"
    )
    run = [sys.executable, "-c", script, str(tmp_path)]
    said = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert said.stdout.strip() == "False", said.stderr


def test_a_second_app_leaves_the_data_folder_alone(app: App, tmp_path: Path) -> None:
    port = int(app.address.rsplit(":", 1)[1])
    for environment, remedy in (
        (_environment(app.data), "RR_DATA_DIR"),
        (_environment(tmp_path, port), "RR_PORT"),
    ):
        second = subprocess.run(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=environment,
            text=True,
            capture_output=True,
            timeout=60,
        )
        assert second.returncode == 2
        assert remedy in second.stderr
        assert "Traceback" not in second.stderr
    assert (app.data / "uploads").is_dir()


def test_it_ends_cleanly_with_a_page_open_and_asked_nobody_else(app: App) -> None:
    upload = httpx.post(f"{app.address}/gradio_api/upload", files={"files": ("a.png", b"x")})
    assert upload.status_code == 200
    host, port = app.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as stream:
        stream.sendall(b"GET /gradio_api/heartbeat/abc HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200 OK" in stream.recv(4096)
        begun = time.monotonic()
        app.process.send_signal(signal.SIGTERM)
        output, errors = app.process.communicate(timeout=STOP_SECONDS)
        assert time.monotonic() - begun < STOP_SECONDS
    assert app.process.returncode == 0
    assert (output, errors) == ("", "")
    assert not list((app.data / "uploads").iterdir())
