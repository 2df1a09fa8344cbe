"""`GET /rate/try`: the demonstration study, made when somebody first asks for it."""

from __future__ import annotations

from threading import Lock

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from evaluation.studies.collecting.demonstration import create_demonstration, demonstration_link
from evaluation.studies.collecting.sample_stimuli import sample_stimuli
from evaluation.studies.collecting.store import StudyStore
from restoration.errors import RestorationError
from restoration.jobs import LocalPool
from ui.rate.routes import NO_STORE
from ui.rate.session_page import waiting_page

ACCEPTED, SEE_OTHER = 202, 303
JOB = "demonstration"
"""One for everybody who asks at a time."""
SAID = "The sample scans are being restored, which takes some seconds. This page goes on by itself."


def demonstration_routes(store: StudyStore, pool: LocalPool) -> APIRouter:
    """The route; some seconds once it answers 202, while models restore the samples.

    Nobody waits in it, nor for the lock: anybody may ask, and threads are few.
    """
    router = APIRouter(include_in_schema=False)
    one_at_a_time = Lock()

    def link() -> str | None:
        there = demonstration_link(store)
        if there is not None or not one_at_a_time.acquire(blocking=False):
            return there
        try:
            return demonstration_link(store) or made()
        finally:
            one_at_a_time.release()

    def made() -> str | None:
        """The link of a new study; None while its pictures are not ready."""
        job = pool.get(JOB) or pool.submit(sample_stimuli, id=JOB)
        if not job.state.over:
            return None
        pool.forget(JOB)
        if job.error is not None:
            raise job.error
        return create_demonstration(store, job.result).open_link

    @router.get("/rate/try")
    def try_it() -> Response:
        try:
            there = link()
        except RestorationError as error:
            return PlainTextResponse(str(error), 503, NO_STORE)
        if there is None:
            return HTMLResponse(waiting_page(SAID), ACCEPTED, NO_STORE)
        return RedirectResponse(f"../{there}", SEE_OTHER, NO_STORE)

    return router
