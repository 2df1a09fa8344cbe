"""Pictures for the viewer: registered under a token, served as lossless tiles of any zoom."""

from __future__ import annotations

import math
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from restoration.errors import OutOfRange, RestorationError, UsageError
from ui.pyramid import Picture, Pyramid
from ui.tiles import TileCache, TilePlace, encode_tile

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{15,127}")
"""At least 16 characters, because whoever knows a key may see its panel."""

HEADERS = {
    "Cache-Control": "private, max-age=86400, immutable",
    "X-Content-Type-Options": "nosniff",
}


class UnknownPanel(UsageError):
    """No panel has this key: it was never made, or was removed together with its job."""


class KeyInUse(UsageError):
    """A panel is registered under this key already, and stays as it is."""


class NotAPicture(UsageError):
    """What was registered is not a uint8 array of gray or colour pixels."""


@dataclass(frozen=True)
class PanelInfo:
    """What a viewer must know before it asks for tiles."""

    width: int
    height: int
    tile_size: int
    levels: int
    """Level 0 is full size, each next one half as large; the last fits into one tile."""


class _Panel:
    """One registered picture; whoever looks first has its pyramid made."""

    def __init__(
        self, load: Callable[[], Picture], folder: Path, tile_size: int, one_at_a_time: Lock
    ) -> None:
        self.looked_at = time.monotonic()
        self._load: Callable[[], Picture] | None = load
        self._folder = folder
        self._tile_size = tile_size
        self._pyramid: Pyramid | None = None
        self._loading = Lock()
        self._one_at_a_time = one_at_a_time

    def pyramid(self) -> Pyramid:
        with self._loading:
            if self._pyramid is None:
                assert self._load is not None
                with self._one_at_a_time:
                    self._pyramid = Pyramid(_checked(self._load()), self._folder, self._tile_size)
                # A loader may hold the whole page; from here on the files are enough.
                self._load = None
            return self._pyramid


