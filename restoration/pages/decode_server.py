"""The process in which files are decoded: it loads the decoders once and forks for each request.

Run as `python -m restoration.pages.decode_server FD`, where FD is a datagram-like socket to the
app. Each request brings a reply socket and a file for pixels; a fork with limits on memory and
time serves it and goes. The server only watches: it kills what runs too long, says what died,
and ends, with all forks, when the app does.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import logging
import mmap
import os
import resource
import select
import signal
import socket
import sys
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from restoration.errors import RestorationError, TooLarge, UnreadableFile
from restoration.pages.document import Document, open_document
from restoration.pages.limits import Limits
from restoration.pages.page import Page, PageInfo
from restoration.pages.wire import error_to_json, info_to_json

MAX_REQUEST = 65536
_INSPECTION_BYTES = 300_000_000
_BYTES_PER_PIXEL = 64
"""Decoder's buffers, stored samples and float pixels of the hungriest case, 16-bit RGBA."""
_INSPECTION_SECONDS = 3.0
_DECODERS = (
    "PIL.BmpImagePlugin",
    "PIL.JpegImagePlugin",
    "restoration.pages.bmp",
    "restoration.pages.jpeg",
    "restoration.pages.pdf",
    "restoration.pages.png",
    "restoration.pages.tiff",
    "restoration.pages.webp",
    "tifffile",
)
_CODECS = (
    "ccittfax3_decode", "ccittfax4_decode", "cms_transform", "deflate_decode", "delta_decode",
    "floatpred_decode", "jpeg8_decode", "lzw_decode", "packbits_decode", "packints_decode",
    "png_decode", "webp_decode", "zlib_decode",
)  # fmt: skip
_PR_SET_PDEATHSIG = 1
_EXIT_MEMORY = 77


@dataclass
class _Fork:
    """A running fork, seen from the server."""

    reply: socket.socket
    deadline: float
    late: bool = False


def main(control: socket.socket) -> None:
    """Serve requests until the app closes its end or is gone."""
    _load_decoders()
    wake, wake_in = os.pipe()
    for end in (wake, wake_in):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.set_wakeup_fd(wake_in, warn_on_full_buffer=False)
    parent = os.getppid()
    forks: dict[int, _Fork] = {}
    try:
        while os.getppid() == parent:
            sources: list[Any] = [control, wake]
            ready, _, _ = select.select(sources, [], [], 0.05 if forks else 0.5)
            if wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake, 4096)
            if control in ready and not _accept(control, forks):
                return
            _reap(forks)
            _kill_late(forks)
    finally:
        for pid in forks:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _load_decoders() -> None:
    for module in _DECODERS:
        importlib.import_module(module)
    for codec in _CODECS:
        # imagecodecs loads a codec when it is first named.
        getattr(imagecodecs, codec)
    gc.collect()
    gc.freeze()


def _accept(control: socket.socket, forks: dict[int, _Fork]) -> bool:
    """Fork for the next request; False when the app has closed its end."""
    message, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST, 2)
    if not message:
        return False
    reply = socket.socket(fileno=descriptors[0])
    request = json.loads(message)
    pid = os.fork()
    if pid == 0:
        control.close()
        for other in forks.values():
            other.reply.close()
        _serve(request, reply, descriptors[1])
    os.close(descriptors[1])
    forks[pid] = _Fork(reply, time.monotonic() + _limits(request).wall_seconds)
    return True


def _limits(request: dict[str, Any]) -> Limits:
    """The request's limits; those on time are tighter where nothing is decoded."""
    limits = Limits(**request["limits"])
    if request["task"] == "read":
        return limits
    return replace(limits, seconds=min(limits.seconds, _INSPECTION_SECONDS))


def _reap(forks: dict[int, _Fork]) -> None:
    while forks:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        fork = forks.pop(pid)
        code = os.waitstatus_to_exitcode(status)
        if code != 0:
            _report(fork.reply, _cause(code, fork.late))
        fork.reply.close()


