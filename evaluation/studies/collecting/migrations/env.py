"""Run by Alembic inside the transaction of `evaluation.studies.collecting.migration.migrate`."""

from __future__ import annotations

from alembic import context

from evaluation.studies.collecting.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