class PanelStore:
    """Panels by key, and their tiles.

    folder: where levels are kept as files, one sub-folder per panel, removed with it.
    tile_size: side of a tile in pixels. tile_bytes: most memory for encoded tiles.
    Memory stays within `tile_bytes` plus one page being loaded, however many panels are
    registered and however many visitors look: loaders run one at a time. Safe to use from many
    threads.
    """

    def __init__(self, folder: Path, *, tile_size: int = 512, tile_bytes: int = 64 * 2**20) -> None:
        self.tile_size = tile_size
        self.cache = TileCache(tile_bytes)
        self._folder = folder
        self._panels: dict[str, _Panel] = {}
        self._lock = Lock()
        self._loading = Lock()

    def register(self, key: str, source: Picture | Callable[[], Picture]) -> None:
        """Make a picture known under `key`, an unguessable token made by the caller.

        source: uint8 (H, W), (H, W, 1) or (H, W, 3), or a function that gives one when the
        panel is first looked at. An array in memory is written to disk at once, a memmap is
        read where it is. Raises KeyInUse, UsageError for a key that is too short or not
        path-safe, and NotAPicture, which for a function shows when it is first looked at.
        """
        if not KEY.fullmatch(key):
            raise UsageError(
                "This panel key cannot be used",
                actual=repr(key[:40]),
                expected="16 to 128 letters, digits, - or _, the first a letter or digit",
            )
        load = source if callable(source) else _constant(_checked(source))
        panel = _Panel(load, self._folder / key, self.tile_size, self._loading)
        with self._lock:
            if key in self._panels:
                raise KeyInUse("This panel key is in use", remedy="Make a new token per panel")
            self._panels[key] = panel
        if not callable(source):
            panel.pyramid()

    def has(self, key: str) -> bool:
        """Whether a panel is registered under this key."""
        with self._lock:
            return key in self._panels

    def looked_at(self, prefix: str) -> float:
        """When a panel whose key starts with `prefix` was last asked for; -inf without one.

        In seconds, by `time.monotonic`. Registering counts as asking.
        """
        with self._lock:
            looks = [p.looked_at for key, p in self._panels.items() if key.startswith(prefix)]
        return max(looks, default=-math.inf)

    def info(self, key: str) -> PanelInfo:
        """Size and levels of a panel. Raises UnknownPanel, or what its loader raises."""
        self._look(key)
        pyramid = self._pyramid(key)
        return PanelInfo(pyramid.width, pyramid.height, self.tile_size, pyramid.levels)

    def tile(self, key: str, level: int, column: int, row: int) -> bytes:
        """One tile as PNG, lossless, gray stays gray; smaller at the right and bottom edge.

        Raises UnknownPanel, OutOfRange for a tile outside the picture, or what the loader
        raises.
        """
        self._look(key)
        place = TilePlace(key, level, column, row)
        tile = self.cache.get(place)
        if tile is None:
            tile = encode_tile(self._pyramid(key), place)
            self.cache.put(place, tile)
            self._clean_if_removed(key)
        return tile

    def remove(self, prefix: str) -> int:
        """Forget every panel whose key starts with `prefix`, with its files; how many they were.

        Raises UsageError for an empty prefix, which would remove everybody's panels.
        """
        if not prefix:
            raise UsageError("An empty prefix would remove every panel")
        with self._lock:
            keys = [key for key in self._panels if key.startswith(prefix)]
            for key in keys:
                del self._panels[key]
        for key in keys:
            self._clean_if_removed(key)
        return len(keys)

    def _look(self, key: str) -> None:
        with self._lock:
            panel = self._panels.get(key)
            if panel is not None:
                panel.looked_at = time.monotonic()

    def _pyramid(self, key: str) -> Pyramid:
        with self._lock:
            panel = self._panels.get(key)
        if panel is None:
            raise UnknownPanel(
                "This picture is no longer on the server", remedy="Restore the page again to see it"
            )
        pyramid = panel.pyramid()
        self._clean_if_removed(key)
        return pyramid

    def _clean_if_removed(self, key: str) -> None:
        # Also called after reading: a removal may have come in between, and what was written
        # after it must not stay behind.
        if self.has(key):
            return
        self.cache.forget(key)
        shutil.rmtree(self._folder / key, ignore_errors=True)


def _constant(picture: Picture) -> Callable[[], Picture]:
    return lambda: picture


def _checked(picture: Picture) -> Picture:
    gray_or_colour = picture.ndim == 2 or (picture.ndim == 3 and picture.shape[2] in (1, 3))
    if picture.dtype != np.uint8 or not gray_or_colour or 0 in picture.shape:
        raise NotAPicture(
            "This array cannot be shown as a panel",
            actual=f"{picture.dtype} of shape {picture.shape}",
            expected="uint8 of shape (H, W), (H, W, 1) or (H, W, 3)",
        )
    return picture[..., 0] if picture.shape[2:] == (1,) else picture


def panel_routes(store: PanelStore) -> APIRouter:
    """`GET /panels/{key}/info.json` and `GET /panels/{key}/{level}/{column}_{row}.png`.

    What is unknown is a 404 and what fails to load a 500, both with a sentence as plain text.
    """
    router = APIRouter(prefix="/panels", include_in_schema=False)

    def answer(make: Callable[[], Response]) -> Response:
        try:
            return make()
        except (UnknownPanel, OutOfRange) as error:
            return _refusal(404, error)
        except RestorationError as error:
            return _refusal(500, error)

    @router.get("/{key}/info.json")
    def info(key: str) -> Response:
        return answer(lambda: JSONResponse(asdict(store.info(key)), headers=HEADERS))

    @router.get("/{key}/{level}/{column}_{row}.png")
    def tile(key: str, level: int, column: int, row: int) -> Response:
        return answer(
            lambda: Response(store.tile(key, level, column, row), 200, HEADERS, "image/png")
        )

    return router


def _refusal(status: int, error: RestorationError) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return PlainTextResponse(str(error), status, headers)
