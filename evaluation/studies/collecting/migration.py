"""Bringing a database to the schema of this version, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from evaluation.studies.collecting.database import Database, NotStored
from restoration.errors import UsageError

FOLDER = Path(__file__).with_name("migrations")
LOCK = 72_652
"""Number of the advisory lock that keeps two starting processes apart on PostgreSQL."""


def migrate(database: Database) -> None:
    """Make or update the tables. Raises UsageError for a database of a later version."""
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER))
    script = ScriptDirectory.from_config(configuration)
    head = script.get_current_head()

    def update(connection: Connection) -> None:
        if not database.is_sqlite:
            # Another process may need its time to bring the tables up to date.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        current = MigrationContext.configure(connection).get_current_revision()
        if current == head:
            return
        if current is not None and current not in {r.revision for r in script.walk_revisions()}:
            raise UsageError(
                "The study database was made by a later version of this program",
                actual=f"schema {current}",
                expected=f"schema {head} or earlier",
                remedy="Install the version that made it",
            )
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")

    try:
        database.write(update)
    except NotStored as error:
        raise NotStored(
            "The study database cannot be opened",
            actual=error.actual,
            remedy="Look at RR_DATABASE_URL and RR_DATA_DIR, then start again",
        ) from error
