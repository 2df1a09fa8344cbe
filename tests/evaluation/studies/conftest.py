"""Stores on both databases, and studies of small random pictures."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select, text

from bench.postgres_server import binaries, postgres_server
from evaluation.studies.collecting.creation import StimulusSpec
from evaluation.studies.collecting.joining import consent, join_open
from evaluation.studies.collecting.records import Kind, Rater
from evaluation.studies.collecting.schema import events
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.submission import Submission
from evaluation.studies.collecting.voting import next_trial, submit
from restoration.settings import Settings

GOLDENS = Path(__file__).parents[4] / "shared" / "goldens" / "ratings"


@pytest.fixture(scope="session")
def goldens() -> Path:
    """Votes with published expectations; they never enter the repository."""
    if not GOLDENS.is_dir():
        pytest.skip("golden votes are not at ../shared/goldens/ratings")
    return GOLDENS


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running server; tests of it are skipped where Debian's package is not installed."""
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed; make test installs it")
    with postgres_server(durable=False) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an installation whose database is empty."""
    if request.param == "sqlite":
        return Settings(data_dir=tmp_path)
    return Settings(data_dir=tmp_path, database_url=fresh(request.getfixturevalue("postgres_url")))


def fresh(server: str) -> str:
    """The address of a new database on a server."""
    from evaluation.studies.collecting.database import Database

    name = f"test_{uuid.uuid4().hex}"
    database = Database(server)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database.close()
    return server.rsplit("/", 1)[0] + "/" + name


@pytest.fixture
def store(settings: Settings) -> Iterator[StudyStore]:
    opened = StudyStore.open(settings)
    yield opened
    opened.close()


def pictures(contents: int = 3, conditions: str = "abc", size: int = 24) -> list[StimulusSpec]:
    """Random pictures, the same each time."""
    rng = np.random.default_rng(0)
    return [
        StimulusSpec(rng.integers(0, 256, (size, size, 3), dtype=np.uint8), f"image {n}", condition)
        for n in range(contents)
        for condition in conditions
    ]


def joined(store: StudyStore, link: str | None) -> Rater:
    """Somebody who came by an open link and agreed."""
    assert link is not None
    rater = store.rater_by_token(join_open(store, link.split("=")[1]))
    consent(store, rater, {"ratio": 1})
    return store.rater_by_token(rater.token)


def upcoming(store: StudyStore, rater: Rater) -> Any:
    """The trial that a rater is asked next."""
    return store.database.read(lambda c: next_trial(c, rater.id))


def submission(store: StudyStore, rater: Rater, **changed: Any) -> Submission:
    """A vote on the next trial, as the page would send it."""
    trial = upcoming(store, rater)
    parts = {
        "client_id": str(uuid.uuid4()),
        "trial": trial.id,
        "revision": trial.revision,
        "kind": Kind.VOTE,
        "answer": {"choice": "4"},
        "viewing": {"scale": 1},
    }
    return Submission(**{**parts, **changed})


def event_count(store: StudyStore) -> int:
    """How many events are stored."""
    return store.database.read(lambda c: c.scalar(select(func.count()).select_from(events))) or 0


@pytest.fixture
def vote(store: StudyStore) -> Callable[..., Any]:
    """vote(rater, answer) answers the next trial as the page does; the stored event."""

    def answer_next(rater: Rater, answer: dict[str, Any], **changed: Any) -> Any:
        trial = store.database.read(lambda c: next_trial(c, rater.id))
        assert trial is not None
        parts = {
            "client_id": str(uuid.uuid4()),
            "trial": trial.id,
            "revision": trial.revision,
            "kind": Kind.VOTE,
            "answer": answer,
            "seconds": 2.5,
            "viewing": {"scale": 1.0},
        }
        return submit(store, rater, Submission(**{**parts, **changed}))

    return answer_next
