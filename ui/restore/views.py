"""What the browser is told about a case: how far it is, what came out, what to show."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from restoration.errors import OutOfRange
from restoration.job import State
from restoration.models.catalogue import find
from restoration.recipe import PageRecord, StepRecord
from ui.answers import error_view
from ui.restore.desk import Case, RestorationDesk
from ui.restore.panels_of_page import show_page, was_written


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
        "viewer": show_page(desk.panels, case, file, page, records),
        "downloads": downloads(case, file),
    }


def model_view(asked: str, record: PageRecord) -> dict[str, Any]:
    """What one model did to the page."""
    return {
        "asked": asked,
        "model": record.model,
        "title": _title(record),
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
        "steps": [step_view(step) for step in record.steps],
    }


def step_view(step: StepRecord) -> dict[str, Any]:
    """One step of a chain."""
    return {
        "step": step.step,
        "model": step.model,
        "why": step.why,
        "kept": step.kept,
        "verdict": step.verdict,
    }


def _title(record: PageRecord) -> str:
    if record.steps:
        return "Several models, one after the other"
    return record.model if record.model.startswith("own:") else find(record.model).title


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
            if was_written(path):
                listed.append(
                    {
                        "label": f"{label} ({Path(target.model).stem})",
                        "name": path.name,
                        "bytes": path.stat().st_size,
                        "address": f"cases/{case.id}/files/{quote(path.name)}",
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


def _within(index: int, count: int, name: str) -> int:
    if not 0 <= index < count:
        raise OutOfRange(
            f"There is no such {name}", actual=str(index + 1), expected=f"1 to {count}"
        )
    return index
