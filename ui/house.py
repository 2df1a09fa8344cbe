"""What the pages of one running app share: settings, the worker, pictures, measured speeds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evaluation.studies.collecting.store import StudyStore
from restoration.job_worker import STEPPED_BACK
from restoration.jobs import LocalPool
from restoration.settings import Settings
from restoration.speed import SpeedBook
from ui.panels import PanelStore
from ui.uploads import wipe


@dataclass(frozen=True)
class House:
    """One for each app, made before its pages.

    There is one worker for all that somebody waits for, because two heavy jobs at a time would
    halve each other's speed and add up their memory; and one, started when first needed, for runs
    of many minutes, which step back while the other works.
    """

    settings: Settings
    data: Path
    """The data folder, absolute. Each page keeps what is its own in a folder below it."""
    pool: LocalPool
    """For what somebody waits for: seconds to a few minutes."""
    long_runs: LocalPool
    """For benchmarks and sweeps, which nobody sits and waits for."""
    panels: PanelStore
    """Pictures that a page shows in the viewer; each page removes its own."""
    speeds: SpeedBook
    studies: StudyStore
    """Rating studies; any page may make one of its pictures."""

    @classmethod
    def build(cls, settings: Settings) -> House:
        """Start the worker's thread and clear away the pictures of an earlier run."""
        data = settings.data_dir.resolve()
        wipe(data / "panels")
        return cls(
            settings=settings,
            data=data,
            pool=LocalPool(settings.max_queue),
            long_runs=LocalPool(settings.max_queue, nice=STEPPED_BACK),
            panels=PanelStore(data / "panels"),
            speeds=SpeedBook(data / "speeds.json"),
            studies=StudyStore.open(settings),
        )

    def close(self) -> None:
        """End both workers with whatever they do; pages close after them."""
        self.pool.close()
        self.long_runs.close()
        self.studies.close()
