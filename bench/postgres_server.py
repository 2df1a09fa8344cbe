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
from pathlib import Path

FOLDERS = "/usr/lib/postgresql"
USER = "postgres"


def binaries() -> Path | None:
    """The folder of the newest installed server's programs, or None."""
    found = sorted(Path(FOLDERS).glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


@contextmanager
def postgres_server(*, durable: bool = True) -> Iterator[str]:
    """The address of an empty database, whose server ends with the block.

    durable: False where nothing of it has to outlast a loss of power, such as in most tests.
    """
    programs = binaries()
    assert programs is not None, "PostgreSQL is not installed; tests/browser/install.sh does it"
    data = Path(tempfile.mkdtemp(prefix="rr-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(data, USER)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    try:
        _run(programs / "initdb", "-D", data, "-U", "rr", "-A", "trust", "--no-instructions")
        options = f"-h 127.0.0.1 -p {port} -k {data} -c max_connections=120"
        options += "" if durable else " -c fsync=off -c synchronous_commit=off"
        _run(
            programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", data / "log", "-o", options,
            "start",
        )  # fmt: skip
        try:
            yield f"postgresql://rr@127.0.0.1:{port}/postgres"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(data, ignore_errors=True)


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
