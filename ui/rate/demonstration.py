"""`GET /rate/try`: the demonstration study, made when somebody first asks for it."""

from __future__ import annotations

from threading import Lock

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from evaluation.studies.collecting.demonstration import create_demonstration, demonstration_link
from evaluation.studies.collecting.sample_stimuli import sample_stimuli
from evaluation.studies.collecting.store import StudyStore
from restoration.errors import RestorationError
from restoration.jobs import LocalPool

SEE_OTHER = 303


def demonstration_routes(store: StudyStore, pool: LocalPool) -> APIRouter:
    """The route; it takes some seconds once, while models restore the samples."""
    router = APIRouter(include_in_schema=False)
    one_at_a_time = Lock()

    def link() -> str:
        with one_at_a_time:
            there = demonstration_link(store)
            if there is not None:
                return there
            job = pool.submit(sample_stimuli)
            job.ended.wait()
            pool.forget(job.id)
            if job.error is not None:
                raise job.error
            made = create_demonstration(store, job.result)
            assert made.open_link is not None
            return made.open_link

    @router.get("/rate/try")
    def try_it() -> Response:
        try:
            return RedirectResponse(f"../{link()}", SEE_OTHER)
        except RestorationError as error:
            return PlainTextResponse(str(error), 503)

    return router
