"""From the page's noise to a "real or synthetic?" study, with one click."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evaluation.studies.collecting.store import StudyStore
from evaluation.synthesis.turing import create_turing_study
from restoration.jobs import LocalPool
from restoration.synthesis.comparison import draw_every_sample
from restoration.synthesis.conditions import Noise
from restoration.synthesis.shipped import sample_fields
from ui.waiting import result_of

if TYPE_CHECKING:
    from restoration.synthesis.synthesis import Synthesis


@dataclass(frozen=True)
class StudyMaker:
    """Draws every held-out map in the worker and stores a study of both halves."""

    pool: LocalPool
    store: StudyStore

    async def make(self, noise: Noise, seed: int) -> dict[str, Any]:
        """The new study's id, its open link and its size; holds no thread while it waits.

        Raises what drawing and storing raise, WorkerLost where the worker has not come to it
        within five minutes.
        """
        drawn = await result_of(self.pool, draw_every_sample, noise, seed)
        return await asyncio.to_thread(self._stored, drawn, noise, seed)

    def _stored(self, drawn: Mapping[str, Synthesis], noise: Noise, seed: int) -> dict[str, Any]:
        made = {name: synthesis.field for name, synthesis in drawn.items()}
        real = {name: field.image for name, field in sample_fields().items()}
        study = create_turing_study(self.store, real, made, str(noise), seed=seed)
        return {"id": study.id, "link": study.open_link, "pictures": 2 * len(real)}
