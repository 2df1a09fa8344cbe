"""The app as a hostile or careless client sees it, over real HTTP, with a page that takes files."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient

from restoration.errors import UnreadableFile, UsageError
from restoration.settings import Settings
from ui.hardening import security_headers
from ui.house import House
from ui.server import OTHER_BODY_BYTES, build
from ui.site_page import SitePage
from ui.uploads import Janitor, accepted, upload_folder
from ui.viewer_files import viewer_scripts

MARKER = "what no client may read"


@dataclass
class Site:
    """A running app and what its handlers were given."""

    client: httpx.Client
    settings: Settings
    running_at_once: list[int]

    @property
    def uploads(self) -> Path:
        return upload_folder(self.settings)

    def upload(self, name: str, content: bytes) -> str:
        answer = self.client.post("/gradio_api/upload", files={"files": (name, content)})
        assert answer.status_code == 200
        return answer.json()[0]

    def call(self, event: str, *data: Any) -> str:
        """The raw stream of events that calling `event` through the queue gives."""
        begun = self.client.post(f"/gradio_api/call/{event}", json={"data": list(data)})
        if begun.status_code != 200:
            return begun.text
        return self.client.get(f"/gradio_api/call/{event}/{begun.json()['event_id']}").text


def _probe_page(house: House, running_at_once: list[int]) -> SitePage:
    lock, running = threading.Lock(), [0]

    def read(path: str | list[str] | None) -> str:
        first = path[0] if isinstance(path, list) else path
        try:
            return accepted(first, upload_folder(house.settings)).read_text()
        except UnreadableFile as error:
            return str(error)

    def slow() -> str:
        with lock:
            running[0] += 1
            running_at_once.append(running[0])
        time.sleep(0.3)
        with lock:
            running[0] -= 1
        return "done"

    def fill() -> None:
        import gradio as gr

        file, image, files = gr.File(), gr.Image(type="filepath"), gr.File(file_count="multiple")
        text, button = gr.Textbox(), gr.Button("Read")
        button.click(read, file, text, api_name="file")
        button.click(read, image, text, api_name="image")
        button.click(read, files, text, api_name="files")
        button.click(slow, None, text, api_name="slow", concurrency_limit=1)
        button.click(slow, None, text, api_name="hidden", api_visibility="private")

    return SitePage("restore", "Restore", fill)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), max_file_mb=1, max_upload_mb=2, max_queue=3
    )
    running_at_once: list[int] = []
    app = build(settings, (lambda house: _probe_page(house, running_at_once),))

    @app.router.get("/broken")
    def broken() -> None:
        raise RuntimeError(MARKER)

    app.router.routes.insert(0, app.router.routes.pop())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        yield Site(client, settings, running_at_once)
    server.should_exit = True
    thread.join(timeout=20)


def test_a_page_that_cannot_begin_is_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def begin() -> None:
        raise UsageError("This account cannot be made")

    def page(house: House) -> SitePage:
        return replace(_probe_page(house, []), begin=begin)

    with TestClient(build(Settings(data_dir=tmp_path), (page,))) as client:
        deadline = time.monotonic() + 20
        while "This account cannot be made" not in caplog.text:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert client.get("/healthz").status_code == 200
    assert "The page Restore could not begin" in caplog.text


CONNECTIONS: list[str] = []
sys.addaudithook(
    lambda event, arguments: (
        CONNECTIONS.append(f"{event} {arguments}")
        if event in ("socket.getaddrinfo", "socket.connect")
        else None
    )
)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 307),
        ("GET", "/restore", 200),
        ("GET", "/healthz", 200),
        ("GET", "/config", 200),
        ("GET", "/theme.css", 200),
        ("GET", "/no/such/page", 404),
        ("GET", "/gradio_api/file=/etc/passwd", 403),
        ("GET", "/gradio_api/upload", 405),
        ("POST", "/gradio_api/upload", 400),
        ("GET", "/broken", 500),
    ],
)
def test_headers_are_on_every_answer(site: Site, method: str, path: str, status: int) -> None:
    answer = site.client.request(method, path, headers={"connection": "close"})
    assert answer.status_code == status
    for name, value in security_headers().items():
        assert answer.headers.get_list(name) == [value]


def test_a_fault_of_ours_shows_a_sentence_and_no_traceback(site: Site) -> None:
    answer = site.client.get("/broken", headers={"connection": "close"})
    assert answer.text.startswith("Something went wrong on our side")
    assert MARKER not in answer.text


def test_modules_of_two_versions_never_mix(site: Site) -> None:
    fixed = site.client.get("/site-files/elements.js")
    assert fixed.headers["cache-control"] == "no-cache"
    again = {"if-none-match": fixed.headers["etag"]}
    assert site.client.get("/site-files/elements.js", headers=again).status_code == 304
    hashed = site.client.get("/" + viewer_scripts()[1])
    assert "immutable" in hashed.headers["cache-control"]


@pytest.mark.parametrize("path", ["/nowhere", "/rate/no/<b>such</b>"])
def test_a_mistyped_address_leads_back_and_a_script_gets_json(site: Site, path: str) -> None:
    page = site.client.get(path, headers={"accept": "text/html,*/*;q=0.8"})
    assert page.status_code == 404
    assert "There is no such page" in page.text
    assert '<a href="restore">' in page.text
    assert "<b>" not in page.text
    assert f'<base href="{"../" * (path.count("/") - 1) or "./"}">' in page.text
    assert site.client.get(path).json() == {"detail": "Not Found"}


def test_the_first_page_keeps_the_query(site: Site) -> None:
    answer = site.client.get("/?__theme=dark")
    assert answer.headers["location"] == "restore?__theme=dark"


def test_uploads_over_the_limits_are_refused_and_leave_nothing_behind(site: Site) -> None:
    def endless_form() -> Iterator[bytes]:
        for number in range(100):
            name = f"{number}.png".encode()
            yield b'--b\r\ncontent-disposition: form-data; name="files"; filename="%s"\r\n' % name
            yield b"content-type: image/png\r\n\r\n" + b"x" * 500_000 + b"\r\n"

    upload = "/gradio_api/upload"
    too_large_file = site.client.post(upload, files={"files": ("a.png", b"x" * 1_100_000)})
    assert too_large_file.status_code == 413
    too_large_batch = site.client.post(
        upload, files=[("files", (f"{number}.png", b"x" * 900_000)) for number in range(3)]
    )
    assert too_large_batch.status_code == 413
    assert "At most 2 MB" in too_large_batch.text
    chunked = site.client.post(
        upload,
        content=endless_form(),
        headers={"content-type": "multipart/form-data; boundary=b"},
    )
    assert chunked.status_code == 413
    assert "At most 2 MB" in chunked.text
    event = site.client.post("/gradio_api/queue/join", content=b"x" * (OTHER_BODY_BYTES + 1))
    assert event.status_code == 413
    Janitor(site.uploads, keep_seconds=1800).sweep(time.time() + 60)
    assert not list(site.uploads.glob("tmp*"))


@pytest.mark.parametrize("event", ["slow", "hidden", "file"])
def test_nothing_runs_past_the_queue(site: Site, event: str) -> None:
    for door in ("run", "api"):
        answer = site.client.post(f"/gradio_api/{door}/{event}", json={"data": [None]})
        assert answer.status_code == 404
    for number in range(5):
        answer = site.client.post(
            "/gradio_api/run/predict", json={"data": [None], "fn_index": number}
        )
        assert answer.status_code in (404, 422)


def test_the_queue_keeps_its_limits(site: Site) -> None:
    site.running_at_once.clear()
    answers = []

    def call() -> None:
        answers.append(site.client.post("/gradio_api/call/slow", json={"data": []}).status_code)

    threads = [threading.Thread(target=call) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(2)
    assert set(answers) <= {200, 503}
    assert 503 in answers
    assert max(site.running_at_once) == 1


def test_an_upload_reaches_its_handler(site: Site) -> None:
    path = site.upload("scan.txt", b"pixels")
    file = {"path": path, "orig_name": "scan.txt", "meta": {"_type": "gradio.FileData"}}
    assert '"pixels"' in site.call("file", file)
    assert '"pixels"' in site.call("files", [file])


@pytest.mark.parametrize("event", ["file", "image", "files"])
@pytest.mark.parametrize("place", ["elsewhere", "data folder", "link in uploads", "working folder"])
@pytest.mark.parametrize(
    "meta", ["right", "missing", None, {}, {"_type": "something else"}], ids=str
)
def test_paths_made_by_a_client_are_refused(
    site: Site, tmp_path: Path, event: str, place: str, meta: object
) -> None:
    secret = {
        "elsewhere": tmp_path / "secret.svg",
        "data folder": site.settings.data_dir / "secret.svg",
        "working folder": site.settings.data_dir / "secret.svg",
        "link in uploads": tmp_path / "secret.svg",
    }[place]
    secret.write_text(MARKER)
    path = str(secret)
    if place == "link in uploads":
        link = site.uploads / f"{event}-{len(str(meta))}.svg"
        link.symlink_to(secret)
        path = str(link)
    if place == "working folder":
        path = str(Path("LICENSE").resolve())
    file: dict[str, Any] = {"path": path, "orig_name": "picture.svg", "size": 1}
    if meta != "missing":
        file["meta"] = {"_type": "gradio.FileData"} if meta == "right" else meta
    told = site.call(event, [file] if event == "files" else file)
    assert MARKER not in told
    assert "Apache License" not in told
    assert any(word in told for word in ("not here any more", "error"))


@pytest.mark.parametrize("event", ["file", "image", "files"])
@pytest.mark.parametrize("host", ["scans.example", "127.0.0.1:9", "169.254.169.254", "[::1]:9"])
def test_addresses_are_never_fetched(site: Site, event: str, host: str) -> None:
    CONNECTIONS.clear()
    file = {
        "path": f"http://{host}/scan.png",
        "orig_name": "scan.png",
        "meta": {"_type": "gradio.FileData"},
    }
    told = site.call(event, [file] if event == "files" else file)
    assert "error" in told
    assert site.client.get(f"/gradio_api/file=http://{host}/scan.png").status_code in (403, 404)
    assert [call for call in CONNECTIONS if str(site.client.base_url.port) not in call] == []


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "{data}/secret", "{data}/uploads/../secret", "{cwd}/LICENSE", "{cwd}/app.py"],
)
def test_files_are_not_served_by_path(site: Site, path: str) -> None:
    (site.settings.data_dir / "secret").write_text(MARKER)
    named = path.format(data=site.settings.data_dir.resolve(), cwd=Path.cwd())
    assert site.client.get(f"/gradio_api/file={named}").status_code in (403, 404)


def test_gradio_is_told_to_keep_to_itself(site: Site) -> None:
    config = json.loads(site.client.get("/config").text)
    assert config["analytics_enabled"] is False
    assert not config.get("run_history", False)
    assert site.client.get("/gradio_api/runs").status_code == 404
    assert not config.get("mcp_server", False)
