"""The page for an address that there is none for, in place of a line of JSON.

Who opens it: somebody with a mistyped or old link. Within ten seconds they see that it is the
link, and where everything is.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.site_page import PRODUCT, SitePage, site_header

STYLES = tuple(Path(__file__).with_name(name) for name in ("theme.css", "site.css"))
NOTHING_SAID = b'{"detail":"Not Found"}'
"""The body of FastAPI's own 404; whatever else is not found is told in words of its own."""
LONGEST_SHOWN = 80
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>No such page · {product}</title>
<base href="{root}">
<link rel="icon" href="data:,">
<style>{styles}</style>
</head>
<body class="rr-plain">
{header}
<main class="rr-about">
<h1>There is no such page</h1>
<p class="rr-lead">Nothing is at <code>{path}</code>. The link may be mistyped, or what it showed
may have been deleted since.</p>
<p>Begin at <a href="{first}">{title}</a>, or take a page above.</p>
</main>
</body>
</html>
"""


class NotFoundPage:
    """Answers a browser that goes to an unknown address with a page; scripts get what they got."""

    def __init__(self, app: ASGIApp, pages: tuple[SitePage, ...]) -> None:
        self.app = app
        self._pages = pages
        self._styles = "\n".join(path.read_text(encoding="utf-8") for path in STYLES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not _goes_to_a_page(scope):
            await self.app(scope, receive, send)
            return
        held: Message | None = None

        async def send_page(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and message["status"] == 404:
                held = message
            elif held is None:
                await send(message)
            elif message.get("body") == NOTHING_SAID:
                await self._page(scope["path"])(scope, receive, send)
            else:
                await send(held)
                await send(message)
                held = None

        await self.app(scope, receive, send_page)

    def _page(self, path: str) -> HTMLResponse:
        first = self._pages[0]
        shown = path if len(path) <= LONGEST_SHOWN else path[:LONGEST_SHOWN] + "…"
        page = PAGE.format(
            product=escape(PRODUCT),
            root="../" * (path.count("/") - 1) or "./",
            styles=self._styles,
            header=site_header(None, self._pages),
            path=escape(shown),
            first=first.path,
            title=escape(first.title),
        )
        return HTMLResponse(page, 404)


def _goes_to_a_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
