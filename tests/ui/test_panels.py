"""Panels: lossless tiles, honest pyramids, bounded memory, and no way to somebody else's files."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from restoration.errors import OutOfRange, UsageError
from ui.panels import NotAPicture, PanelStore, UnknownPanel, panel_routes
from ui.pyramid import halve, level_count

KEY = "job0123456789abcdef-input"


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@pytest.fixture
def store(tmp_path: Path) -> PanelStore:
    return PanelStore(tmp_path, tile_size=64)


def assembled(store: PanelStore, key: str, level: int, shape: tuple[int, ...]) -> np.ndarray:
    """A whole level, put together again from its tiles."""
    size = store.tile_size
    picture = np.zeros(shape, np.uint8)
    for row in range(-(-shape[0] // size)):
        for column in range(-(-shape[1] // size)):
            tile = imagecodecs.png_decode(store.tile(key, level, column, row))
            top, left = row * size, column * size
            picture[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    return picture


@pytest.mark.parametrize("shape", [(1, 1), (64, 64), (65, 130), (200, 77, 3), (129, 64, 3)])
def test_tiles_give_back_every_level_to_the_bit(store: PanelStore, shape: tuple[int, ...]) -> None:
    picture = noise(*shape)
    store.register(KEY, picture)
    info = store.info(KEY)
    assert (info.width, info.height, info.tile_size) == (shape[1], shape[0], 64)
    for level in range(info.levels):
        assert np.array_equal(assembled(store, KEY, level, picture.shape), picture)
        picture = halve(picture)
    with pytest.raises(OutOfRange):
        store.tile(KEY, info.levels, 0, 0)


@settings(max_examples=50, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_halving_is_the_mean_of_each_block_rounded_half_up(picture: np.ndarray) -> None:
    even = np.pad(picture, [(0, side % 2) for side in picture.shape], mode="edge")
    blocks = even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2).astype(float)
    assert np.array_equal(halve(picture), np.floor(blocks.mean((1, 3)) + 0.5))


def test_levels_end_where_one_tile_holds_the_picture() -> None:
    assert [level_count(side, 1, 512) for side in (1, 512, 513, 1024, 1025)] == [1, 1, 2, 2, 3]


@pytest.mark.parametrize(("level", "column", "row"), [(0, 4, 0), (0, 0, 3), (0, -1, 0), (-1, 0, 0)])
def test_tiles_outside_the_picture_are_refused(
    store: PanelStore, level: int, column: int, row: int
) -> None:
    store.register(KEY, noise(190, 250))
    with pytest.raises(OutOfRange):
        store.tile(KEY, level, column, row)


def test_gray_stays_gray(store: PanelStore) -> None:
    store.register(KEY, noise(70, 70, 1))
    assert imagecodecs.png_decode(store.tile(KEY, 0, 1, 1)).shape == (6, 6)


@pytest.mark.parametrize(
    "key",
    ["", "short", "../../../../etc/passwd", "a" * 129, "-" * 20, "good-key-0123456/x", "é" * 20],
)
def test_keys_that_could_be_guessed_or_are_paths_are_refused(store: PanelStore, key: str) -> None:
    with pytest.raises(UsageError):
        store.register(key, noise(4, 4))


def test_a_key_in_use_keeps_its_picture(store: PanelStore) -> None:
    store.register(KEY, noise(8, 8, seed=1))
    with pytest.raises(UsageError, match="in use"):
        store.register(KEY, noise(8, 8, seed=2))
    assert np.array_equal(assembled(store, KEY, 0, (8, 8)), noise(8, 8, seed=1))


@pytest.mark.parametrize(
    "array", [np.zeros((4, 4)), np.zeros((4, 4, 4), np.uint8), np.zeros((0, 4), np.uint8)]
)
def test_what_is_not_a_picture_is_refused(store: PanelStore, array: np.ndarray) -> None:
    with pytest.raises(NotAPicture):
        store.register(KEY, array)
    with pytest.raises(UnknownPanel):
        store.info(KEY)


def test_a_loader_runs_once_and_only_when_looked_at(store: PanelStore) -> None:
    calls: list[int] = []
    entered = threading.Event()

    def load() -> np.ndarray:
        calls.append(1)
        entered.wait(0.2)
        return noise(300, 300)

    store.register(KEY, load)
    assert not calls
    with ThreadPoolExecutor(8) as pool:
        tiles = list(pool.map(lambda place: store.tile(KEY, 0, *place), [(1, 2)] * 8))
    assert len(calls) == 1
    assert len(set(tiles)) == 1


def test_one_page_is_loaded_at_a_time(store: PanelStore) -> None:
    loading: list[int] = []
    most: list[int] = []

    def load() -> np.ndarray:
        loading.append(1)
        most.append(len(loading))
        time.sleep(0.02)
        loading.pop()
        return noise(64, 64)

    keys = [f"{KEY}-{n}" for n in range(6)]
    for key in keys:
        store.register(key, load)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(store.info, keys))
    assert most == [1] * 6


def test_a_loader_that_fails_does_not_hold_up_the_others(store: PanelStore) -> None:
    store.register(KEY, lambda: np.zeros((0, 4), np.uint8))
    store.register(f"{KEY}-sound", lambda: noise(64, 64))
    with pytest.raises(NotAPicture):
        store.info(KEY)
    assert store.info(f"{KEY}-sound").width == 64


def test_asking_for_any_panel_of_a_job_is_a_look_at_the_job(store: PanelStore) -> None:
    other = "otherjob0123456789-input"
    for key in (KEY, f"{KEY}-more", other):
        store.register(key, noise(64, 64))
    registered = store.looked_at("otherjob")
    for look in (lambda: store.info(KEY), lambda: store.tile(KEY, 0, 0, 0)):
        before = time.monotonic()
        look()
        look()
        assert before <= store.looked_at("job0123456789abcdef-") <= time.monotonic()
    assert store.looked_at("otherjob") == registered
    assert store.looked_at("nobody") == -np.inf


def test_concurrent_readers_get_the_right_tiles(store: PanelStore) -> None:
    pictures = {f"{KEY}-{n}": noise(200, 200, 3, seed=n) for n in range(4)}
    for key, picture in pictures.items():
        store.register(key, lambda picture=picture: picture)
    work = [(key, column, row) for key in pictures for column in range(4) for row in range(4)] * 3
    with ThreadPoolExecutor(8) as pool:
        tiles = list(pool.map(lambda item: store.tile(item[0], 0, *item[1:]), work))
    for (key, column, row), tile in zip(work, tiles, strict=True):
        rows, columns = slice(row * 64, row * 64 + 64), slice(column * 64, column * 64 + 64)
        assert np.array_equal(imagecodecs.png_decode(tile), pictures[key][rows, columns])


def test_memory_for_tiles_is_bounded_and_the_latest_stay(tmp_path: Path) -> None:
    store = PanelStore(tmp_path, tile_size=64, tile_bytes=20_000)
    store.register(KEY, noise(1024, 1024))
    for row in range(16):
        for column in range(16):
            latest = store.tile(KEY, 0, column, row)
            assert store.cache.held <= 20_000
    assert store.tile(KEY, 0, 15, 15) is latest
    assert store.cache.held > 20_000 - len(latest)


def test_a_tile_larger_than_the_whole_memory_is_served_all_the_same(tmp_path: Path) -> None:
    store = PanelStore(tmp_path, tile_size=64, tile_bytes=100)
    store.register(KEY, noise(64, 64))
    assert np.array_equal(assembled(store, KEY, 0, (64, 64)), noise(64, 64))
    assert store.cache.held == 0


def test_removal_takes_files_and_tiles_of_one_job_only(store: PanelStore, tmp_path: Path) -> None:
    other = "otherjob0123456789-input"
    for key in (KEY, f"{KEY}-more", other):
        store.register(key, noise(100, 100))
        store.tile(key, 0, 0, 0)
    assert store.remove(KEY) == 2
    assert [folder.name for folder in tmp_path.iterdir()] == [other]
    assert store.tile(other, 0, 0, 0)
    with pytest.raises(UnknownPanel):
        store.tile(KEY, 0, 0, 0)
    with pytest.raises(UsageError):
        store.remove("")


def test_nothing_stays_behind_when_removed_while_loading(store: PanelStore, tmp_path: Path) -> None:
    def load() -> np.ndarray:
        store.remove(KEY)
        return noise(100, 100)

    store.register(KEY, load)
    store.tile(KEY, 0, 0, 0)
    assert list(tmp_path.iterdir()) == []
    assert store.cache.held == 0


def test_routes_answer_with_private_lossless_tiles(store: PanelStore) -> None:
    app = FastAPI()
    app.include_router(panel_routes(store))
    picture = noise(100, 150, 3)
    store.register(KEY, picture)
    with TestClient(app) as client:
        info = client.get(f"/panels/{KEY}/info.json")
        assert info.json() == {"width": 150, "height": 100, "tile_size": 64, "levels": 3}
        tile = client.get(f"/panels/{KEY}/0/2_1.png")
        assert np.array_equal(imagecodecs.png_decode(tile.content), picture[64:, 128:])
        assert tile.headers["content-type"] == "image/png"
        for answer in (info, tile):
            assert "private" in answer.headers["cache-control"]
            assert "immutable" in answer.headers["cache-control"]
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["unknown-key-0123456789/info.json", f"{KEY}/0/9_9.png", f"{KEY}/9/0_0.png"]
)
def test_routes_say_in_plain_text_what_is_not_there(store: PanelStore, path: str) -> None:
    app = FastAPI()
    app.include_router(panel_routes(store))
    store.register(KEY, noise(10, 10))
    with TestClient(app) as client:
        answer = client.get(f"/panels/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.endswith(".")
    assert "Traceback" not in answer.text
