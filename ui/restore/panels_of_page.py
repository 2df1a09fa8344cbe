"""The pictures of one page of a case: what the viewer shows, read from the files when looked at."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from restoration.audit import amplified_residual
from restoration.batch import page_reader
from restoration.pages import Pixels
from restoration.recipe import PageRecord
from restoration.restoring import Target, read_input
from ui.panels import KeyInUse, PanelStore
from ui.restore.desk import Case

ERROR_GAIN = 10.0
"""Expected errors are a few gray levels: shown so much stronger."""

Load = Callable[[], Pixels]


def show_page(
    panels: PanelStore, case: Case, file: int, page: int, records: list[PageRecord]
) -> dict[str, Any]:
    """Register the page's panels; the viewer's spec: input, results, original, what was removed."""
    task, prefix = case.tasks[file], f"{case.id}-{file}-{page}"
    load_input = partial(_input, case, file, page)
    shown = [_panel(panels, f"{prefix}-input", "Input", "input", load_input)]
    explained = []
    for number, (target, record) in enumerate(zip(task.targets, records, strict=True)):
        load_result = partial(_page, _shown_file(target), page)
        shown.append(
            _panel(panels, f"{prefix}-restored{number}", record.model, "restored", load_result)
        )
        if "gain" in record.audit:  # what was enlarged has no residual
            explained.append(
                _panel(
                    panels,
                    f"{prefix}-removed{number}",
                    f"Removed by {record.model}",
                    "removed",
                    partial(_removed, load_input, load_result),
                    f"{record.audit['gain']:.0f} × around gray",
                )
            )
        if record.doubt is not None:
            explained.append(
                _panel(
                    panels,
                    f"{prefix}-error{number}",
                    f"Expected error of {record.model}",
                    "removed",
                    partial(_expected_error, target, page),
                    f"white: {255 / ERROR_GAIN:.0f} gray levels or more",
                )
            )
    reference = _reference(case, file, page)
    if reference is not None:
        shown.append(_panel(panels, f"{prefix}-original", "Clean original", "original", reference))
    return {
        "panels": shown + explained,
        "places": [place for record in records for place in _places(record)],
        "start": {"mode": "split", "left": 0, "right": 1},
    }


def shown_pixels(case: Case, file: int, target: int, page: int) -> Pixels:
    """The exact pixels of a result."""
    return _page(_shown_file(case.tasks[file].targets[target]), page)


def was_written(path: Path | None) -> TypeGuard[Path]:
    """Whether a file that not every restoration has is there."""
    return path is not None and path.is_file()


def as_seen(pixels: Pixels) -> NDArray[np.uint8]:
    """The 8-bit picture that a screen shows of (H, W, C) pixels in [0, 1]."""
    seen = np.clip(pixels, 0, 1)
    seen *= 255
    return np.rint(seen).astype(np.uint8)


def _panel(
    panels: PanelStore, key: str, label: str, role: str, load: Load, note: str = ""
) -> dict[str, str]:
    with suppress(KeyInUse):  # two may look at one page for the first time
        panels.register(key, lambda: as_seen(load()))
    return {"key": key, "label": label, "role": role, "note": note}


def _shown_file(target: Target) -> Path:
    """The file with the exact pixels: the output, except where its format loses some."""
    return target.lossless if was_written(target.lossless) else target.output


def _input(case: Case, file: int, page: int) -> Pixels:
    return read_input(case.tasks[file].source, page, case.request, page_reader()).pixels


def _page(path: Path, page: int) -> Pixels:
    return page_reader().read(path, page).pixels


def _removed(load_input: Load, load_result: Load) -> Pixels:
    return amplified_residual(load_input(), load_result())[0]


def _expected_error(target: Target, page: int) -> Pixels:
    return np.asarray(_page(target.expected_error, page) * ERROR_GAIN, np.float32)


def _reference(case: Case, file: int, page: int) -> Load | None:
    if case.request.noise is not None:
        return partial(_page, case.tasks[file].source, page)
    if case.request.reference is not None:
        return partial(_page, case.request.reference, page)
    return None


def _places(record: PageRecord) -> list[dict[str, Any]]:
    """The places to check, as the viewer wants them."""
    return [
        {
            "x": place["x"],
            "y": place["y"],
            "w": place["width"],
            "h": place["height"],
            "strength": place["strength"],
            "label": f"{record.model}: structure was removed, "
            f"{place['strength']:.1f} times the most that noise leaves",
        }
        for place in record.audit["places"]
    ]
