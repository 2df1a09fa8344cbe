"""Plain addresses by which the page's controls ask: what a run takes, start one, open one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from ui.answers import answered_or_refused
from ui.evaluate.intake import Choice, Intake
from ui.evaluate.run_case import SAMPLES


class AskedRun(BaseModel):
    """What the controls hold when a run is described or started."""

    files: list[str] = []
    """Where the uploads are, as the upload's answer said; checked like any client's word."""
    choice: list[Any]
    """Models, degradations and the number of seeds."""


class AskedTables(BaseModel):
    """Tables to open as a run."""

    files: list[str]
    shown: str = ""
    """The run in the page's address; ratings alone are put beside it."""


def asking_routes(intake: Intake) -> APIRouter:
    """`POST /runs`, `/runs/described` and `/runs/opened`.

    A refusal is an answer like another: `{"refused": the error's parts}`.
    """
    router = APIRouter(prefix="/runs", include_in_schema=False)

    @router.post("")
    def start(asked: AskedRun) -> Response:
        return answered_or_refused(
            lambda: {"run": intake.begin(asked.files, Choice.of(*asked.choice))}
        )

    @router.post("/described")
    def describe(asked: AskedRun) -> Response:
        return answered_or_refused(
            lambda: {"line": intake.describe(asked.files, Choice.of(*asked.choice))}
        )

    @router.post("/opened")
    def open_tables(asked: AskedTables) -> Response:
        return answered_or_refused(
            lambda: {"run": intake.open(asked.files, asked.shown or SAMPLES)}
        )

    return router
