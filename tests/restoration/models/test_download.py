"""Fetching weights from a real server on this machine, with everything that goes wrong."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from restoration.errors import BadWeights, Cancelled, UnknownModel
from restoration.models.card import WeightsFile
from restoration.models.download import PINS, fetch

CONTENT = bytes(range(256)) * 8192
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves CONTENT, with ranges; cuts the first `cuts` answers, or refuses with `status`."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.cuts = 0
        self.status = None
        self.ranges_allowed = True
        self.starts = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.server.status:
            self.send_error(self.server.status)
            return
        start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
        if not self.server.ranges_allowed:
            start = 0
        self.server.starts.append(start)
        body = CONTENT[start:]
        self.send_response(206 if self.server.ranges_allowed else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.cuts:
            self.server.cuts -= 1
            body = body[: len(body) // 3]
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def weights(server, sha256=SHA256):
    return WeightsFile("net.pth", sha256, f"http://127.0.0.1:{server.server_port}/net.pth")


def left_in(folder):
    return {path.name for path in folder.iterdir() if path.suffix != ".lock"}


def test_progress_is_told_and_the_file_lands_whole(server, tmp_path):
    told = []
    path = fetch(weights(server), tmp_path / "new", report=told.append)
    assert path.read_bytes() == CONTENT
    shares = [progress.done for progress in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert left_in(path.parent) == {"net.pth"}
    fetch(weights(server), path.parent)
    assert len(server.starts) == 1


def test_a_cut_connection_is_resumed(server, tmp_path):
    server.cuts = 2
    assert fetch(weights(server), tmp_path).read_bytes() == CONTENT
    assert server.starts[0] == 0
    assert 0 < server.starts[1] < server.starts[2]


def test_a_stopped_download_goes_on_later(server, tmp_path):
    def stop(progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        fetch(weights(server), tmp_path, report=stop)
    assert left_in(tmp_path) == {"net.pth.part"}
    fetch(weights(server), tmp_path)
    assert server.starts[1] > 0
    assert left_in(tmp_path) == {"net.pth"}


def test_a_server_without_ranges_starts_over(server, tmp_path):
    server.cuts, server.ranges_allowed = 1, False
    assert fetch(weights(server), tmp_path).read_bytes() == CONTENT


def test_a_connection_that_never_lasts_is_given_up(server, tmp_path):
    server.cuts = 99
    with pytest.raises(UnknownModel, match="cut after"):
        fetch(weights(server), tmp_path)
    assert "net.pth" not in left_in(tmp_path)


def test_the_wrong_file_never_lands(server, tmp_path):
    with pytest.raises(BadWeights, match="sha-256"):
        fetch(weights(server, "0" * 64), tmp_path)
    assert left_in(tmp_path) == set()


def test_a_file_without_a_published_hash_is_pinned(server, tmp_path):
    path = fetch(weights(server, None), tmp_path)
    assert json.loads((tmp_path / PINS).read_text())["net.pth"]["sha256"] == SHA256
    fetch(weights(server, None), tmp_path)
    path.write_bytes(CONTENT[:-1] + b"x")
    with pytest.raises(BadWeights, match="pinned"):
        fetch(weights(server, None), tmp_path)


@pytest.mark.parametrize("why", ["offline", "refused", "unreachable"])
def test_what_cannot_be_fetched_says_how_to_do_it_by_hand(server, tmp_path, why):
    wanted = weights(server)
    if why == "refused":
        server.status = 404
    if why == "unreachable":
        wanted = WeightsFile("net.pth", SHA256, "http://127.0.0.1:1/net.pth")
    with pytest.raises(UnknownModel) as refusal:
        fetch(wanted, tmp_path, offline=why == "offline")
    assert wanted.url in str(refusal.value)
    assert str(tmp_path / "net.pth") in str(refusal.value)
