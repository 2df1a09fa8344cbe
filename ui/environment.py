"""The process environment Gradio runs in; set before Gradio is imported, because it reads it then.

Gradio decides from environment variables whether it reports to its makers, where uploads go and
whether links and files are shared with the world. All of it is fixed here, whatever was inherited.
"""

from __future__ import annotations

import os
from pathlib import Path

FIXED = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_SSR_MODE": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SHARE": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
}
REMOVED = (
    "GRADIO_ALLOWED_PATHS",
    "GRADIO_BLOCKED_PATHS",
    "GRADIO_HISTORY_BUCKET",
    "GRADIO_LOCAL_DEV_MODE",
    "GRADIO_MCP_SERVER",
    "GRADIO_NUM_WORKERS",
    "GRADIO_VIBE_MODE",
    "GRADIO_WATCH_DIRS",
)


def prepare_environment(uploads: Path) -> None:
    """Fix Gradio's environment variables; uploads land in the folder `uploads`.

    Must run before the first `import gradio` of the process: some are read only then.
    """
    os.environ.update(FIXED, GRADIO_TEMP_DIR=str(uploads.resolve()))
    for name in REMOVED:
        os.environ.pop(name, None)


def on_space() -> bool:
    """Whether this process runs as a Hugging Face Space, inside a frame of their page."""
    return bool(os.environ.get("SPACE_ID"))
