"""From what a visitor chose on the page to a question."""

from __future__ import annotations

from dataclasses import replace

from restoration.errors import UsageError
from restoration.explanation.question import Question
from restoration.models.catalogue import find
from restoration.page_restoration import AUTO
from restoration.samples import sample_by_id
from restoration.settings import Settings
from ui.uploads import accepted, upload_folder

FIRST_SAMPLE = "photograph"


def question(
    settings: Settings,
    file: str,
    sample: str,
    model: str,
    page: int,
    shown: Question | None = None,
) -> Question:
    """The question that an upload, or else a sample, and the controls stand for.

    `page` counts from 1. `shown` is what the page shows, to be asked again with these controls.
    Raises `RestorationError`s for what cannot be asked.
    """
    if model != AUTO:
        find(model)
    if page < 1:
        raise UsageError("There is no such page", actual=str(page), expected="1 or more")
    if shown is not None:
        return replace(shown, model=model, page=page - 1, place=None)
    if file:
        return Question(accepted(file, upload_folder(settings)), model, page=page - 1)
    chosen = sample_by_id(sample or FIRST_SAMPLE)
    return Question(chosen.path, model, chosen.clean_path, page=page - 1)
