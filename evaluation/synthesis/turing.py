"""A "real or synthetic?" study of real fields and fields drawn from their maps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from evaluation.studies.collecting.creation import (
    CreatedStudy,
    StimulusSpec,
    create_study_from_stimuli,
)
from evaluation.studies.collecting.store import StudyStore

PROTOCOL = "real-or-synthetic"
REAL, SYNTHETIC = "real", "synthetic"
INSTRUCTIONS = (
    "Each picture is either a photograph of stained tissue or was drawn by a small neural network. "
    "About half are real. Say which you think it is; there is no time limit."
)
Picture = NDArray[np.uint8]


def create_turing_study(
    store: StudyStore,
    real: Mapping[str, Picture],
    made: Mapping[str, Picture],
    condition: str,
    *,
    seed: int = 0,
) -> CreatedStudy:
    """A study with both pictures of each name (H, W, 3), each with its truth.

    `condition` is what the generator was told, such as `blue:24`. Raises what storing raises.
    """
    stimuli = [
        StimulusSpec(
            picture,
            content=name,
            condition=source,
            truth=truth,
        )
        for source, truth, pictures in ((REAL, REAL, real), (condition, SYNTHETIC, made))
        for name, picture in pictures.items()
    ]
    return create_study_from_stimuli(
        store,
        f"Real or synthetic? Fields drawn with {condition}",
        stimuli,
        protocol=PROTOCOL,
        instructions=INSTRUCTIONS,
        seed=seed,
    )
