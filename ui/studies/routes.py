"""Plain addresses of study administration. Every one but the login asks who is logged in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from evaluation.studies.analysed import picture_of, table_of
from evaluation.studies.collecting.administration import (
    NotLoggedIn,
    has_accounts,
    log_out,
    set_state,
)
from evaluation.studies.collecting.archive import frozen
from evaluation.studies.collecting.creation import StimulusSpec, create_study, invite_link
from evaluation.studies.collecting.datasheet import datasheet
from evaluation.studies.collecting.design import design_from
from evaluation.studies.collecting.exports import ExportFormat, exported
from evaluation.studies.collecting.joining import invite
from evaluation.studies.collecting.preview import preview
from evaluation.studies.collecting.records import State
from evaluation.studies.collecting.sample_stimuli import sample_stimuli
from evaluation.studies.collecting.standing import read_contents
from evaluation.studies.collecting.store import StudyStore
from restoration.errors import UnreadableFile, UsageError
from restoration.jobs import LocalPool
from ui.rate.routes import NO_STORE, answered, refusal
from ui.studies.door import Door
from ui.studies.owner import COOKIE, owner_of, remember
from ui.studies.results import AnalysisDesk
from ui.studies.uploaded import Listed, items_of, specs_of, stored_upload
from ui.studies.views import choices_view, list_view, study_view
from ui.waiting import result_of, settled

EXPORTS = {
    "votes.csv": "text/csv",
    "votes.parquet": "application/vnd.apache.parquet",
    "events.jsonl": "application/jsonl",
    "datasheet.md": "text/markdown",
    "study.zip": "application/zip",
}


class Login(BaseModel):
    """Name and password."""

    name: str
    password: str


class Asked(BaseModel):
    """A study as the page made it, or as a YAML text."""

    design: dict[str, Any] | None = None
    yaml: str = ""
    stimuli: list[Listed] = []

    def record(self) -> dict[str, Any]:
        """The design; raises UnreadableFile for a text that is no YAML mapping."""
        if not self.yaml.strip():
            return self.design or {}
        try:
            record = yaml.safe_load(self.yaml)
        except yaml.YAMLError as error:
            reason = str(error).splitlines()[0]
            raise UnreadableFile("The study file is no YAML", actual=reason) from error
        if not isinstance(record, dict):
            raise UnreadableFile("The study file is no mapping", expected="title: ..., arms: ...")
        record.pop("stimuli", None)
        return record


class Wanted(BaseModel):
    """The state a study should have."""

    state: State


class Invitation(BaseModel):
    """Somebody to invite: to an arm, or to review."""

    arm: str | None = None
    label: str = ""


def study_routes(store: StudyStore, pool: LocalPool, desk: AnalysisDesk) -> APIRouter:
    """Routes below `/studies/api`; a refusal is the error's parts as JSON."""
    router = APIRouter(prefix="/studies/api", include_in_schema=False)

    def for_owner(request: Request, work: Callable[[], Any]) -> Response:
        try:
            owner_of(store, request)
        except NotLoggedIn as error:
            return JSONResponse(refusal(error), 401, NO_STORE)
        return answered(work)

    door = Door(store)

    @router.post("/login")
    async def login(said: Login) -> Response:
        token = await settled(door.log_in(said.name, said.password))

        def work() -> Response:
            response = JSONResponse({"account": said.name}, headers=NO_STORE)
            remember(response, token())
            return response

        return answered(work)

    @router.post("/logout")
    def logout(request: Request) -> Response:
        def work() -> Response:
            log_out(store, request.cookies.get(COOKIE, ""))
            response = JSONResponse({}, headers=NO_STORE)
            response.delete_cookie(COOKIE, path="/")
            return response

        return for_owner(request, work)

    @router.get("/session")
    def session(request: Request) -> Response:
        try:
            account = owner_of(store, request)
        except NotLoggedIn:
            return answered(lambda: {"account": None, "accounts": has_accounts(store)})
        return answered(lambda: {"account": account, "choices": choices_view()})

    @router.get("/studies")
    def listed(request: Request) -> Response:
        return for_owner(request, lambda: list_view(store))

    @router.post("/stimuli")
    async def stimulus(request: Request) -> Response:
        body = await request.body()
        name = unquote(request.headers.get("x-file-name", ""))
        work = partial(stored_upload, store, name, body)
        return await asyncio.to_thread(for_owner, request, work)

    @router.post("/samples")
    async def samples(request: Request) -> Response:
        async def made() -> list[StimulusSpec]:
            await asyncio.to_thread(owner_of, store, request)
            specs: list[StimulusSpec] = await result_of(pool, sample_stimuli)
            return specs

        outcome = await settled(made())

        def work() -> list[dict[str, Any]]:
            return [Listed.of(store, spec).model_dump() for spec in outcome()]

        return await asyncio.to_thread(for_owner, request, work)

    @router.post("/preview")
    def previewed(asked: Asked, request: Request) -> Response:
        def work() -> list[dict[str, Any]]:
            design = design_from(asked.record())
            return [vars(arm) for arm in preview(design, items_of(asked.stimuli))]

        return for_owner(request, work)

    @router.post("/studies")
    def create(asked: Asked, request: Request) -> Response:
        def work() -> dict[str, Any]:
            design = design_from(asked.record())
            made = create_study(store, design, specs_of(store, asked.stimuli))
            return {"id": made.id}

        return for_owner(request, work)

    @router.get("/studies/{id}")
    def study(id: str, request: Request) -> Response:
        return for_owner(request, lambda: study_view(store, id))

    @router.get("/studies/{id}/results")
    def results(id: str, request: Request) -> Response:
        def work() -> dict[str, Any]:
            title = store.database.read(lambda c: read_contents(c, id)).study.title
            return {"analysis": desk.open_study(id, table_of(store, id), title)}

        return for_owner(request, work)

    @router.get("/studies/{id}/pictures/{item}")
    def picture(id: str, item: str, request: Request) -> Response:
        return for_owner(
            request, lambda: Response(picture_of(store, id, item), 200, NO_STORE, "image/png")
        )

    @router.post("/studies/{id}/state")
    def change(id: str, wanted: Wanted, request: Request) -> Response:
        def work() -> dict[str, Any]:
            set_state(store, id, wanted.state)
            return study_view(store, id)

        return for_owner(request, work)

    @router.post("/studies/{id}/invitations")
    def invitation(id: str, asked: Invitation, request: Request) -> Response:
        def work() -> dict[str, Any]:
            return {"link": invite_link(invite(store, id, asked.arm, asked.label.strip()[:80]))}

        return for_owner(request, work)

    @router.get("/studies/{id}/files/{name}")
    def file(id: str, name: str, request: Request) -> Response:
        def work() -> Response:
            disposition = f'attachment; filename="{id}-{name}"'
            headers = {**NO_STORE, "Content-Disposition": disposition}
            return Response(_file(store, id, name), 200, headers, EXPORTS[name])

        return for_owner(request, work)

    return router


def _file(store: StudyStore, id: str, name: str) -> bytes:
    if name not in EXPORTS:
        raise UsageError("There is no such export", actual=name[:60], expected=", ".join(EXPORTS))
    if name == "study.zip":
        return frozen(store, id)
    if name == "datasheet.md":
        return datasheet(store.database.read(lambda c: read_contents(c, id))).encode()
    return exported(store, id, ExportFormat(Path(name).suffix[1:]))
