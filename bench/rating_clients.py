"""Servers that are started and killed, and raters who answer by plain HTTP as the page does."""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from evaluation.studies.collecting.creation import StimulusSpec, create_study
from evaluation.studies.collecting.design import Arm, Design
from evaluation.studies.collecting.joining import consent
from evaluation.studies.collecting.store import StudyStore
from restoration.settings import Settings

ROOT = Path(__file__).parents[1]
READY_SECONDS = 120.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def machine() -> dict[str, Any]:
    """What a record says of the machine before a run; its load tells how far to trust a wait."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_average_before": loads(),
    }


def loads() -> list[float]:
    """Load averages of the last 1, 5 and 15 minutes."""
    return [round(load, 1) for load in os.getloadavg()]


@dataclass
class Server:
    """A process of the rating routes that can be killed and started again, or the whole app."""

    port: int
    data: Path
    database_url: str = ""
    studies: Path | None = None
    whole_app: bool = False
    process: subprocess.Popen[str] | None = None
    child: int = 0

    def start(self) -> None:
        """Start it; returns when it answers."""
        if self.whole_app:
            self.process = self._run("app.py")
        else:
            self.process = self.process or self._run(
                "-m", "bench.rating_server", str(self.port), "--again"
            )
            assert self.process.stdin
            assert self.process.stdout
            self.process.stdin.write("start\n")
            self.process.stdin.flush()
            self.child = int(self.process.stdout.readline())
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            assert self.process.poll() is None, "the server ended while starting"
            assert time.monotonic() < deadline, "the server did not answer in time"
            time.sleep(0.02)

    def _run(self, *command: str) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "RR_DATA_DIR": str(self.data),
            "RR_STUDIES_DIR": str(self.studies or self.data / "studies"),
            "RR_DATABASE_URL": self.database_url,
            "RR_PORT": str(self.port),
            "OMP_NUM_THREADS": "1",
        }
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, text=True,
            stdin=pipe, stdout=subprocess.DEVNULL if self.whole_app else pipe,
        )  # fmt: skip

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/rate/session", timeout=20).status_code == 200
        except httpx.TransportError:
            return False

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """End it at once, whatever it does."""
        assert self.process is not None
        if self.whole_app:
            self.process.kill()
            self.process.wait()
        else:
            os.kill(self.child, signal.SIGKILL)

    def close(self) -> None:
        """End it for good; the whole app may clear up behind itself."""
        assert self.process is not None
        if self.whole_app:
            self.process.terminate()
        else:
            self.kill()
            self.process.kill()
        self.process.wait()


@contextmanager
def store_at(data: Path, database_url: str = "") -> Iterator[StudyStore]:
    """The store that a server with this data folder uses."""
    store = StudyStore.open(Settings(data_dir=data, database_url=database_url))
    yield store
    store.close()


def study_for(store: StudyStore, raters: int, conditions: int) -> list[str]:
    """Invitations of a study of all pairs of so many small random pictures for each rater."""
    rng = np.random.default_rng(0)
    stimuli = [
        StimulusSpec(rng.integers(0, 256, (16, 16), dtype=np.uint8), "image", f"model {n}")
        for n in range(conditions)
    ]
    arm = Arm("one", "pair", raters=raters)
    made = create_study(store, Design("Load", (arm,)), stimuli)
    tokens = [link.split("=")[1] for link in made.invite_links["one"]]
    for token in tokens:
        consent(store, store.rater_by_token(token), {})
    return tokens


@dataclass
class RaterClient:
    """One rater: answers trial after trial, sends again what was not acknowledged."""

    token: str
    address: str
    acknowledged: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Trial and choice by client id."""
    seconds: list[float] = field(default_factory=list)
    """From sending to acknowledgement, of those acknowledged at the first try."""
    errors: list[str] = field(default_factory=list)
    repeats: int = 0

    def __post_init__(self) -> None:
        self.http = httpx.Client(
            base_url=f"{self.address}/rate/api/", headers={"x-rr-invite": self.token}, timeout=20
        )
        self.trial: dict[str, Any] | None = None

    def vote(self, *, patient: bool = False) -> bool:
        """Answer the next trial; False when all are done.

        patient: keep on while the server does not answer.
        """
        if self.trial is None:
            state = self._ask("GET", "state", None, patient)
            self.trial = state["trial"] if state else None
            if self.trial is None:
                return False
        sent = {
            "client_id": str(uuid.uuid4()),
            "trial": self.trial["id"],
            "revision": self.trial["revision"],
            "kind": "vote",
            "answer": {"choice": ("left", "right")[uuid.uuid4().int % 2]},
            "seconds": 2.0,
            "viewing": {"scale": 1},
        }
        begun, tries = time.monotonic(), self.repeats
        answer = self._ask("POST", "events", sent, patient)
        if answer is None:
            return False
        if tries == self.repeats:
            self.seconds.append(time.monotonic() - begun)
        assert answer["stored"] == sent["client_id"]
        self.acknowledged[sent["client_id"]] = (sent["trial"], sent["answer"]["choice"])
        self.trial = answer["state"]["trial"]
        return self.trial is not None

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None, patient: bool
    ) -> dict[str, Any] | None:
        while True:
            try:
                response = self.http.request(method, path, json=body)
                if response.status_code == 200:
                    return dict(response.json())
                self.errors.append(f"{response.status_code} {response.text[:200]}")
                return None
            except httpx.TransportError as error:
                if not patient:
                    self.errors.append(type(error).__name__)
                    return None
                self.repeats += 1
                time.sleep(0.03)
