"""Checking a stored study: events against trials, pictures against their names."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.studies.collecting.standing import read_contents
from evaluation.studies.collecting.store import StudyStore
from restoration.errors import UnreadableFile


@dataclass(frozen=True)
class StudyChecked:
    """What was found in order."""

    study: str
    title: str
    trials: int
    events: int
    pictures: int


def verify_study(store: StudyStore, study_id: str) -> StudyChecked:
    """Raises UnreadableFile for a trial that is not what its events add up to, a gap in the
    revisions, or a picture that is missing or changed; NotStored where the database is damaged.
    """
    store.database.check()
    contents = store.database.read(lambda c: read_contents(c, study_id))
    for trial in contents.trials.values():
        history = contents.events.get(trial.id, ())
        standing = contents.standing(trial.id)
        revisions = [event.revision for event in history]
        if revisions != list(range(1, len(history) + 1)):
            raise _wrong(trial.id, f"revisions {revisions}", "1, 2, 3 and so on")
        if (standing.state, standing.revision) != (trial.state, trial.revision):
            found = f"{trial.state.value} at revision {trial.revision}"
            raise _wrong(trial.id, found, f"{standing.state.value} at {standing.revision}")
    kept = {item.stimulus for item in contents.items.values() if item.kept}
    for stimulus in kept:
        store.stimuli.bytes_of(stimulus)
    return StudyChecked(
        study=study_id,
        title=contents.study.title,
        trials=len(contents.trials),
        events=sum(map(len, contents.events.values())),
        pictures=len(kept),
    )


def _wrong(trial: str, actual: str, expected: str) -> UnreadableFile:
    return UnreadableFile(
        f"Trial {trial} is not what its events say",
        actual=actual,
        expected=expected,
        remedy="Restore the database from a copy",
    )
