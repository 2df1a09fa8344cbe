"""The study store: one database and one folder of pictures, opened once per process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, select

from evaluation.studies.collecting.database import Database, sqlite_address
from evaluation.studies.collecting.migration import migrate
from evaluation.studies.collecting.records import Rater, Study, rater_of, study_of
from evaluation.studies.collecting.schema import raters, studies
from evaluation.studies.collecting.stimuli import StimulusFolder
from restoration.errors import NotWritten, UsageError
from restoration.settings import Settings


class UnknownStudy(UsageError):
    """No study has this id, or this person may not see it."""


class UnknownInvite(UsageError):
    """No rater or reviewer has this link."""


@dataclass(frozen=True)
class StudyStore:
    """Where studies, raters, trials, events and pictures are kept."""

    database: Database
    stimuli: StimulusFolder

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """The store of these settings, its tables made or updated.

        Raises NotWritten where the folder or the database cannot be used, UsageError for an
        address that is none.
        """
        folder = settings.studies_folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotWritten(
                f"The folder of studies {folder} cannot be made",
                actual=error.strerror or str(error),
                remedy="Set RR_STUDIES_DIR or RR_DATA_DIR to a folder that can",
            ) from error
        address = settings.database_url.get_secret_value()
        database = Database(address or sqlite_address(folder / "studies.sqlite"))
        migrate(database)
        return cls(database, StimulusFolder(folder / "stimuli"))

    def close(self) -> None:
        """End all connections."""
        self.database.close()

    def study(self, id: str) -> Study:
        """The study of this id; raises UnknownStudy."""
        return self.database.read(lambda c: study_by_id(c, id))

    def all_studies(self) -> list[Study]:
        """Every study, the newest first."""
        query = select(studies).order_by(studies.c.created_at.desc())
        return self.database.read(lambda c: [study_of(row) for row in c.execute(query)])

    def rater_by_token(self, token: str) -> Rater:
        """Whose link this is; raises UnknownInvite."""
        query = select(raters).where(raters.c.token == token)
        row = self.database.read(lambda c: c.execute(query).one_or_none())
        if row is None or row.erased_at is not None:
            raise UnknownInvite(
                "This invitation is not known here",
                expected="a link from the owner of a study",
                remedy="Ask the person who invited you for a new link",
            )
        return rater_of(row)


def study_by_id(connection: Connection, id: str, *, for_change: bool = False) -> Study:
    """The study of this id, its row locked if it is to be changed; raises UnknownStudy."""
    query = select(studies).where(studies.c.id == id)
    row = connection.execute(query.with_for_update() if for_change else query).one_or_none()
    if row is None:
        raise UnknownStudy("There is no such study", actual=id[:60])
    return study_of(row)


def refuse_erased(connection: Connection, *people: str) -> None:
    """Raises UnknownInvite where one of these raters has withdrawn.

    Asked inside the transaction that stores something of theirs: the link was looked up before it.
    """
    withdrawn = select(raters.c.id).where(raters.c.id.in_(people), raters.c.erased_at.is_not(None))
    if connection.execute(withdrawn).first() is not None:
        raise UnknownInvite("The rater has withdrawn, so nothing more is stored")
