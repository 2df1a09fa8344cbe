"""Pictures for a new study: uploaded one by one, then listed with what is known about them."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import BaseModel

from evaluation.studies.collecting.creation import StimulusSpec
from evaluation.studies.collecting.items import Item, Role, checked_characteristics
from evaluation.studies.collecting.stimuli import PNG_START, decoded
from evaluation.studies.collecting.store import StudyStore
from restoration.batch import page_reader
from restoration.errors import RestorationError, UsageError

SHA256 = re.compile(r"[0-9a-f]{64}")


class Listed(BaseModel):
    """One picture that is stored already."""

    stimulus: str
    """SHA-256 of the PNG."""
    content: str
    condition: str
    role: Role = Role.RATED
    truth: str = ""
    feedback: str = ""
    characteristics: list[str] = []
    metrics: dict[str, float] = {}

    @classmethod
    def of(cls, store: StudyStore, spec: StimulusSpec) -> Self:
        """Store a picture and list it."""
        picture = spec.picture() if callable(spec.picture) else spec.picture
        return cls(
            stimulus=store.stimuli.add(picture).sha256,
            content=spec.content,
            condition=spec.condition,
            role=spec.role,
            truth=spec.truth,
            feedback=spec.feedback,
            characteristics=list(spec.characteristics),
            metrics=dict(spec.metrics),
        )


def stored_upload(store: StudyStore, name: str, data: bytes) -> dict[str, Any]:
    """Store an uploaded picture; its hash, and content and condition read from its name.

    An 8-bit PNG is kept byte for byte; anything else that the reader of pages takes is decoded
    in its limited process and kept as the 8-bit picture a screen shows. Names look like
    `content__condition.png`.
    """
    stored = store.stimuli.add(_as_png_or_pixels(name, data))
    content, _, condition = Path(name).stem.partition("__")
    return {
        "stimulus": stored.sha256,
        "content": content or "image",
        "condition": condition or "unnamed",
        "width": stored.width,
        "height": stored.height,
    }


def _as_png_or_pixels(name: str, data: bytes) -> bytes | np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / ("upload" + re.sub(r"[^.a-z0-9]", "", Path(name).suffix.lower()))
        file.write_bytes(data)
        page = page_reader().read(file, 0)
    if data.startswith(PNG_START):
        try:
            decoded(data)
        except RestorationError:
            pass
        else:
            return data
    return np.rint(np.clip(page.pixels, 0, 1) * 255).astype(np.uint8)


def items_of(listed: list[Listed]) -> list[Item]:
    """Items of which only the names count, for planning."""
    return [
        Item(f"{n}", each.stimulus, each.content, each.condition, 1, 1, each.role, each.truth)
        for n, each in enumerate(listed)
    ]


def specs_of(store: StudyStore, listed: list[Listed]) -> list[StimulusSpec]:
    """Stimuli of a new study; raises UsageError for a picture that was not uploaded."""
    for each in listed:
        known = SHA256.fullmatch(each.stimulus) and store.stimuli.path(each.stimulus).is_file()
        if not known:
            raise UsageError(
                "A picture of the study is not here",
                actual=f"{each.content}, {each.condition}",
                remedy="Upload it again",
            )
    return [
        StimulusSpec(
            picture=store.stimuli.path(each.stimulus),
            content=each.content.strip(),
            condition=each.condition.strip(),
            role=each.role,
            truth=each.truth.strip(),
            feedback=each.feedback.strip(),
            characteristics=checked_characteristics(each.characteristics),
            metrics=each.metrics,
        )
        for each in listed
    ]
