"""The comparison viewer in a real Chromium: exact pixels, panes in step, every way to use it."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from PIL import Image

from ui.panels import PanelStore, panel_routes
from ui.viewer_files import VIEWER_STYLES, viewer_scripts, viewer_static

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

THEME = Path(__file__).parents[2] / "ui" / "theme.css"
CSP = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' blob:; object-src 'none'; base-uri 'self'"
)
ROLES = ("input", "restored", "removed", "original", "restored")
LABELS = ("Input", "SwinIR", "Removed by SwinIR", "Original", "NLM")
VIEWER = "RRViewer.mount(document.getElementById('cmp'))"
ELEMENT = '<div data-rr-viewer id="cmp"></div>'
SCRIPTS = "".join(f'<script defer src="{address}"></script>' for address in viewer_scripts())
WIDTH, HEIGHT = 1700, 1300
"""More than the stage holds at 1:1, in several tiles, and no multiple of a tile."""
PLACES = [
    {"x": 200, "y": 300, "w": 60, "h": 40, "strength": 0.4, "label": "Texture removed"},
    {"x": 1500, "y": 900, "w": 90, "h": 90, "strength": 0.9, "label": "Edge softened"},
]


def noise(seed: int, *channels: int) -> np.ndarray:
    shape = (HEIGHT, WIDTH, *channels)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


GRAY = [noise(seed) for seed in range(5)]
COLOUR = [noise(seed, 3) for seed in range(10, 12)]


def key(kind: str, index: int) -> str:
    return f"{kind}-token-0123456789-{index}"


def spec(kind: str, count: int, **start: str | int) -> dict[str, Any]:
    panels = [
        {"key": key(kind, i), "label": LABELS[i], "role": ROLES[i], "note": ""}
        for i in range(count)
    ]
    return {"panels": panels, "places": PLACES, "start": {"mode": "split", **start}}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> PanelStore:
    store = PanelStore(tmp_path_factory.mktemp("panels"))
    for kind, pictures in (("gray", GRAY), ("colour", COLOUR)):
        for index, picture in enumerate(pictures):
            store.register(key(kind, index), picture)
    return store


def viewer_app(store: PanelStore) -> FastAPI:
    app = FastAPI()
    app.include_router(panel_routes(store))
    for at, folder in viewer_static().items():
        app.mount(at, StaticFiles(directory=folder))
    return app


@pytest.fixture(scope="module")
def address(serve: Callable[[Any], str], store: PanelStore) -> str:
    app = viewer_app(store)
    css = "".join(path.read_text(encoding="utf-8") for path in (THEME, *VIEWER_STYLES))

    @app.middleware("http")
    async def with_policy(request: Request, call_next: Callable[..., Any]) -> Response:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = CSP
        return response

    @app.get("/", response_class=HTMLResponse)
    def page() -> str:
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width"><title>Viewer</title>'
            '<link rel="icon" href="data:,">'
            f"<style>{css} body {{ margin: 12px; background: var(--rr-page); }}</style>"
            f"{SCRIPTS}</head><body><main><h1 hidden>Viewer</h1>"
            f'<div id="place">{ELEMENT}</div></main></body></html>'
        )

    return serve(app)


@pytest.fixture
def viewer(open_page: Callable[..., Any], address: str) -> Callable[..., Any]:
    """viewer(spec, **context options) gives a page on which that spec is shown."""

    def viewer(what: dict[str, Any] | None, **options: Any) -> Any:
        page = open_page(address, **options).page
        show(page, what)
        return page

    return viewer


def show(page: Any, what: dict[str, Any] | None) -> None:
    page.wait_for_function("() => document.getElementById('cmp').show")
    page.evaluate("spec => document.getElementById('cmp').show(spec)", what)
    settle(page)


def settle(page: Any) -> None:
    """Wait until every shown pane has its tiles and stands still, and has for some frames.

    A pane learns of a new size or place a frame or two after it was asked for.
    """
    page.wait_for_function(
        """() => {
          const viewer = window.RRViewer.mount?.(document.getElementById("cmp"));
          const still = viewer && viewer.shown.every((pane) => {
            if (!pane.isOpen || pane.element.dataset.loaded !== "true") return false;
            const [now, target] = [pane.look(true), pane.look(false)];
            return ["x", "y", "zoom"].every((part) => Math.abs(now[part] - target[part]) < 1e-9);
          });
          window.stillFrames = still ? (window.stillFrames ?? 0) + 1 : 0;
          return window.stillFrames >= 6 && !(window.stillFrames = 0);
        }"""
    )


def canvas(page: Any, panel: str) -> np.ndarray:
    """What the canvas of a panel holds, (H, W, 3)."""
    url = page.evaluate(
        "key => document.querySelector(`[data-key='${key}'] canvas`).toDataURL('image/png')", panel
    )
    return np.asarray(Image.open(BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB"))


def on_screen(page: Any, panel: str) -> np.ndarray:
    """What the browser paints where the panel's picture stands, (H, W, 3)."""
    box = page.locator(f"[data-key='{panel}'] .rr-picture").bounding_box()
    shot = page.screenshot(clip=box, scale="device", animations="disabled")
    return np.asarray(Image.open(BytesIO(shot)).convert("RGB"))


