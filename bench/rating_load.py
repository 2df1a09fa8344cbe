"""Fifty raters who vote every three seconds: how long they wait for the acknowledgement.

    python -m bench.rating_load [--raters 50] [--seconds 120] [--every 3]
                                [--database sqlite|postgresql] [--processes 1] [--whole-app]
                                [-o FILE]

Each rater is a thread that posts a vote, waits for the answer, and then until its next vote is
due; the first ones are spread over the interval. With several processes, raters are dealt out
between them and all share one PostgreSQL database. The clients run on the same machine. With
`--whole-app` each process is `app.py`, all its pages included; without, the rating routes alone.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.postgres_server import postgres_server
from bench.rating_clients import (
    RaterClient,
    Server,
    free_port,
    loads,
    machine,
    store_at,
    study_for,
)

CONDITIONS = 30
"""Pictures whose pairs make 435 trials for each rater."""


def main() -> None:
    """Run it and print the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raters", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--every", type=float, default=3)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--whole-app", action="store_true")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = ""
        if options.database == "postgresql":
            url = stack.enter_context(postgres_server())
        record = {
            "database": options.database,
            "processes": options.processes,
            "whole_app": options.whole_app,
            **machine(),
            **loaded(
                data,
                url,
                options.raters,
                options.seconds,
                options.every,
                options.processes,
                whole_app=options.whole_app,
            ),
            "load_average_after": loads(),
        }
    print(json.dumps(record, indent=1))
    if options.output:
        options.output.write_text(json.dumps(record, indent=1) + "\n")


def loaded(
    data: Path,
    database_url: str,
    raters: int,
    seconds: float,
    every: float,
    processes: int = 1,
    *,
    whole_app: bool = False,
) -> dict[str, Any]:
    """Waits and errors of so many raters over so many seconds."""
    with store_at(data, database_url) as store:
        tokens = study_for(store, raters, CONDITIONS)
    servers = [
        Server(free_port(), data / f"app{n}", database_url, data / "studies", whole_app)
        for n in range(processes)
    ]
    for server in servers:
        server.start()
    clients = [RaterClient(token, servers[n % processes].address) for n, token in enumerate(tokens)]
    ends = time.monotonic() + seconds

    def rate(client: RaterClient, offset: float) -> None:
        due = time.monotonic() + offset
        while due < ends:
            time.sleep(max(0.0, due - time.monotonic()))
            if not client.vote():
                return
            due += every

    threads = [
        threading.Thread(target=rate, args=(client, every * n / raters))
        for n, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for server in servers:
        server.close()
    waits = sorted(wait for client in clients for wait in client.seconds)
    acknowledged = sum(len(client.acknowledged) for client in clients)
    return {
        "raters": raters,
        "seconds": seconds,
        "every": every,
        "votes": acknowledged,
        "p50_ms": round(1000 * statistics.median(waits), 1),
        "p95_ms": round(1000 * waits[int(0.95 * len(waits))], 1),
        "worst_ms": round(1000 * waits[-1], 1),
        "errors": sum(len(client.errors) for client in clients),
    }


if __name__ == "__main__":
    main()
