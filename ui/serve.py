"""Run the app: one process, one data folder, one line that says where it is."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from restoration.errors import NotWritten, UsageError
from restoration.settings import Settings
from ui.environment import on_space

GRACE_SECONDS = 5
"""How long open requests may go on after the app was asked to stop."""


def listening_socket(settings: Settings) -> socket.socket:
    """A bound socket, before anything slow is loaded. Raises UsageError if the port is taken."""
    host = "0.0.0.0" if on_space() and "host" not in settings.model_fields_set else settings.host  # noqa: S104 - a Space is reached from outside its container
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, settings.port))
    except OSError as error:
        listener.close()
        raise UsageError(
            f"The app cannot listen on {host}, port {settings.port}",
            actual=error.strerror,
            remedy="Set RR_PORT (or RR_HOST) to another, such as RR_PORT=7861 python app.py",
        ) from error
    return listener


@contextmanager
def data_folder_to_itself(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process, which empties parts of it at its start and end.

    Raises UsageError if another app holds it, NotWritten if it cannot be written to. The
    operating system lets go when a process ends, however it ends.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = open(folder / "in-use", "w", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise NotWritten(
            f"The data folder {folder} cannot be written to",
            actual=error.strerror or str(error),
            remedy="Set RR_DATA_DIR to a folder that can",
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError(
                f"Another app is using the data folder {folder}",
                remedy="Stop it, or set RR_DATA_DIR to another folder",
            ) from error
        yield


class _EndOfStreams:
    """Tells open answers that their client has gone, once the server stops.

    A page in a browser holds event streams open for ever; without this, every stop with a page
    open would wait the whole grace period and then cancel them with a traceback each. Requests
    whose body is still coming are left alone.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.stopping = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body_is_complete = False

        async def receive_or_end() -> Message:
            nonlocal body_is_complete
            if not body_is_complete:
                message = await receive()
                body_is_complete = not message.get("more_body", False)
                return message
            return await self._first(receive)

        await self.app(scope, receive_or_end if scope["type"] == "http" else receive, send)

    async def _first(self, receive: Receive) -> Message:
        stopping = asyncio.create_task(self.stopping.wait())
        receiving = asyncio.ensure_future(receive())
        try:
            await asyncio.wait((stopping, receiving), return_when=asyncio.FIRST_COMPLETED)
            return receiving.result() if receiving.done() else {"type": "http.disconnect"}
        finally:
            stopping.cancel()
            receiving.cancel()


class _Server(uvicorn.Server):
    """Says where the app is as soon as it answers there; ends event streams when it stops."""

    def __init__(self, config: uvicorn.Config, streams: _EndOfStreams, address: str) -> None:
        super().__init__(config)
        self.streams = streams
        self.address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"Restore & Rate is at {self.address}\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.streams.stopping.set()
        await super().shutdown(sockets)


def serve(app: FastAPI, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; then end within GRACE_SECONDS and a little, with status 0."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    streams = _EndOfStreams(app)
    config = uvicorn.Config(
        streams,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
    )
    _Server(config, streams, _address(listener)).run(sockets=[listener])


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    space = os.environ.get("SPACE_HOST")
    shown = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"https://{space}" if space else f"http://{shown}:{port}"


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """What uvicorn hands a signal on to once it has shut down."""
    sys.exit(0)
