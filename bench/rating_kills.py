"""Kill the server at random moments while raters vote, then count: nothing acknowledged is lost.

    python -m bench.rating_kills [--kills 200] [--clients 8] [--database sqlite|postgresql]
                                 [--whole-app] [--seed 0] [-o FILE]

Every client keeps what was acknowledged, and sends again, under the same id, what was not. In the
end each acknowledged vote must be in the database once, with the same answer, and no trial may
have two. SIGKILL cannot show what a loss of power does; for that, commits are synced to the disk
(SQLite WAL with synchronous=FULL, PostgreSQL with its defaults).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import select

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
from evaluation.studies.collecting.schema import events
from evaluation.studies.collecting.store import StudyStore

CONDITIONS = 110
"""Pictures whose pairs make 5995 trials for each client: more than a run gets through."""


def main() -> None:
    """Run it, print the record, and end with an assertion where a promise broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--whole-app", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    record = {"database": options.database, "whole_app": options.whole_app, **machine()}
    with contextlib.ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = ""
        if options.database == "postgresql":
            url = stack.enter_context(postgres_server())
        record |= killed(
            data, url, options.kills, options.clients, options.seed, whole_app=options.whole_app
        )
    record["load_average_after"] = loads()
    print(json.dumps(record, indent=1))
    if options.output:
        options.output.write_text(json.dumps(record, indent=1) + "\n")
    assert record["lost"] == record["duplicated"] == record["changed"] == 0


def killed(
    data: Path,
    database_url: str,
    kills: int,
    clients: int,
    seed: int = 0,
    *,
    conditions: int = CONDITIONS,
    whole_app: bool = False,
) -> dict[str, Any]:
    """Counts after `kills` SIGKILLs with `clients` raters voting all the time."""
    chance = random.Random(seed)
    with store_at(data, database_url) as store:
        tokens = study_for(store, clients, conditions)
    server = Server(free_port(), data, database_url, whole_app=whole_app)
    raters = [RaterClient(token, server.address) for token in tokens]
    stop = threading.Event()

    def rate(client: RaterClient) -> None:
        while not stop.is_set() and client.vote(patient=True):
            time.sleep(0.005)

    threads = [threading.Thread(target=rate, args=(client,), daemon=True) for client in raters]
    begun = time.monotonic()
    server.start()
    for thread in threads:
        thread.start()
    for _ in range(kills):
        time.sleep(chance.uniform(0.05, 1.0))
        server.kill()
        server.start()
    stop.set()
    for thread in threads:
        thread.join(timeout=120)
    server.close()
    with store_at(data, database_url) as store:
        store.database.check()
        return {
            "kills": kills,
            "clients": clients,
            "seconds": round(time.monotonic() - begun, 1),
            "acknowledged": sum(len(client.acknowledged) for client in raters),
            "sent_again": sum(client.repeats for client in raters),
            "errors": [error for client in raters for error in client.errors],
            **_compared(store, raters),
        }


def _compared(store: StudyStore, raters: list[RaterClient]) -> dict[str, int]:
    columns = select(events.c.client_id, events.c.trial, events.c.answer)
    rows = store.database.read(lambda c: c.execute(columns).all())
    stored = {row.client_id: (row.trial, json.loads(row.answer)["choice"]) for row in rows}
    acknowledged = {id: vote for client in raters for id, vote in client.acknowledged.items()}
    twice = [trial for trial, count in Counter(row.trial for row in rows).items() if count > 1]
    common = acknowledged.keys() & stored.keys()
    return {
        "stored": len(rows),
        "lost": len(acknowledged.keys() - stored.keys()),
        "changed": sum(acknowledged[id] != stored[id] for id in common),
        "duplicated": len(twice),
    }


if __name__ == "__main__":
    main()
