"""The web app: Gradio's pages inside a FastAPI app whose headers, limits and life are ours."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import StatelessLifespan

from restoration.settings import Settings
from ui.answers import EACH_TIME, FOR_GOOD
from ui.environment import on_space, prepare_environment
from ui.hardening import MB, AnswerHeaders, BodyLimit, security_headers
from ui.house import House
from ui.not_found import NotFoundPage
from ui.panels import panel_routes
from ui.site_page import PRODUCT, SitePage, script_tags, site_header
from ui.uploads import Janitor, files_in, upload_folder, wipe
from ui.viewer_files import VIEWER_STYLES, viewer_scripts, viewer_static

log = logging.getLogger(__name__)

PRIVATE_FOLDERS = (
    "analyses",
    "explanations",
    "jobs",
    "run-pictures",
    "runs",
    "studies",
    "synthesis",
    "weights",
)
"""Folders of the data folder from which Gradio must never hand out a file."""
UPLOAD_PATH = "/gradio_api/upload"
OTHER_BODY_BYTES = 8 * MB
"""Longest body of anything but an upload: events and votes are a few kB, a drawn map a few MB."""
EVENTS_AT_ONCE = 4
"""Calls of one event that run together; heavy work is a job, and jobs have their own limit."""
TEND_SECONDS = 10.0
"""How often what is no longer used is looked for."""
STYLE_SHEETS = ("theme.css", "site.css")
SHARED_MODULES = {"/site-files": Path(__file__).with_name("browser")}
"""What the scripts of all pages import."""

PageMaker = Callable[[House], SitePage]


def build(settings: Settings, makers: tuple[PageMaker, ...] | None = None) -> FastAPI:
    """The whole app, ready for uvicorn, with the site's pages unless told otherwise.

    Empties the upload folder. Nothing may have imported Gradio before the first call in a
    process, because the environment that Gradio and its hub client read at import is fixed here.
    """
    uploads = upload_folder(settings)
    wipe(uploads)
    prepare_environment(uploads)
    from ui.pages import PAGES  # pages may import Gradio, so not before this line

    house = House.build(settings)
    pages = tuple(make(house) for make in (PAGES if makers is None else makers))
    headers = security_headers(framed_by=("https://huggingface.co",) if on_space() else ())

    app = FastAPI(title=PRODUCT, openapi_url=None, lifespan=_life(house, pages))
    app.add_middleware(NotFoundPage, pages=pages)
    app.add_middleware(BodyLimit, limit_of=_body_limits(settings))
    app.add_middleware(AnswerHeaders, headers=headers)
    app.add_exception_handler(Exception, _failure(headers))
    _add_routes(app, house, pages)
    _mount_gradio(app, settings, pages)
    return app


def _life(house: House, pages: tuple[SitePage, ...]) -> StatelessLifespan[FastAPI]:
    @contextlib.asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        uploads = upload_folder(house.settings)
        keep_seconds = house.settings.keep_minutes * 60
        janitor = Janitor(uploads, keep_seconds, spared=files_in(uploads))
        duties: list[Callable[[], object]] = [janitor.sweep, *(page.tend for page in pages)]
        tending = [asyncio.create_task(_tend(duty)) for duty in duties]
        tending += [asyncio.create_task(_begin(page)) for page in pages]
        yield
        for task in tending:
            task.cancel()
        for close in (house.close, *(page.close for page in pages)):
            await asyncio.to_thread(close)
        wipe(uploads)

    return life


async def _begin(page: SitePage) -> None:
    """Have a page begin; a failure is logged, and what it does not need goes on."""
    try:
        await asyncio.to_thread(page.begin)
    except Exception:
        log.exception("The page %s could not begin", page.title)


async def _tend(duty: Callable[[], object]) -> None:
    """Do `duty` every TEND_SECONDS; a failure is logged and does not end it."""
    while True:
        await asyncio.sleep(TEND_SECONDS)
        try:
            await asyncio.to_thread(duty)
        except Exception:
            log.exception("Clearing away failed")


def _body_limits(settings: Settings) -> Callable[[str], int]:
    def limit_of(path: str) -> int:
        return settings.max_upload_mb * MB if path == UPLOAD_PATH else OTHER_BODY_BYTES

    return limit_of


def _failure(headers: dict[str, str]) -> Callable[[Request, Exception], Awaitable[Response]]:
    """The answer to a fault of ours; made outside all middleware, so it brings its headers."""

    async def failure(request: Request, error: Exception) -> Response:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        sentence = "Something went wrong on our side and was written to the log. Try again.\n"
        return PlainTextResponse(sentence, 500, headers)

    return failure


def _add_routes(app: FastAPI, house: House, pages: tuple[SitePage, ...]) -> None:
    @app.get("/healthz")
    def health() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @app.get("/")
    def first_page(request: Request) -> RedirectResponse:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(pages[0].path + query)

    app.include_router(panel_routes(house.panels))
    for page in pages:
        for router in page.routers:
            app.include_router(router)
    hashed = viewer_static().values()
    folders = [viewer_static(), SHARED_MODULES, *(page.folders for page in pages)]
    for address, folder in {name: at for each in folders for name, at in each.items()}.items():
        app.mount(address, CachedFiles(folder, FOR_GOOD if folder in hashed else EACH_TIME))


class CachedFiles(StaticFiles):
    """Files of a folder, with what browsers are told about keeping them."""

    def __init__(self, folder: Path, caching: dict[str, str]) -> None:
        super().__init__(directory=folder)
        self._caching = caching

    def file_response(self, *args: Any, **options: Any) -> Response:  # noqa: ANN401 - starlette's
        """The file, or that it has not changed."""
        response = super().file_response(*args, **options)
        response.headers.update(self._caching)
        return response


def _mount_gradio(app: FastAPI, settings: Settings, pages: tuple[SitePage, ...]) -> None:
    import gradio as gr

    from ui.gradio_gaps import close_gaps
    from ui.theme import site_theme

    site = gr.Blocks(title=PRODUCT, analytics_enabled=False, fill_width=True)
    for page in pages:
        with site.route(page.title, page.path, show_in_navbar=False):
            gr.HTML(site_header(page, pages), padding=False, apply_default_css=False)
            page.fill()
    site.queue(
        api_open=False, max_size=settings.max_queue, default_concurrency_limit=EVENTS_AT_ONCE
    )
    own = [Path(__file__).with_name(name) for name in STYLE_SHEETS]
    own += VIEWER_STYLES
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "SSR mode is not supported")  # said though it is off
        gr.mount_gradio_app(
            app,
            site,
            path="/",
            theme=site_theme(),
            css_paths=own + [path for page in pages for path in page.styles],
            head=script_tags(viewer_scripts(), pages),
            max_file_size=f"{settings.max_file_mb}mb",
            allowed_paths=[],
            blocked_paths=[
                *(str((settings.data_dir / name).resolve()) for name in PRIVATE_FOLDERS),
                str(settings.studies_folder),
            ],
            footer_links=[],
            run_history=False,
            show_error=False,
            ssr_mode=False,
            mcp_server=False,
            pwa=False,
            enable_monitoring=False,
        )
    close_gaps(site)
