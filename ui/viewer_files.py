"""The comparison viewer: what the server hands out for it, and how a page of the site embeds it.

A page puts `<div data-rr-viewer></div>` where it wants a viewer (`data-panels="..."` where the
panel routes are not at `panels` beside the page) and registers its pictures with the house's
`PanelStore`. Once the div is mounted it has the method `show(spec)`; the spec is described there,
in ui/viewer/viewer.js, and `show(null)` empties it.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

VIEWER = Path(__file__).parent / "viewer"
OPENSEADRAGON = Path(__file__).parents[1] / "assets" / "vendor" / "openseadragon"

VIEWER_STYLES = (VIEWER / "viewer.css",)
"""Style sheets for the site's head; they use the variables of ui/theme.css."""


def viewer_static() -> dict[str, Path]:
    """Folders to serve as they are, by address.

    The addresses change with the files, so that no browser mixes modules of two versions.
    """
    return {f"/{_address(folder)}": folder for folder in (OPENSEADRAGON, VIEWER)}


def viewer_scripts() -> tuple[str, ...]:
    """Addresses of the scripts, relative to the top of the site, in the order of loading."""
    return (f"{_address(OPENSEADRAGON)}/openseadragon.min.js", f"{_address(VIEWER)}/main.js")


@lru_cache(maxsize=2)
def _address(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return f"{folder.name}-{digest.hexdigest()[:12]}"
