"""What the browser is told about a case: how far it is, what came out, what to show."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from restoration.audit import amplified_residual
from restoration.batch import page_reader
from restoration.errors import OutOfRange, RestorationError
from restoration.jobs import State
from restoration.models.catalogue import find
from restoration.pages import Pixels
from restoration.recipe import PageRecord
from restoration.restoring import read_input
from ui.restore.desk import Case, RestorationDesk

DOUBT_GAIN = 10.0
"""Expected errors are a few gray levels: shown so much stronger."""


def progress_view(desk: RestorationDesk, case: Case) -> dict[str, Any]:
    """State and progress of a case as JSON."""
    job = case.job
    return {
        "id": case.id,
        "state": job.state.value,
        "done": job.progress.done,
        "doing": job.progress.doing,
        "waitingBefore": desk.waiting_before(case) if job.state is State.QUEUED else 0,
        "error": error_view(job.error) if job.error else None,
    }


def error_view(error: RestorationError) -> dict[str, str | None]:
    """An error's parts as JSON, so that a page can lay them out."""
    return {
        "problem": error.problem,
        "actual": error.actual,
        "expected": error.expected,
        "remedy": error.remedy,
    }


def page_view(desk: RestorationDesk, case: Case, file: int, page: int) -> dict[str, Any]:
    """One page of one file of a finished case: panels, findings, scores, downloads.

    Registers the page's panels; they are drawn when the viewer asks. Raises `OutOfRange`.
    """
    outcome = case.outcomes[_within(file, len(case.outcomes), "file")]
    files = [
        {
            "name": name,
            "pages": len(other.recipes[0].pages) if other.recipes else 0,
            "error": error_view(other.error) if other.error else None,
        }
        for name, other in zip(case.names, case.outcomes, strict=True)
    ]
    if outcome.error is not None:
        return {"files": files, "file": file, "page": 0, "error": error_view(outcome.error)}
    count = len(outcome.recipes[0].pages)
    page = _within(page, count, "page")
    records = [recipe.pages[page] for recipe in outcome.recipes]
    notices = dict.fromkeys(
        notice
        for recipe, record in zip(outcome.recipes, records, strict=True)
        for notice in (*recipe.notices, *record.notices)
    )
    return {
        "files": files,
        "file": file,
        "page": page,
        "pages": count,
        "found": records[0].found,
        "notices": list(notices),
        "models": [
            model_view(asked, record) for asked, record in zip(case.models, records, strict=True)
        ],
        "viewer": _viewer(desk, case, file, page, records),
        "downloads": downloads(case, file),
    }


def model_view(asked: str, record: PageRecord) -> dict[str, Any]:
    """What one model did to the page."""
    return {
        "asked": asked,
        "model": record.model,
        "title": find(record.model).title if not record.model.startswith("own:") else record.model,
        "why": record.why,
        "level": record.level,
        "levelSource": record.level_source,
        "strength": record.strength,
        "seconds": record.seconds,
        "tiles": record.tiles,
        "seamRatio": record.seam_ratio,
        "scores": vars(record.scores),
        "audit": record.audit,
        "doubt": None if record.doubt is None else vars(record.doubt),
    }


def downloads(case: Case, file: int) -> list[dict[str, Any]]:
    """What can be fetched of one file, and the whole case as a zip."""
    listed = []
    for target in case.tasks[file].targets:
        for label, path in (
            ("Restored", target.output),
            ("Restored, exact", target.lossless),
            ("Expected error", target.expected_error),
            ("Recipe", target.recipe),
        ):
            if _was_written(path):
                listed.append(
                    {
                        "label": f"{label} ({Path(target.model).stem})",
                        "name": path.name,
                        "bytes": path.stat().st_size,
                        "address": f"cases/{case.id}/files/{path.name}",
                    }
                )
    listed.append(
        {
            "label": "Everything",
            "name": "restored.zip",
            "bytes": None,
            "address": f"cases/{case.id}/restored.zip",
        }
    )
    return listed


def _viewer(
    desk: RestorationDesk, case: Case, file: int, page: int, records: list[PageRecord]
) -> dict[str, Any]:
    task, prefix = case.tasks[file], f"{case.id}-{file}-{page}"
    load_input = partial(_input, case, file, page)
    panels = [_panel(desk, f"{prefix}-input", "Input", "input", load_input)]
    for number, (target, record) in enumerate(zip(task.targets, records, strict=True)):
        shown = target.lossless if _was_written(target.lossless) else target.output
        load_restored = partial(_page, shown, page)
        panels.append(
            _panel(desk, f"{prefix}-restored{number}", record.model, "restored", load_restored)
        )
        panels.append(
            _panel(
                desk,
                f"{prefix}-removed{number}",
                f"Removed by {record.model}",
                "removed",
                partial(_removed, load_input, load_restored),
                f"{record.audit['gain']:.0f} × around gray",
            )
        )
        if record.doubt is not None:
            panels.append(
                _panel(
                    desk,
                    f"{prefix}-doubt{number}",
                    f"Expected error of {record.model}",
                    "removed",
                    partial(_doubt, target.expected_error, page),
                    f"white: {255 / DOUBT_GAIN:.0f} gray levels or more",
                )
            )
    reference = _reference(case, file, page)
    if reference is not None:
        panels.append(_panel(desk, f"{prefix}-original", "Clean original", "original", reference))
    return {
        "panels": panels,
        "places": [place for record in records for place in _places(record)],
        "start": {"mode": "split", "left": 0, "right": 1},
    }


def _was_written(path: Path | None) -> TypeGuard[Path]:
    return path is not None and path.is_file()


def _panel(
    desk: RestorationDesk,
    key: str,
    label: str,
    role: str,
    load: Callable[[], Pixels],
    note: str = "",
) -> dict[str, str]:
    if not desk.panels.has(key):
        desk.panels.register(key, lambda: as_seen(load()))
    return {"key": key, "label": label, "role": role, "note": note}


def as_seen(pixels: Pixels) -> NDArray[np.uint8]:
    """The 8-bit picture that a screen shows of (H, W, C) pixels in [0, 1]."""
    seen = np.clip(pixels, 0, 1)
    seen *= 255
    return np.rint(seen).astype(np.uint8)


def _input(case: Case, file: int, page: int) -> Pixels:
    return read_input(case.tasks[file].source, page, case.request, page_reader()).pixels


def _page(path: Path, page: int) -> Pixels:
    return page_reader().read(path, page).pixels


def _removed(load_input: Callable[[], Pixels], load_restored: Callable[[], Pixels]) -> Pixels:
    return amplified_residual(load_input(), load_restored())[0]


def _doubt(path: Path, page: int) -> Pixels:
    return np.asarray(_page(path, page) * DOUBT_GAIN, np.float32)


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
            f"{place['strength']:.1f} times what noise leaves",
        }
        for place in record.audit["places"]
    ]


def _reference(case: Case, file: int, page: int) -> Callable[[], Pixels] | None:
    if case.request.noise is not None:
        return partial(_page, case.tasks[file].source, page)
    if case.request.reference is not None:
        return partial(_page, case.request.reference, page)
    return None


def _within(index: int, count: int, name: str) -> int:
    if not 0 <= index < count:
        raise OutOfRange(
            f"There is no such {name}", actual=str(index + 1), expected=f"1 to {count}"
        )
    return index
