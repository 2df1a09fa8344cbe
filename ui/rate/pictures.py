"""The pictures of trials, under keys that say nothing about them."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import lru_cache

from sqlalchemy import Connection, select

from evaluation.studies.collecting.items import Role
from evaluation.studies.collecting.records import Trial, trial_of
from evaluation.studies.collecting.schema import arms, items, slots, trials
from evaluation.studies.collecting.store import StudyStore
from ui.panels import KeyInUse, PanelInfo, PanelStore, UnknownPanel

REFERENCE = "r"
EXAMPLE = "example"


def picture_keys(trial: Trial) -> list[str]:
    """Keys of the rated pictures, in the order shown."""
    return [f"{trial.id}-{number}" for number in range(len(trial.pictures))]


def reference_key(trial: Trial) -> str:
    """Key of the labelled reference."""
    return f"{trial.id}-{REFERENCE}"


def example_key(study: str, item: str) -> str:
    """Key of a training picture that instructions show."""
    return f"{EXAMPLE}-{study}-{item}"


class StudyPictures:
    """Turns keys into tiles. A key holds a trial's id, which only its rater and reviewer know."""

    def __init__(self, store: StudyStore, panels: PanelStore, keep_seconds: float) -> None:
        """Tiles go when nobody looked at them for `keep_seconds`; they are made again if asked."""
        self._store = store
        self._panels = panels
        self._keep_seconds = keep_seconds
        self._shown: set[str] = set()
        self._stimulus = lru_cache(maxsize=20_000)(self._looked_up)

    def info(self, key: str) -> PanelInfo:
        """Size and levels; raises UnknownPanel."""
        return self._panels.info(self._panel(key))

    def tile(self, key: str, level: int, column: int, row: int) -> bytes:
        """One tile as PNG, exact; raises UnknownPanel, OutOfRange."""
        return self._panels.tile(self._panel(key), level, column, row)

    def png(self, key: str) -> bytes:
        """The whole picture as it was stored; raises UnknownPanel."""
        return self._store.stimuli.bytes_of(self._stimulus(key))

    def _panel(self, key: str) -> str:
        sha256 = self._stimulus(key)
        panel = f"stimulus-{sha256}"
        with suppress(KeyInUse):
            self._panels.register(panel, lambda: self._store.stimuli.picture(sha256))
            self._shown.add(panel)
        return panel

    def sweep(self) -> None:
        """Clear away the tiles of pictures that nobody has looked at for long."""
        for panel in list(self._shown):
            if time.monotonic() - self._panels.looked_at(panel) > self._keep_seconds:
                self._shown.discard(panel)
                self._panels.remove(panel)

    def _looked_up(self, key: str) -> str:
        stem, _, place = key.rpartition("-")
        find = _example if key.startswith(f"{EXAMPLE}-") else _of_trial
        sha256 = self._store.database.read(lambda c: find(c, stem, place))
        if sha256 is None:
            raise UnknownPanel("This picture is not here", remedy="Reload the page")
        return sha256


def _of_trial(c: Connection, trial_id: str, place: str) -> str | None:
    row = c.execute(
        select(trials, arms.c.study)
        .join(slots, slots.c.id == trials.c.slot)
        .join(arms, arms.c.id == slots.c.arm)
        .where(trials.c.id == trial_id)
    ).one_or_none()
    if row is None:
        return None
    trial = trial_of(row)
    if place == REFERENCE:
        item = trial.reference
    else:
        item = trial.pictures[int(place)] if place in map(str, range(len(trial.pictures))) else None
    chosen = (items.c.study == row.study) & (items.c.id == item) & items.c.kept
    return c.scalar(select(items.c.stimulus).where(chosen))


def _example(c: Connection, stem: str, item_end: str) -> str | None:
    _, study, *item = [*stem.split("-"), item_end]
    chosen = (items.c.study == study) & (items.c.id == "-".join(item))
    return c.scalar(select(items.c.stimulus).where(chosen, items.c.role == Role.TRAINING.value))
