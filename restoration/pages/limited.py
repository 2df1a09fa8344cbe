"""Decoding where it can do no harm: in a worker with limits on memory and time.

The worker is forked, for each call, from a server that has the decoders loaded and nothing else;
so a call costs milliseconds, is safe from any thread, and never forks a process that holds a
model. POSIX only: memory and time are limited by `setrlimit`.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from restoration.errors import UnreadableFile, WorkerLost
from restoration.pages.limits import Limits
from restoration.pages.page import FileFormat, Page, PageInfo
from restoration.pages.sniff import require_file
from restoration.pages.wire import error_from_json, info_from_json

_START_SECONDS = 30.0
_GRACE_SECONDS = 5.0
_MAX_ANSWER = 100_000_000
_AT_ONCE = threading.BoundedSemaphore(max(4, 2 * (os.cpu_count() or 1)))
"""Forks at one time, so that a flood of files queues up instead of filling memory."""


@dataclass(frozen=True)
class DocumentDescription:
    """What can be said of a file before any pixel is decoded."""

    format: FileFormat
    page_count: int
    notices: tuple[str, ...]
    first: PageInfo


class LimitedReader:
    """Describes and reads pages of files that nobody has to trust.

    Every method raises what `open_document` raises; a worker that crashes or runs out of time or
    memory becomes `UnreadableFile` or `TooLarge`, and the next call is served as ever.
    """

    def __init__(self, limits: Limits, pdf_dpi: int = 300) -> None:
        self._limits = limits
        self._pdf_dpi = pdf_dpi

    def describe(self, path: Path) -> DocumentDescription:
        """Describe a file and its first page."""
        answer = self._ask("describe", path, 0)
        return DocumentDescription(
            FileFormat(answer["format"]),
            int(answer["page_count"]),
            tuple(answer["notices"]),
            info_from_json(answer["info"]),
        )

    def info(self, path: Path, index: int) -> PageInfo:
        """Describe page `index`, from 0."""
        return info_from_json(self._ask("describe", path, index)["info"])

    def read(self, path: Path, index: int) -> Page:
        """Decode page `index`; its pixels are shared with the worker's result, not copied."""
        with _result_file() as file:
            answer = self._ask("read", path, index, file.fileno())
            info = info_from_json(answer["info"])
            return _page(info, int(answer["channels"]), bool(answer["alpha"]), file.fileno())

    def _ask(self, task: str, path: Path, index: int, result: int | None = None) -> dict[str, Any]:
        require_file(path)
        request = {
            "task": task,
            "path": os.path.abspath(path),
            "index": index,
            "limits": asdict(self._limits),
            "pdf_dpi": self._pdf_dpi,
        }
        with _AT_ONCE:
            answer = _exchange(json.dumps(request).encode(), result, self._limits.wall_seconds)
        if "error" in answer:
            raise error_from_json(answer["error"])
        return answer


def warm_up() -> None:
    """Start the server now, so that the first file need not wait for it; returns at once."""
    _servers.current()


class _Server:
    """The decode server of this process."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        root = str(Path(__file__).parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "restoration.pages.decode_server", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(paths),
                    "OPENBLAS_NUM_THREADS": "1",
                    "OMP_NUM_THREADS": "1",
                },
            )
        self._control = ours

    @property
    def alive(self) -> bool:
        return self.owner == os.getpid() and self._process.poll() is None

    def send(self, request: bytes, descriptors: list[int]) -> None:
        socket.send_fds(self._control, [request], descriptors)

    def drop(self) -> None:
        """Close our end, at which the server ends too."""
        self._control.close()


class _Servers:
    """Starts the server when it is first needed, after its death, and after a fork of ours."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: _Server | None = None
        os.register_at_fork(after_in_child=self._forget)

    def current(self) -> _Server:
        with self._lock:
            if self._server is None or not self._server.alive:
                if self._server is not None:
                    self._server.drop()
                self._server = _Server()
            return self._server

    def _forget(self) -> None:
        # The lock may have been held by a thread that the fork does not have.
        self._lock = threading.Lock()
        self._server = None


_servers = _Servers()


def _exchange(request: bytes, result: int | None, seconds: float) -> dict[str, Any]:
    """Send one request and wait for its answer; raises `WorkerLost` without one."""
    ours, theirs = socket.socketpair()
    with ours, _result_file() if result is None else contextlib.nullcontext() as spare:
        descriptor = spare.fileno() if spare is not None else result
        assert descriptor is not None
        with theirs:
            _deliver(request, [theirs.fileno(), descriptor])
        ours.settimeout(_START_SECONDS + seconds + _GRACE_SECONDS)
        try:
            answer = json.loads(_line(ours))
        except (OSError, ValueError) as error:
            raise WorkerLost(
                "The process that decodes files has ended",
                remedy="Try again; it has been started anew",
            ) from error
    if not isinstance(answer, dict):
        raise UnreadableFile("The decoder gave no sensible answer")
    return answer


def _deliver(request: bytes, descriptors: list[int]) -> None:
    try:
        _servers.current().send(request, descriptors)
    except OSError:
        # It died since it was last seen alive; a new one has not seen this file yet.
        _servers.current().send(request, descriptors)


def _line(reply: socket.socket) -> bytes:
    parts: list[bytes] = []
    size = 0
    while not parts or not parts[-1].endswith(b"\n"):
        part = reply.recv(1 << 16)
        size += len(part)
        if not part or size > _MAX_ANSWER:
            raise ValueError("no complete answer")
        parts.append(part)
    return b"".join(parts)


def _page(info: PageInfo, channels: int, alpha: bool, descriptor: int) -> Page:
    """Map the worker's pixels; the array keeps the map, and with it the memory, alive."""
    area = info.width * info.height
    wanted = 4 * area * (channels + alpha)
    if channels not in (1, 3) or os.fstat(descriptor).st_size != wanted:
        raise UnreadableFile("The decoder's pixels do not fit its description of them")
    values = np.frombuffer(mmap.mmap(descriptor, wanted), np.float32)
    pixels = values[: area * channels].reshape(info.height, info.width, channels)
    plane = values[area * channels :].reshape(info.height, info.width) if alpha else None
    return Page(pixels, info, plane)


def _result_file() -> Any:  # noqa: ANN401 - a binary file, of one of two classes
    """A file that lives in memory where the system has such, and has no name in any case."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("page"), "wb+", buffering=0)
    return tempfile.TemporaryFile(buffering=0)
