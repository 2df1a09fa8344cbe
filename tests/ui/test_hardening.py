"""Every answer has its headers; no body is longer than it may be, declared or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.hardening import AnswerHeaders, BodyLimit, security_headers

LIMIT = 1000


async def _count(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def _swallow(request: Request) -> PlainTextResponse:
    try:
        await request.body()
    except Exception:
        return PlainTextResponse("a handler that hides every error")
    return PlainTextResponse("read")


async def _stream(_: Request) -> StreamingResponse:
    return StreamingResponse(iter(["a", "b"]), headers={"content-security-policy": "none"})


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = Starlette(
        routes=[
            Route("/count", _count, methods=["POST"]),
            Route("/swallow", _swallow, methods=["POST"]),
            Route("/stream", _stream),
        ]
    )
    limited = BodyLimit(app, lambda path: LIMIT if path != "/stream" else 0)
    yield TestClient(AnswerHeaders(limited, security_headers()), raise_server_exceptions=True)


def _chunks(total: int) -> Iterator[bytes]:
    for start in range(0, total, 100):
        yield b"x" * min(100, total - start)


@pytest.mark.parametrize("path", ["/count", "/swallow"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_is_refused_from_the_first_byte_too_many(
    client: TestClient, path: str, chunked: bool
) -> None:
    def post(length: int) -> Any:
        return client.post(path, content=_chunks(length) if chunked else b"x" * length)

    assert post(LIMIT).status_code == 200
    refused = post(LIMIT + 1)
    assert refused.status_code == 413
    assert "At most 1000 bytes" in refused.text
    assert refused.headers["x-content-type-options"] == "nosniff"


def test_a_false_declaration_does_not_help(client: TestClient) -> None:
    refused = client.post("/count", content=_chunks(5 * LIMIT), headers={"content-length": "12"})
    assert refused.status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/stream", 200), ("GET", "/nowhere", 404), ("GET", "/count", 405)],
)
def test_headers_are_on_every_answer_once(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    for name, value in security_headers().items():
        assert answer.headers.get_list(name) == [value]


def test_the_policy_names_no_other_site_unless_framed() -> None:
    assert "http" not in security_headers()["content-security-policy"]
    framed = security_headers(framed_by=("https://example.org",))["content-security-policy"]
    assert "frame-ancestors 'self' https://example.org" in framed
