"""Rating a result where it is seen: one click on the Restore page is a vote in the open study."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from evaluation.studies.collecting.open_study import Shown, rate_openly
from evaluation.studies.collecting.records import Kind
from evaluation.studies.collecting.stimuli import encoded
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.submission import Submission
from restoration.errors import OutOfRange
from ui.rate.routes import answered
from ui.restore.desk import Case, RestorationDesk
from ui.restore.panels_of_page import as_seen, shown_pixels
from ui.restore.routes import finished

REMEMBERED = 500
"""Results whose checksum is kept, so that a second vote does not read the page again."""


class Rating(BaseModel):
    """One click: which result, which question, which answer."""

    client_id: str
    visitor: str
    file: int = 0
    page: int = 0
    model: int = 0
    arm: str = "overall"
    kind: Kind = Kind.VOTE
    answer: dict[str, Any] | None = None
    seconds: float = 0.0
    viewing: dict[str, Any] = {}
    client_time: str = ""


class ResultRatings:
    """Turns a click into a vote; knows results by what they look like."""

    def __init__(self, desk: RestorationDesk, store: StudyStore) -> None:
        self._desk = desk
        self._store = store
        self._known: OrderedDict[tuple[str, int, int, int], Shown] = OrderedDict()
        self._lock = Lock()

    def rate(self, case_id: str, rating: Rating) -> dict[str, str]:
        """Store it; raises as `rate_openly` does, and UnreadableFile for a result that is gone."""
        case = finished(self._desk.case(case_id))
        shown = self._shown(case, rating.file, rating.page, rating.model)
        sent = Submission(
            client_id=rating.client_id,
            trial="",
            revision=0,
            kind=rating.kind,
            answer=rating.answer,
            seconds=rating.seconds,
            viewing=rating.viewing,
            client_time=rating.client_time,
        )
        stored = rate_openly(self._store, rating.visitor, rating.arm, shown, sent)
        return {"stored": stored.client_id, "at": stored.stored_at}

    def _shown(self, case: Case, file: int, page: int, model: int) -> Shown:
        place = (case.id, file, page, model)
        with self._lock:
            if place in self._known:
                return self._known[place]
        shown = self._looked_at(case, file, page, model)
        with self._lock:
            self._known[place] = shown
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return shown

    def _looked_at(self, case: Case, file: int, page: int, model: int) -> Shown:
        outcome = case.outcomes[file] if 0 <= file < len(case.outcomes) else None
        recipes = outcome.recipes if outcome else ()
        if not 0 <= model < len(recipes) or not 0 <= page < len(recipes[model].pages):
            raise OutOfRange("There is no such result to rate", remedy="Reload the page")
        picture = as_seen(shown_pixels(case, file, model, page))
        png = encoded(picture)
        if case.kept:
            self._store.stimuli.add(png)
        return Shown(
            stimulus=hashlib.sha256(png).hexdigest(),
            content=f"{recipes[model].input_sha256[:16]}-{page}",
            condition=recipes[model].pages[page].model,
            width=picture.shape[1],
            height=picture.shape[0],
            kept=case.kept,
        )


def rating_of_results(desk: RestorationDesk, store: StudyStore) -> APIRouter:
    """`POST /cases/{id}/ratings`."""
    router = APIRouter(prefix="/cases", include_in_schema=False)
    ratings = ResultRatings(desk, store)

    @router.post("/{id}/ratings")
    def rate(id: str, rating: Rating) -> Response:
        return answered(lambda: ratings.rate(id, rating))

    return router
