"""What browser tests share: a server on a free port, Chromium, a page that keeps a log."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from evaluation.studies.collecting.store import StudyStore
from restoration.settings import Settings
from tests.browser.rating_steps import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of `app`, served by a thread until the block ends."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not server.started:
            assert thread.is_alive(), "the server stopped while starting"
            assert time.monotonic() < deadline, "the server did not start within a minute"
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[Any], str]]:
    """serve(app) gives the address of an ASGI app that runs until the module's tests are done."""
    with contextlib.ExitStack() as servers:
        yield lambda app: servers.enter_context(served(app))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, headless."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed; make test installs it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


LIBRARIES_SAY = ("Method not implemented.", "Ignoring tile ")
"""Beginnings of what Gradio and OpenSeadragon say of their own doings; nobody is harmed."""


CUT_OFF = ("AbortError", "Connection errored out")
"""Parts of what Gradio says of its own stream where a page is left in the middle of one."""


class WatchedPage:
    """A page, and everything it complained about or asked of other machines."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        self._documents = 0
        page.on("domcontentloaded", self._begun)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.on("request", self._request)

    def unforeseen(self) -> list[str]:
        """The complaints that no test of this page took off the list."""
        if self._documents < 2:
            return self.complaints
        return [said for said in self.complaints if not any(map(said.count, CUT_OFF))]

    def _begun(self, _: Any) -> None:
        self._documents += 1

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(LIBRARIES_SAY):
            self.complaints.append(f"console {message.type}: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"asked elsewhere: {request.url}")


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., WatchedPage]]:
    """open_page(address, path="/", **context options) gives a WatchedPage.

    The test fails at its end if the page complained; a test that provokes complaints looks at
    them and clears the list.
    """
    contexts, pages = [], []

    def open_page(address: str, path: str = "/", **options: Any) -> WatchedPage:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        watched = WatchedPage(context.new_page(), address)
        pages.append(watched)
        watched.page.goto(address + path, wait_until="domcontentloaded")
        return watched

    yield open_page
    for context in contexts:
        context.close()
    assert [complaint for page in pages for complaint in page.unforeseen()] == []


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An empty data folder, and a password for the owner of studies."""
    return Settings(data_dir=tmp_path_factory.mktemp("data"), owner_password=PASSWORD)


@pytest.fixture(scope="module")
def store(address: str, settings: Settings) -> Iterator[StudyStore]:
    """A second connection to what the app at the module's `address` keeps."""
    opened = StudyStore.open(settings)
    yield opened
    opened.close()
