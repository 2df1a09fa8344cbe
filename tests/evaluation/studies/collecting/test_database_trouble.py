"""A database that is locked, full or away: said plainly, nothing acknowledged lost, then on."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from bench.postgres_server import binaries, postgres_cluster
from evaluation.studies.collecting.creation import create_study_from_stimuli
from evaluation.studies.collecting.database import Database, NotStored
from evaluation.studies.collecting.records import Rater
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.vote_export import votes_of
from evaluation.studies.collecting.voting import submit
from restoration.settings import Settings
from tests.evaluation.studies.conftest import (
    event_count,
    joined,
    pictures,
    submission,
    upcoming,
)

SMALL_DISK = "96m"
MEGABYTE = 1_000_000


@pytest.fixture
def rater(store: StudyStore) -> Rater:
    return joined(store, create_study_from_stimuli(store, "Study", pictures(), raters=3).open_link)


def _hold(store: StudyStore, holder: Connection) -> None:
    """Lock out other writers, as a backup or a migration would."""
    if store.database.is_sqlite:
        holder.execution_options(rr_writes=True).begin()
    else:
        holder.execute(text("LOCK TABLE events IN EXCLUSIVE MODE"))


def test_a_locked_database_is_said_plainly_and_nothing_is_lost(
    store: StudyStore, rater: Rater
) -> None:
    stored = submit(store, rater, submission(store, rater))
    sent = submission(store, rater)
    impatient = Database(str(store.database.engine.url), busy_seconds=0.05)
    hasty = StudyStore(impatient, store.stimuli)
    with store.database.engine.connect() as holder:
        _hold(store, holder)
        with pytest.raises(NotStored, match="another program has locked it"):
            submit(hasty, rater, sent)
        assert upcoming(store, rater).id == sent.trial
        holder.rollback()
    assert submit(hasty, rater, sent).revision == 1
    assert submit(hasty, rater, sent).client_id != stored.client_id
    assert event_count(store) == 2
    impatient.close()


def test_a_full_sqlite_file_is_said_plainly_and_nothing_is_lost(
    store: StudyStore, rater: Rater
) -> None:
    if not store.database.is_sqlite:
        pytest.skip("SQLite alone can be told to be full; PostgreSQL gets a full disk below")
    submit(store, rater, submission(store, rater))
    full = Database(str(store.database.engine.url))
    cramped = StudyStore(full, store.stimuli)

    @event.listens_for(full.engine, "connect")
    def no_more_pages(connection: Any, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    refused = 0
    while upcoming(store, rater) is not None:
        sent = submission(store, rater, viewing={"scale": 1, "note": "x" * 900})
        try:
            submit(cramped, rater, sent)
        except NotStored as error:
            assert "the disk is full" in str(error)
            refused += 1
            submit(store, rater, sent)
    assert refused
    assert len(votes_of(store, rater.study)) == 9
    store.database.check()
    full.close()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own that can be filled, where the server's user may go, too."""
    folder = Path(tempfile.mkdtemp(prefix="rr-small-disk-"))
    folder.chmod(0o755)
    options = f"size={SMALL_DISK},mode=1777"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False)
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("a small disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


def _fill(disk: Path) -> Path:
    """A file that leaves no space on the disk."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return ballast


@pytest.mark.slow
def test_a_full_disk_under_postgresql_loses_nothing_and_voting_goes_on(
    small_disk: Path, tmp_path: Path
) -> None:
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed; make test installs it")
    with postgres_cluster(folder=small_disk) as server:
        store = StudyStore.open(Settings(data_dir=tmp_path, database_url=server.address))
        made = create_study_from_stimuli(store, "Study", pictures(3, "abcdef"), raters=3)
        rater = joined(store, made.open_link)
        long = {"scale": 1, "note": "x" * 900}
        acknowledged = [submit(store, rater, submission(store, rater, viewing=long)).client_id]

        # No space for a further page of a table.
        ballast = _fill(small_disk)
        refused = None
        while refused is None:
            sent = submission(store, rater, viewing=long)
            try:
                acknowledged.append(submit(store, rater, sent).client_id)
            except NotStored as error:
                assert "the disk is full" in str(error)
                refused = sent
        assert event_count(store) == len(acknowledged)
        ballast.unlink()
        acknowledged.append(submit(store, rater, refused).client_id)

        # No space for the write-ahead log: the server ends itself, and comes back with space.
        sent = submission(store, rater)
        ballast = _fill(small_disk)
        log = f"SELECT pg_logical_emit_message(true, 'x', repeat('x', {MEGABYTE}))"
        with pytest.raises(NotStored):
            while True:
                store.database.write(lambda c: c.execute(text(log)).scalar())
        with pytest.raises(NotStored, match="it cannot be reached"):
            submit(store, rater, sent)
        ballast.unlink()
        server.start()
        acknowledged.append(submit(store, rater, sent).client_id)
        assert event_count(store) == len(acknowledged) == len(set(acknowledged))
        assert len(votes_of(store, made.id)) == len(acknowledged)
        store.close()
