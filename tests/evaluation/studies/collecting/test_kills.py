"""The server is killed while raters vote; the full runs and their records are in bench/."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.rating_kills import killed
from bench.rating_load import loaded
from tests.evaluation.studies.conftest import fresh

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_acknowledged_is_lost_or_doubled_by_kills(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = "" if database == "sqlite" else fresh(request.getfixturevalue("postgres_url"))
    record = killed(tmp_path, url, kills=5, clients=8, conditions=40)
    assert record["acknowledged"] > 0
    assert record["errors"] == []
    assert (record["lost"], record["changed"], record["duplicated"]) == (0, 0, 0)


def test_two_processes_on_one_database_serve_many_raters_without_an_error(
    tmp_path: Path, postgres_url: str
) -> None:
    record = loaded(tmp_path, fresh(postgres_url), raters=10, seconds=3, every=0.5, processes=2)
    assert record["errors"] == 0
    assert record["votes"] >= 10
