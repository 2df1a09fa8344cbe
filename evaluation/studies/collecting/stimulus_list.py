"""The list of stimuli in a study file: paths to pictures, with what is known about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.studies.collecting.creation import StimulusSpec
from evaluation.studies.collecting.items import Role
from evaluation.studies.collecting.stimuli import Picture
from restoration.batch import page_reader
from restoration.errors import UsageError

KNOWN = {
    "file", "content", "condition", "role", "truth", "feedback", "characteristics", "metrics",
}  # fmt: skip


def stimuli_of(listed: Sequence[Any], folder: Path) -> list[StimulusSpec]:
    """Stimuli from entries with a file (relative to `folder`), content and condition.

    A PNG is taken byte for byte; other formats are decoded to the 8-bit picture that a screen
    shows. Raises UsageError naming the entry.
    """
    return [_stimulus(number, entry, folder) for number, entry in enumerate(listed, 1)]


def _stimulus(number: int, entry: Any, folder: Path) -> StimulusSpec:  # noqa: ANN401
    where = f"Stimulus {number} of the study file"
    if not isinstance(entry, dict) or not {"file", "content", "condition"} <= entry.keys():
        raise UsageError(
            f"{where} is incomplete",
            actual=str(entry)[:100],
            expected="file, content and condition",
        )
    strange = sorted(map(str, entry.keys() - KNOWN))
    if strange:
        raise UsageError(
            f"{where} has unknown fields", actual=", ".join(strange), expected=", ".join(KNOWN)
        )
    roles = [role.value for role in Role]
    role = str(entry.get("role", "rated"))
    if role not in roles:
        raise UsageError(f"{where} has an unknown role", actual=role, expected=", ".join(roles))
    path = folder / str(entry["file"])
    is_png = path.suffix.lower() == ".png"
    return StimulusSpec(
        picture=path if is_png else partial(_as_seen, path),
        content=str(entry["content"]),
        condition=str(entry["condition"]),
        role=Role(role),
        truth=str(entry.get("truth", "")),
        feedback=str(entry.get("feedback", "")),
        characteristics=tuple(map(str, entry.get("characteristics") or ())),
        metrics={str(k): float(v) for k, v in (entry.get("metrics") or {}).items()},
    )


def _as_seen(path: Path) -> Picture:
    pixels = page_reader().read(path, 0).pixels
    return np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
