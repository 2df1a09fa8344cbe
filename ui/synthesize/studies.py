"""From the page's noise to a "real or synthetic?" study, with one click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evaluation.studies.collecting.store import StudyStore
from evaluation.synthesis.turing import create_turing_study
from restoration.errors import RestorationError, WorkerLost
from restoration.jobs import LocalPool, State
from restoration.synthesis.comparison import draw_every_sample
from restoration.synthesis.conditions import Noise
from restoration.synthesis.shipped import sample_fields

PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class StudyMaker:
    """Draws every held-out map in the worker and stores a study of both halves."""

    pool: LocalPool
    store: StudyStore

    def make(self, noise: Noise, seed: int) -> dict[str, Any]:
        """The new study's id, its open link and its size.

        Raises what drawing and storing raise, WorkerLost where the worker has not come to it
        within five minutes.
        """
        job = self.pool.submit(draw_every_sample, noise, seed)
        if not job.ended.wait(PATIENCE_SECONDS):
            self.pool.cancel(job.id)
        try:
            if job.state is not State.DONE:
                raise job.error or _too_busy()
            made = {name: synthesis.field for name, synthesis in job.result.items()}
        finally:
            self.pool.forget(job.id)
        real = {name: field.image for name, field in sample_fields().items()}
        study = create_turing_study(self.store, real, made, str(noise), seed=seed)
        return {"id": study.id, "link": study.open_link, "pictures": 2 * len(real)}


def _too_busy() -> RestorationError:
    return WorkerLost("The worker is busy with other jobs", remedy="Try again in a few minutes")
