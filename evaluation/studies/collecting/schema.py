"""The tables of the study database; `migrations/` makes them, and a test compares the two.

Times are ISO 8601 text in UTC and JSON is text, so that both databases hold the same characters
and an archive can be compared byte for byte.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

studies = Table(
    "studies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("design", Text, nullable=False),  # JSON of design.Design
    Column("software", Text, nullable=False),  # version that made the study
    Column("created_at", Text, nullable=False),
    Column("closed_at", Text),
    Column("open_token", Text, unique=True),  # of the open link
    Column("builtin", Boolean, nullable=False, default=False),
    CheckConstraint("state in ('open', 'paused', 'closed')", name="state"),
)

items = Table(
    "items",
    metadata,
    Column("study", Text, ForeignKey("studies.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("stimulus", Text, nullable=False),  # SHA-256 of the PNG
    Column("kept", Boolean, nullable=False, default=True),  # False: the picture is not stored
    Column("content", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("role", Text, nullable=False),  # items.Role
    Column("truth", Text, nullable=False, default=""),
    Column("feedback", Text, nullable=False, default=""),
    Column("characteristics", Text, nullable=False, default="[]"),  # JSON list
    Column("metrics", Text, nullable=False, default="{}"),  # JSON object
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
)

arms = Table(
    "arms",
    metadata,
    Column("id", Text, primary_key=True),
    Column("study", Text, ForeignKey("studies.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("study", "number"),
)

raters = Table(
    "raters",
    metadata,
    Column("id", Text, primary_key=True),  # random pseudonym
    Column("study", Text, ForeignKey("studies.id"), nullable=False),
    Column("arm", Text, ForeignKey("arms.id")),  # None: a reviewer
    Column("token", Text, nullable=False, unique=True),
    Column("label", Text, nullable=False, default=""),  # the owner's own note, such as a seat
    Column("source", Text, nullable=False),  # invited, open link, reviewer, visitor
    Column("invited_at", Text, nullable=False),
    Column("consented_at", Text),
    Column("consent_text", Text),  # SHA-256 of the text agreed to
    Column("viewing", Text),  # JSON of the viewing check
    Column("seen_at", Text),  # a slot is leased for some hours from here
    Column("erased_at", Text),
)

slots = Table(
    "slots",
    metadata,
    Column("id", Text, primary_key=True),
    Column("arm", Text, ForeignKey("arms.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("rater", Text, ForeignKey("raters.id"), unique=True),
    UniqueConstraint("arm", "number"),
)

trials = Table(
    "trials",
    metadata,
    Column("id", Text, primary_key=True),  # unguessable: it opens the trial's pictures
    Column("slot", Text, ForeignKey("slots.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("phase", Text, nullable=False),  # training, vote, gold, repeat
    Column("key", Text, nullable=False),  # what is judged, whatever the order shown
    Column("pictures", Text, nullable=False),  # JSON list of item ids in the order shown
    Column("reference", Text),  # item id
    Column("repetition", Integer, nullable=False, default=0),
    Column("revision", Integer, nullable=False, default=0),  # of the last event
    Column("state", Text, nullable=False, default="open"),  # open, voted, skipped, returned
    UniqueConstraint("slot", "key", "phase", "repetition"),
)

events = Table(
    "events",
    metadata,
    Column("client_id", Text, primary_key=True),  # made by the browser: a retry changes nothing
    Column("study", Text, ForeignKey("studies.id"), nullable=False),
    Column("trial", Text, ForeignKey("trials.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", Text, nullable=False),  # records.Kind
    Column("rater", Text, ForeignKey("raters.id"), nullable=False),  # whose trial it is
    Column("author", Text, ForeignKey("raters.id"), nullable=False),  # the rater or a reviewer
    Column("answer", Text),  # JSON; None for undo, and after erasure
    Column("reason", Text, nullable=False, default=""),
    Column("seconds", Float, nullable=False, default=0.0),  # on task, without idle time
    Column("idle_seconds", Float, nullable=False, default=0.0),
    Column("viewing", Text),  # JSON: pixel ratio, zoom, window
    Column("client_time", Text, nullable=False, default=""),
    Column("stored_at", Text, nullable=False),
    UniqueConstraint("trial", "revision"),
    Index(None, "study", "stored_at"),
    Index(None, "rater"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("password", Text, nullable=False),  # argon2id
    Column("created_at", Text, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", Text, primary_key=True),  # SHA-256 of what the browser holds
    Column("account", Text, ForeignKey("accounts.name"), nullable=False),
    Column("ends_at", Text, nullable=False),
)

failed_logins = Table(
    "failed_logins",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("at", Text, nullable=False),
)
