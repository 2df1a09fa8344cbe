"""A PostgreSQL server of Debian's, on loopback and a temporary data directory.

It refuses to run as root; started by root, it runs as the system's user `postgres`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FOLDERS = "/usr/lib/postgresql"
USER = "postgres"


def binaries() -> Path | None:
    """The folder of the newest installed server's programs, or None."""
    found = sorted(Path(FOLDERS).glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


@dataclass(frozen=True)
class PostgresServer:
    """A server whose data directory is there, running or not."""

    data: Path
    port: int
    options: str

    @property
    def address(self) -> str:
        """Of its one database."""
        return f"postgresql://rr@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it; returns when it takes connections."""
        self._control("-t", "60", "-l", self.data / "log", "-o", self.options, "start")

    def stop(self) -> None:
        """End it at once; one that has ended by itself stays so."""
        if (self.data / "postmaster.pid").exists():
            self._control("-m", "immediate", "stop")

    def _control(self, *options: str | Path) -> None:
        _run(_programs() / "pg_ctl", "-D", self.data, "-w", *options)


@contextmanager
def postgres_server(*, durable: bool = True) -> Iterator[str]:
    """The address of an empty database, whose server ends with the block.

    durable: False where nothing of it has to outlast a loss of power, such as in most tests.
    """
    with postgres_cluster(durable=durable) as server:
        yield server.address


@contextmanager
def postgres_cluster(
    *, durable: bool = True, folder: Path | None = None
) -> Iterator[PostgresServer]:
    """The same, with the server at hand; folder: where its data directory is made."""
    data = Path(tempfile.mkdtemp(prefix="rr-postgres-", dir=folder))
    if os.geteuid() == 0:
        shutil.chown(data, USER)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    options = f"-h 127.0.0.1 -p {port} -k {data} -c max_connections=120"
    options += "" if durable else " -c fsync=off -c synchronous_commit=off"
    server = PostgresServer(data, port, options)
    try:
        _run(_programs() / "initdb", "-D", data, "-U", "rr", "-A", "trust", "--no-instructions")
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _programs() -> Path:
    programs = binaries()
    assert programs is not None, "PostgreSQL is not installed; tests/browser/install.sh does it"
    return programs


def _run(*command: str | Path) -> None:
    user = USER if os.geteuid() == 0 else None
    done = subprocess.run(
        [*map(str, command)],
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert done.returncode == 0, done.stderr