def as_shown(picture: np.ndarray, enlarged: int = 1) -> np.ndarray:
    colour = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    return colour.repeat(enlarged, axis=0).repeat(enlarged, axis=1)


def offset(part: np.ndarray, whole: np.ndarray) -> tuple[int, int]:
    """Where `part` lies in `whole` (row, column), found by its first eight pixels alone."""
    windows = np.lib.stride_tricks.sliding_window_view(whole[..., 0], 8, axis=1)
    rows, columns = np.nonzero((windows == part[0, :8, 0]).all(axis=-1))
    assert len(rows), "the picture does not show these pixels anywhere"
    return int(rows[0]), int(columns[0])


def assert_exact(shown: np.ndarray, picture: np.ndarray, enlarged: int = 1) -> tuple[int, int]:
    """Every pixel shown is that of `picture`, enlarged by a whole number; says from where."""
    whole = as_shown(picture, enlarged)
    # With enlarged pixels a row repeats: begin where the first whole image pixel begins.
    row, column = (
        offset(shown, whole) if enlarged == 1 else _enlarged_offset(shown, picture, enlarged)
    )
    assert np.array_equal(
        shown, whole[row : row + shown.shape[0], column : column + shown.shape[1]]
    )
    return row, column


def _enlarged_offset(shown: np.ndarray, picture: np.ndarray, enlarged: int) -> tuple[int, int]:
    """Like `offset`, in enlarged pixels, which repeat: the first whole one tells."""
    across = next(i for i in range(enlarged) if (shown[8, i] != shown[8, i + 1]).any()) + 1
    down = next(i for i in range(enlarged) if (shown[i, 8] != shown[i + 1, 8]).any()) + 1
    row, column = offset(shown[down::enlarged, across::enlarged], as_shown(picture))
    return row * enlarged - down, column * enlarged - across


def press(page: Any, *keys: str) -> None:
    page.locator(".rr-stage").focus()
    for name in keys:
        page.keyboard.press(name)
    settle(page)


def look(page: Any) -> dict[str, float]:
    return page.evaluate(
        "() => RRViewer.mount(document.getElementById('cmp')).camera.leader.look()"
    )


@pytest.mark.parametrize("density", [1, 2])
@pytest.mark.parametrize("kind", ["gray", "colour"])
@pytest.mark.parametrize("mode", ["single", "split", "side"])
def test_pixels_are_exact_at_one_to_one(
    viewer: Callable[..., Any], mode: str, kind: str, density: int
) -> None:
    pictures = GRAY if kind == "gray" else COLOUR
    page = viewer(spec(kind, 2, mode=mode), device_scale_factor=density)
    page.get_by_role("button", name="Outlines").click()
    press(page, "1")
    assert page.locator(".rr-zoom").inner_text() == "100 %"
    shown = [0] if mode == "single" else [0, 1]
    places = [assert_exact(canvas(page, key(kind, i)), pictures[i], density) for i in shown]
    assert len(set(places)) == 1
    if mode != "split":
        for i in shown:
            painted = on_screen(page, key(kind, i))
            assert assert_exact(painted, pictures[i], density) == places[0]


