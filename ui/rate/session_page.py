"""The full-screen page on which people rate: one HTML document, without the site's frame.

Who opens it: somebody with an invitation and a few minutes. Within ten seconds they know what is
asked of them, and every answer afterwards is one key. It is no Gradio page: nothing but gray may
stand near the pictures, and fifty people must be able to vote at a time.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from pathlib import Path

from ui.viewer_files import VIEWER_STYLES, viewer_scripts

HERE = Path(__file__).parent
MODULE = '<script type="module" src="../rate-files/{name}"></script>'
STYLES = (HERE.parent / "theme.css", *VIEWER_STYLES, HERE / "browser" / "rate.css")

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Rate · Restore &amp; Rate</title>
<link rel="icon" href="data:,">
<style>{styles}</style>
{scripts}
</head>
<body class="rr-rate">
<main id="rate" aria-live="off"><p class="rr-wait" role="status">{said}</p></main>
<noscript><p>Rating needs JavaScript, so that pictures are shown exactly.</p></noscript>
</body>
</html>
"""


@lru_cache(maxsize=1)
def session_page() -> str:
    """The document; who rates is in the address, which only the script reads."""
    scripts = "".join(f'<script defer src="../{path}"></script>' for path in viewer_scripts())
    return _page("Loading", scripts + MODULE.format(name="session.js"))


def waiting_page(said: str) -> str:
    """The same frame while something is made; it looks each second whether that is there."""
    return _page(escape(said), MODULE.format(name="waiting.js"))


def _page(said: str, scripts: str) -> str:
    styles = "\n".join(path.read_text(encoding="utf-8") for path in STYLES)
    return PAGE.format(styles=styles, scripts=scripts, said=said)
