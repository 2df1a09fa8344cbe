"""From a study that is collected here to what an analysis starts from."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from evaluation.studies.analysing.votes import VoteTable, vote_table
from evaluation.studies.collecting.mark_export import marks_of
from evaluation.studies.collecting.standing import read_contents
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.vote_export import vote_frame
from restoration.errors import OutOfRange, UsageError


def table_of(store: StudyStore, study_id: str) -> VoteTable:
    """The votes of a study and the defects marked in it.

    Raises UnknownStudy, and UsageError where there is neither.
    """
    contents = store.database.read(lambda c: read_contents(c, study_id))
    votes, marks = vote_frame(contents), marks_of(contents)
    if votes.empty and marks.empty:
        raise UsageError(
            "There are no votes yet", remedy="Send raters their links; each vote shows at once"
        )
    if votes.empty:
        return VoteTable.of_marks(marks)
    return vote_table(votes, marks)


def picture_of(store: StudyStore, study_id: str, item_id: str) -> bytes:
    """The PNG of an item; raises UnknownStudy, OutOfRange, UnreadableFile."""
    item = store.database.read(lambda c: read_contents(c, study_id)).items.get(item_id)
    if item is None:
        raise OutOfRange("This study has no such picture", actual=item_id[:60])
    return store.stimuli.bytes_of(item.stimulus)


def pictures_in_place(store: StudyStore, study_id: str, items: Iterable[str]) -> dict[str, str]:
    """Item to its PNG as a `data:` address, for a report that needs no other file."""
    return {
        item: "data:image/png;base64,"
        + base64.b64encode(picture_of(store, study_id, item)).decode()
        for item in items
    }