def test_split_paints_each_picture_on_its_side_of_the_divider(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("gray", 2))
    page.get_by_role("button", name="Outlines").click()
    press(page, "1")
    row, column = assert_exact(canvas(page, key("gray", 0)), GRAY[0])
    painted = on_screen(page, key("gray", 0))
    height, width = painted.shape[:2]
    for index, columns in ((0, slice(0, width // 2 - 30)), (1, slice(width // 2 + 30, width))):
        visible = as_shown(GRAY[index])[row : row + height, column : column + width]
        assert np.array_equal(painted[:, columns], visible[:, columns])


def test_pixels_stay_exact_after_dragging_and_at_other_sizes(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("colour", 2, mode="side"))
    press(page, "1")
    start = assert_exact(canvas(page, key("colour", 0)), COLOUR[0])
    box = page.locator(f"[data-key='{key('colour', 1)}'] .rr-picture").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 263, box["y"] + 189, steps=7)
    page.mouse.up()
    settle(page)
    moved = [assert_exact(canvas(page, key("colour", i)), COLOUR[i]) for i in (0, 1)]
    assert moved == [(start[0] + 11, start[1] + 37)] * 2
    page.set_viewport_size({"width": 1003, "height": 777})
    settle(page)
    assert_exact(canvas(page, key("colour", 0)), COLOUR[0])
    assert_exact(on_screen(page, key("colour", 1)), COLOUR[1])


def test_enlarged_pixels_are_crisp_and_even(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("gray", 2, mode="single"))
    press(page, "1", "+", "+")
    assert page.locator(".rr-zoom").inner_text() == "200 %"
    assert_exact(canvas(page, key("gray", 0)), GRAY[0], 2)


def test_device_pixels_are_exact_on_a_fine_screen(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("gray", 2, mode="side"), device_scale_factor=1.5)
    press(page, "d")
    assert "one image pixel is one screen pixel" in page.locator(".rr-readout").inner_text()
    assert_exact(canvas(page, key("gray", 0)), GRAY[0])
    assert_exact(on_screen(page, key("gray", 1)), GRAY[1])


def test_fit_shows_all_of_it_without_seams(viewer: Callable[..., Any], store: PanelStore) -> None:
    if not store.has(key("flat", 0)):
        for i in range(2):
            store.register(key("flat", i), np.full((1500, 2100), 255, np.uint8))
    page = viewer(spec("flat", 2, mode="single"))
    shown = canvas(page, key("flat", 0))[..., 0]
    inside = shown[:, shown[shown.shape[0] // 2] == 255]
    assert inside.shape[1] > 400
    assert set(np.unique(inside)) <= {0, 255}
    assert (inside == 255).all(axis=1).sum() == (inside == 255).any(axis=1).sum()


def test_a_small_picture_is_enlarged_by_a_whole_number(
    viewer: Callable[..., Any], store: PanelStore
) -> None:
    picture = noise(7)[:83, :101]
    store.register(key("small", 0), picture)
    page = viewer(spec("small", 1))
    zoom = look(page)["zoom"]
    assert zoom == int(zoom) >= 2
    shown = canvas(page, key("small", 0))
    inside = as_shown(picture, int(zoom))
    top, left = ((a - b + 1) // 2 for a, b in zip(shown.shape[:2], inside.shape[:2], strict=True))
    assert np.array_equal(shown[top : top + inside.shape[0], left : left + inside.shape[1]], inside)


def test_keys_move_zoom_and_keep_all_panes_in_step(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("gray", 5, mode="side"))
    fitted = look(page)
    press(page, "1", "ArrowRight", "ArrowDown")
    moved = look(page)
    assert moved["x"] > fitted["x"]
    assert moved["y"] > fitted["y"]
    press(page, "+", "+", "-", "ArrowLeft", "ArrowUp")
    looks = page.evaluate(f"() => {VIEWER}.shown.map((pane) => pane.look())")
    assert len(looks) == 5
    assert all(one == pytest.approx(looks[0], abs=1e-6) for one in looks)
    press(page, "0")
    assert look(page) == pytest.approx(fitted, rel=1e-6)


def test_the_wheel_zooms_only_once_the_picture_was_chosen(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("gray", 2))
    before = look(page)["zoom"]
    page.mouse.move(400, 300)
    page.mouse.wheel(0, -300)
    page.get_by_text("Click the picture first").wait_for()
    assert look(page)["zoom"] == before
    page.mouse.click(400, 300)
    deadline = time.monotonic() + 30
    while look(page)["zoom"] < before * 1.1:
        # OpenSeadragon drops notches that follow another within 50 ms, so there are several.
        page.mouse.wheel(0, -300)
        assert time.monotonic() < deadline


def test_the_divider_moves_by_key_mouse_and_touch(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("gray", 2), has_touch=True)
    divider = page.get_by_role("slider")
    value = lambda: int(divider.get_attribute("aria-valuenow"))  # noqa: E731
    assert "Input on the left, SwinIR on the right" in divider.get_attribute("aria-label")
    divider.focus()
    page.keyboard.press("ArrowRight")
    assert (value(), divider.get_attribute("aria-valuetext")) == (52, "52 % Input")
    page.keyboard.press("Home")
    assert value() == 0
    press(page, "]", "]", "]")
    assert value() == 15

    stage = page.locator(".rr-stage").bounding_box()
    middle = stage["y"] + stage["height"] / 2
    page.mouse.move(stage["x"] + 0.15 * stage["width"], middle)
    page.mouse.down()
    page.mouse.move(stage["x"] + 0.6 * stage["width"], middle, steps=4)
    page.mouse.up()
    assert value() == 60

    touch = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0.6), ("touchMove", 0.4), ("touchMove", 0.25)):
        point = {"x": stage["x"] + share * stage["width"], "y": middle}
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert value() == 25
    clip = page.locator(f"[data-key='{key('gray', 1)}'] .rr-picture").evaluate(
        "e => e.style.clipPath"
    )
    assert clip == f"inset(0px 0px 0px {round(stage['width'] / 4)}px)"


def test_touch_moves_and_pinches_the_pictures(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("gray", 2), has_touch=True, viewport={"width": 390, "height": 844})
    press(page, "1")
    before = look(page)
    box = page.locator(".rr-stage").bounding_box()
    x, y = box["x"] + 80, box["y"] + 150
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, *points: tuple[float, float]) -> None:
        spots = [{"x": px, "y": py, "id": i} for i, (px, py) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

    fingers("touchStart", (x, y))
    for step in range(1, 6):
        fingers("touchMove", (x - 8 * step, y))
    page.wait_for_timeout(150)
    fingers("touchEnd")
    settle(page)
    dragged = look(page)
    assert dragged["x"] == pytest.approx(before["x"] + 40, abs=6)
    fingers("touchStart", (x, y), (x + 40, y))
    for step in range(1, 6):
        fingers("touchMove", (x - 5 * step, y), (x + 40 + 5 * step, y))
    fingers("touchEnd")
    settle(page)
    assert look(page)["zoom"] > 1.5


@pytest.mark.parametrize("density", [1, 2])
def test_values_under_the_pointer_are_those_stored(
    viewer: Callable[..., Any], density: int
) -> None:
    page = viewer(spec("colour", 2), device_scale_factor=density)
    press(page, "1")
    row, column = assert_exact(canvas(page, key("colour", 0)), COLOUR[0], density)
    box = page.locator(f"[data-key='{key('colour', 0)}'] .rr-picture").bounding_box()
    page.mouse.move(box["x"] + 101, box["y"] + 57)
    x, y = column // density + 101, row // density + 57
    values = [" ".join(map(str, picture[y, x])) for picture in COLOUR]
    expected = f"x {x}, y {y}  ·  Input {values[0]}  ·  SwinIR {values[1]}"
    page.wait_for_function(
        "words => document.querySelector('.rr-readout').textContent === words", arg=expected
    )
    page.mouse.move(5, 5)
    page.get_by_text("Exact: one image pixel is").wait_for()


def test_blink_shows_one_of_two_and_flips_by_key_button_and_click(
    viewer: Callable[..., Any],
) -> None:
    page = viewer(spec("gray", 3))
    press(page, "1", "o", "b")
    row, column = assert_exact(canvas(page, key("gray", 0)), GRAY[0])

    def shows(index: int) -> bool:
        painted = on_screen(page, key("gray", index))
        height, width = painted.shape[:2]
        whole = as_shown(GRAY[index])[row : row + height, column : column + width]
        return np.array_equal(painted, whole)

    assert shows(0)
    page.keyboard.press("Space")
    assert shows(1)
    page.get_by_role("button", name="Flip").click()
    assert shows(0)
    page.mouse.click(500, 400)
    page.wait_for_timeout(50)
    assert shows(1)
    page.get_by_role("combobox", name="B").select_option("Removed by SwinIR")
    settle(page)
    page.locator(".rr-stage").focus()
    page.keyboard.press("Space")
    assert not shows(1)


def test_blinking_by_itself_is_slow_and_off_where_motion_is_unwanted(
    viewer: Callable[..., Any],
) -> None:
    page = viewer(spec("gray", 2, mode="blink"))
    flips = page.evaluate(
        """() => new Promise((done) => {
          const times = [];
          new MutationObserver(() => times.push(performance.now())).observe(
            document.querySelector(".rr-pane"), { attributes: true, attributeFilter: ["class"] });
          document.querySelector(".rr-auto").click();
          setTimeout(() => done(times), 2000);
        })"""
    )
    assert len(flips) >= 2
    assert min(np.diff(flips)) > 500
    calm = viewer(spec("gray", 2, mode="blink"), reduced_motion="reduce")
    assert not calm.get_by_role("button", name="Auto").is_visible()
    calm.get_by_role("button", name="Flip").click()


def test_places_are_outlined_listed_strongest_first_and_gone_to(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("gray", 2, mode="side"))
    assert page.locator(".rr-outline").count() == 4
    page.get_by_role("button", name="1 · Edge softened").click()
    settle(page)
    there = look(page)
    assert (there["x"], there["y"]) == pytest.approx((1545, 945), abs=0.5)
    assert there["zoom"] == int(there["zoom"]) >= 1
    box = page.locator(".rr-outline").first.bounding_box()
    assert (box["width"], box["height"]) == pytest.approx((90 * there["zoom"],) * 2, abs=3)
    press(page, "n")
    assert (look(page)["x"], look(page)["y"]) == pytest.approx((230, 320), abs=0.5)
    assert page.locator(".rr-announcer").inner_text() == "Place 2 of 2: Texture removed"
    press(page, "p", "o")
    assert look(page)["x"] == pytest.approx(1545, abs=0.5)
    assert not page.locator(".rr-outline").first.is_visible()


def test_choosers_change_what_is_compared(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("gray", 5))
    labels = lambda: page.locator(".rr-pane:not(.rr-away) .rr-label b").all_inner_texts()  # noqa: E731
    assert set(labels()) == {"Input", "SwinIR"}
    page.get_by_role("combobox", name="Right").select_option("Original")
    assert set(labels()) == {"Input", "Original"}
    page.get_by_role("combobox", name="Left").select_option("Original")
    assert page.get_by_role("combobox", name="Right").input_value() == key("gray", 0)
    page.get_by_role("button", name="Side by side").click()
    settle(page)
    assert len(labels()) == 5
    page.locator(".rr-chooser").get_by_role("button", name="NLM").click()
    assert "NLM" not in labels()
    page.get_by_role("button", name="Single").click()
    page.locator(".rr-chooser").get_by_role("button", name="Removed by SwinIR").click()
    settle(page)
    assert labels() == ["Removed by SwinIR"]


def test_view_and_mode_stay_when_a_model_is_added_and_nothing_jumps(
    viewer: Callable[..., Any],
) -> None:
    page = viewer(None)
    box = page.locator(".rr-stage").bounding_box()
    total = page.locator("#cmp").bounding_box()
    assert page.get_by_text("Nothing to compare yet").is_visible()
    show(page, spec("gray", 2))
    assert page.locator(".rr-stage").bounding_box() == box
    press(page, "c", "1", "ArrowRight")
    before = look(page)
    more = spec("gray", 3)
    del more["start"]
    show(page, more)
    assert look(page) == pytest.approx(before, abs=1e-6)
    assert page.locator(".rr-pane:not(.rr-away)").count() == 3
    show(page, None)
    assert page.locator("#cmp").bounding_box() == total


def test_an_element_that_comes_later_becomes_a_viewer(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("gray", 2))
    page.evaluate("html => { document.getElementById('place').innerHTML = html; }", ELEMENT)
    show(page, spec("gray", 3, mode="side", left=2, right=0))
    assert page.locator("#cmp .rr-pane").count() == 3
    press(page, "s")
    left, right = (page.get_by_role("combobox", name=side) for side in ("Left", "Right"))
    assert (left.input_value(), right.input_value()) == (key("gray", 2), key("gray", 0))


def test_a_panel_that_is_gone_says_so_and_can_be_tried_again(
    open_page: Callable[..., Any], address: str, store: PanelStore
) -> None:
    watched = open_page(address)
    page = watched.page
    page.wait_for_function("() => document.getElementById('cmp').show")
    gone = spec("gone", 2, mode="single")
    page.evaluate("spec => document.getElementById('cmp').show(spec)", gone)
    trouble = page.get_by_role("alert")
    trouble.wait_for()
    assert "Input cannot be shown" in trouble.inner_text()
    assert "no longer on the server" in trouble.inner_text()
    assert all("404" in complaint for complaint in watched.complaints)
    watched.complaints.clear()
    store.register(key("gone", 0), GRAY[0])
    page.get_by_role("button", name="Try again").click()
    settle(page)
    assert not trouble.is_visible()
    store.remove("gone-token")


def test_the_list_of_keys_opens_and_closes_by_key(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("gray", 2))
    press(page, "?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog", name="Keys").is_visible()


def test_focus_is_always_seen_and_every_control_is_reached(viewer: Callable[..., Any]) -> None:
    page = viewer(spec("gray", 2))
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        name, ring = page.evaluate(
            """() => { const at = document.activeElement;
              const ring = at.matches(".rr-divider") ? at.querySelector("span") : at;
              return [at.getAttribute("aria-label") || at.textContent,
                      getComputedStyle(ring).outlineStyle]; }"""
        )
        if not page.evaluate(
            "() => document.getElementById('cmp').contains(document.activeElement)"
        ):
            break
        assert ring == "solid", name
        reached.append(name)
    assert {"Split", "Blink", "Zoom in", "Fit", "1:1", "Outlines", "List of keys"} <= set(reached)
    assert any(name.startswith("Divider") for name in reached)
    assert any(name.startswith("Pictures") for name in reached)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(viewer: Callable[..., Any], scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = viewer(spec("gray", 5), color_scheme=scheme)
    for keys in ("s", "c", "b", "v", "?"):
        press(page, keys)
        violations = Axe().run(page).response["violations"]
        serious = [v for v in violations if v["impact"] in ("serious", "critical")]
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in serious] == []


def test_a_phone_shows_every_mode_without_scrolling_sideways(viewer: Callable[..., Any]) -> None:
    page = viewer(
        spec("gray", 5),
        viewport={"width": 390, "height": 844},
        device_scale_factor=3,
        has_touch=True,
    )
    for keys in ("s", "c", "b", "v", "?"):
        press(page, keys)
        assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    press(page, "c")
    stage = page.locator(".rr-stage").bounding_box()
    for pane in page.locator(".rr-pane").all():
        box = pane.bounding_box()
        assert box["y"] + box["height"] <= stage["y"] + stage["height"]
        assert box["x"] + box["width"] <= stage["x"] + stage["width"]


@pytest.mark.slow
def test_it_works_inside_a_gradio_page(
    serve: Callable[[Any], str], store: PanelStore, open_page: Callable[..., Any]
) -> None:
    import gradio as gr

    app = viewer_app(store)
    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.HTML(ELEMENT, padding=False)
        button = gr.Button("Show", elem_id="show")
        what = json.dumps(spec("colour", 2))
        button.click(None, js=f"() => document.getElementById('cmp').show({what})")
    gr.mount_gradio_app(
        app, blocks, path="/", head=SCRIPTS, css_paths=[THEME, *VIEWER_STYLES], ssr_mode=False
    )
    page = open_page(serve(app), color_scheme="dark").page
    page.locator("#cmp .rr-stage").wait_for(timeout=60_000)
    page.locator("#show").click()
    settle(page)
    press(page, "c", "o", "1")
    for i in (0, 1):
        assert_exact(on_screen(page, key("colour", i)), COLOUR[i])
    surround = page.locator(".rr-stage").evaluate("e => getComputedStyle(e).backgroundColor")
    assert surround == "rgb(51, 51, 51)"
