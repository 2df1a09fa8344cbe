"""Three gaps of Gradio 6.31 that matter to an app that takes files, closed in one place.

Look at them after an upgrade; the tests of the server fail when one opens again.
"""

from __future__ import annotations

from typing import NoReturn

import gradio as gr
from fastapi import HTTPException, Request
from gradio import processing_utils, routes


def close_gaps(site: gr.Blocks) -> None:
    """Close them for `site`, which is mounted and not yet served."""
    # Where a client says its file is, is looked at only after `launch()`, which a mounted app
    # never calls: any file that this process can read would be copied into the uploads.
    site.has_launched = True
    # A file that is named by its address is fetched, from anywhere public and of any size ...
    processing_utils.async_ssrf_protected_get = _refuse_to_fetch
    # ... and `/gradio_api/file=https://...` passes any public address on, as if it were ours.
    routes.secure_url_stream_response = _refuse_to_pass_on


async def _refuse_to_fetch(url: str) -> NoReturn:
    raise gr.Error(
        "Only files that were uploaded here are taken, not addresses. "
        "Save the file on your computer, then upload it.",
        print_exception=False,
    )


async def _refuse_to_pass_on(url: str, request: Request) -> NoReturn:
    raise HTTPException(403, "Only files of this site are served here.")
