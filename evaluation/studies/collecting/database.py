"""The connection: SQLite or PostgreSQL, transactions that wait their turn, plain errors."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    TimeoutError,
)

from restoration.errors import ExitCode, NotWritten, UsageError

Result = TypeVar("Result")

BUSY_SECONDS = 5.0
"""How long a transaction waits for another process that has locked what it needs."""
TRIES = 4
POOL = 10
PASSING = ("40001", "40P01", "57P01", "57P02", "57P03")
"""PostgreSQL's codes of a conflict with another writer, a deadlock, and a server that restarts."""
AWAY = "it cannot be reached"
ONE_VIEW = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
"""Without it each query of PostgreSQL sees what was committed before that query, not the first."""


class NotStored(NotWritten):
    """The database took nothing: it is locked, full, read-only or away. Nothing was changed.

    One that went away in the middle of a commit may have kept it; sent again under the same id, a
    vote is found.
    """

    exit_code = ExitCode.NOT_WRITTEN


class Database:
    """One database for all studies of an installation; safe to use from many threads."""

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Connect lazily. Raises UsageError for an address that is no SQLite or PostgreSQL one."""
        self.engine = _engine(url, busy_seconds)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer at a time: threads queue here, in order, instead of polling there.
        self._writing = threading.Lock() if self.is_sqlite else None

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """The result of `work` in one consistent view of the data, however many queries it makes.

        Raises NotStored.
        """

        def view() -> Result:
            with self.engine.connect() as connection:
                if not self.is_sqlite:
                    connection.exec_driver_sql(ONE_VIEW)
                return work(connection)

        return self._tried(view)

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """The result of `work` once it is committed and on the disk.

        `work` may run again after a conflict with another writer, so it must touch nothing else.
        Raises NotStored, after which nothing of it was stored; IntegrityError as it comes.
        """
        return self._tried(lambda: self._committed(work))

    def _tried(self, once: Callable[[], Result]) -> Result:
        with _plain_errors():
            for attempt in range(TRIES):
                try:
                    return once()
                except (DBAPIError, ConnectionError) as error:
                    if attempt == TRIES - 1 or not _passes(error):
                        raise
                    if isinstance(error, ConnectionError):
                        self.engine.dispose()  # what else waits in the pool is as dead
                    time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311 - jitter
        raise AssertionError("the last attempt returns or raises")

    def _committed(self, work: Callable[[Connection], Result]) -> Result:
        if self._writing is None:
            with self.engine.begin() as connection:
                return work(connection)
        with self._writing, self.engine.connect() as connection:
            connection.execution_options(rr_writes=True)
            with connection.begin():
                return work(connection)

    def check(self) -> None:
        """Raises NotStored where the database's own check of its pages finds damage."""
        if not self.is_sqlite:
            return
        found = self.read(lambda c: c.execute(text("PRAGMA integrity_check")).scalar())
        if found != "ok":
            raise NotStored("The study database is damaged", actual=str(found)[:200])

    def close(self) -> None:
        """End all connections."""
        self.engine.dispose()


def sqlite_address(path: Path) -> str:
    """The address of an SQLite file."""
    return f"sqlite:///{path.resolve()}"


def _engine(address: str, busy_seconds: float) -> Engine:
    try:
        url = make_url(address)
        if url.drivername in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+pg8000")
        if url.get_backend_name() == "sqlite":
            return _sqlite(url, busy_seconds)
        if url.drivername == "postgresql+pg8000":
            return _postgresql(url, busy_seconds)
    except (ArgumentError, NoSuchModuleError) as error:
        raise _unusable(address.split("@")[-1]) from error
    raise _unusable(url.drivername)


def _unusable(found: str) -> UsageError:
    return UsageError(
        "RR_DATABASE_URL is no address of a database that is supported",
        actual=found,
        expected="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
    )


def _postgresql(url: Any, busy_seconds: float) -> Engine:  # noqa: ANN401 - sqlalchemy's URL
    engine = create_engine(
        url, pool_pre_ping=True, pool_size=POOL, max_overflow=POOL, pool_timeout=busy_seconds
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - pg8000's
        # Without a limit a rater would wait as long as somebody else holds a lock.
        connection.cursor().execute(f"SET lock_timeout = {round(1000 * busy_seconds)}")
        connection.commit()

    return engine


def _sqlite(url: Any, busy_seconds: float) -> Engine:  # noqa: ANN401 - sqlalchemy's URL
    engine = create_engine(
        url,
        connect_args={"timeout": busy_seconds, "check_same_thread": False},
        pool_size=POOL,
        max_overflow=4 * POOL,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin below is the only one
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer that begins as a reader can fail half-way; one that says so at once waits.
        writes = connection.get_execution_options().get("rr_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except TimeoutError as error:
        raise NotStored(
            "Nothing was stored, because too many are writing at this moment",
            remedy="What is on the page stays there; try again in a moment",
        ) from error
    except (DBAPIError, ConnectionError) as error:
        raise NotStored(
            "Nothing was stored, because the database did not take it",
            actual=_reason(error),
            remedy="What is on the page stays there; try again in a moment",
        ) from error


def _reason(error: DBAPIError | ConnectionError) -> str:
    # pg8000 lets a connection that was reset while it reads through as it comes.
    if isinstance(error, ConnectionError):
        return AWAY
    said = str(error.orig).lower()
    for sign, reason in (
        ("locked", "another program has locked it"),
        ("lock timeout", "another program has locked it"),
        ("busy", "another program has locked it"),
        ("full", "the disk is full"),
        ("no space", "the disk is full"),
        ("readonly", "it may only be read"),
        ("read-only", "it may only be read"),
        ("i/o", "the disk reports an error"),
        ("too many clients", "too many programs use it"),
        ("the database system is", AWAY),
        ("connect", AWAY),
        ("network", AWAY),
    ):
        if sign in said:
            return reason
    return type(error.orig).__name__


def _passes(error: DBAPIError | ConnectionError) -> bool:
    """Whether the same again may succeed: a serialisation failure, a deadlock, a lost connection.

    A locked SQLite file is not tried again: it was waited for already. Nor is a duplicate.
    """
    if isinstance(error, IntegrityError):
        return False
    if isinstance(error, ConnectionError) or error.connection_invalidated:
        return True
    said = str(error.orig)
    return any(code in said for code in PASSING)
