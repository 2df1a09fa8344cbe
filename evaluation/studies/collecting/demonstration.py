"""A short study of the sample scans, so that anybody can try what rating is like."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.studies.collecting.creation import (
    CreatedStudy,
    StimulusSpec,
    create_study_from_stimuli,
    join_link,
)
from evaluation.studies.collecting.progress import open_studies
from evaluation.studies.collecting.store import StudyStore

TITLE = "Try it: how good are these restorations?"
PLACES = 200
"""A full study is followed by another; whoever runs the app can close it at any time."""


def demonstration_link(store: StudyStore) -> str | None:
    """The open link of the demonstration; None where there is none or it is full or closed."""
    found = [study for study in open_studies(store) if study.title == TITLE and study.places_left]
    return join_link(found[-1].token) if found else None


def create_demonstration(store: StudyStore, stimuli: Sequence[StimulusSpec]) -> CreatedStudy:
    """Make it of such stimuli as `sample_stimuli` gives; raises what making a study raises."""
    return create_study_from_stimuli(store, TITLE, stimuli, protocol="acr-5", raters=PLACES)