def _cause(code: int, late: bool) -> RestorationError:
    if late or code == -signal.SIGXCPU:
        return TooLarge(
            "Decoding took too long and was stopped",
            remedy="Save the page as plain PNG or TIFF, or raise RR_DECODE_SECONDS",
        )
    if code == _EXIT_MEMORY:
        return _out_of_memory()
    return UnreadableFile(
        "The file makes its decoder fail",
        actual=f"the decoder ended with {signal.Signals(-code).name if code < 0 else code}",
        remedy="Copy or export the file again",
    )


def _out_of_memory() -> TooLarge:
    return TooLarge(
        "Decoding asks for more memory than the page's size explains",
        remedy="Save the page as plain PNG or TIFF",
    )


def _kill_late(forks: dict[int, _Fork]) -> None:
    now = time.monotonic()
    for pid, fork in forks.items():
        if now > fork.deadline and not fork.late:
            fork.late = True
            os.kill(pid, signal.SIGKILL)


def _serve(request: dict[str, Any], reply: socket.socket, pixels: int) -> None:
    """In the fork: do what is asked, answer, and end."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        logging.disable()
        warnings.simplefilter("ignore")
        try:
            answer = _answer(request, pixels)
        except RestorationError as error:
            answer = {"error": error_to_json(error)}
        _send(reply, answer)
        code = 0
    except MemoryError:
        code = _EXIT_MEMORY
    finally:
        os._exit(code)


def _answer(request: dict[str, Any], pixels: int) -> dict[str, Any]:
    limits = _limits(request)
    path = Path(request["path"])
    base = _Base()
    base.allow(_INSPECTION_BYTES, path.stat().st_size, limits.seconds)
    try:
        with open_document(path, limits, request["pdf_dpi"]) as document:
            index = request["index"]
            info = document.describe(index)
            if request["task"] == "read":
                return _page(document, index, info, base, path, request, pixels)
            return {
                "format": document.format.value,
                "page_count": document.page_count,
                "notices": document.notices,
                "info": info_to_json(info),
            }
    except RestorationError as error:
        if isinstance(error.__cause__, MemoryError):
            raise _out_of_memory() from error
        raise


def _page(
    document: Document,
    index: int,
    info: PageInfo,
    base: _Base,
    path: Path,
    request: dict[str, Any],
    pixels: int,
) -> dict[str, Any]:
    budget = _INSPECTION_BYTES + _BYTES_PER_PIXEL * info.width * info.height
    base.allow(budget, path.stat().st_size, _limits(request).seconds)
    page = document.read(index)
    _hand_over(page, pixels)
    return {
        "info": info_to_json(page.info),
        "channels": page.pixels.shape[2],
        "alpha": page.alpha is not None,
    }


def _hand_over(page: Page, descriptor: int) -> None:
    """Put colour and then alpha, float32, into the file that the app will map."""
    parts: list[NDArray[np.float32]] = [page.pixels]
    if page.alpha is not None:
        parts.append(page.alpha)
    os.ftruncate(descriptor, sum(part.nbytes for part in parts))
    with mmap.mmap(descriptor, 0) as shared:
        offset = 0
        for part in parts:
            target = np.frombuffer(shared, np.float32, part.size, offset).reshape(part.shape)
            target[...] = part
            offset += part.nbytes
            del target


class _Base:
    """What the fork had on being born, above which limits are counted."""

    def __init__(self) -> None:
        counts = Path("/proc/self/statm").read_text().split()
        page = resource.getpagesize()
        self._size, self._data = int(counts[0]) * page, int(counts[5]) * page

    def allow(self, memory: int, file_size: int, seconds: float) -> None:
        """Let the fork grow by `memory` bytes, map its input and output, and run `seconds`."""
        _set_soft(resource.RLIMIT_DATA, self._data + memory)
        _set_soft(resource.RLIMIT_AS, self._size + 2 * memory + file_size)
        used = resource.getrusage(resource.RUSAGE_SELF)
        _set_soft(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 1)
        _set_soft(resource.RLIMIT_CORE, 0)


def _set_soft(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, hard))


def _send(reply: socket.socket, answer: dict[str, Any]) -> None:
    reply.sendall(json.dumps(answer).encode() + b"\n")


def _report(reply: socket.socket, error: RestorationError) -> None:
    with contextlib.suppress(OSError):
        # The app may have stopped waiting.
        _send(reply, {"error": error_to_json(error)})


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
