"""Explain a model on a file: for the command line, and as the work of a job."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from restoration.batch import page_reader
from restoration.errors import UsageError
from restoration.explanation.explaining import Explanation, explain
from restoration.explanation.files import png, write_explanation
from restoration.explanation.question import OVERVIEW, STORY, TRUTH, Question, preferred
from restoration.explanation.story import story
from restoration.models.catalogue import load
from restoration.page_restoration import AUTO
from restoration.pages import Pixels
from restoration.progress import Report, silent

OVERVIEW_SIDE = 360


def explain_file(question: Question, report: Report = silent) -> Explanation:
    """Explain; raises `RestorationError`s."""
    pixels = _pixels(question.source, question.page)
    clean = None if question.reference is None else _pixels(question.reference, question.page)
    if clean is not None and clean.shape != pixels.shape:
        raise UsageError(
            "The reference is not of the shape of the page",
            actual=f"shapes {clean.shape} and {pixels.shape}",
            remedy="Give the clean original of this very page, neither cut nor enlarged",
        )
    model = load(preferred() if question.model == AUTO else question.model, report=report)
    return explain(pixels, model, clean=clean, place=question.place, report=report)


def write_for_web(question: Question, folder: Path, address: str, report: Report) -> dict[str, int]:
    """What `question.explain_for_web` promises."""
    explanation = explain_file(question, report)
    write_explanation(explanation, folder, page=False)
    if explanation.field is not None:
        explanation.field.save(folder)
    np.save(folder / TRUTH, explanation.truth)
    text = story(explanation, lambda name: f"{address}/files/{name}", address)
    (folder / STORY).write_text(text, encoding="utf-8")
    pixels = _pixels(question.source, question.page)
    (folder / OVERVIEW).write_bytes(png(_overview(pixels)))
    height, width = pixels.shape[:2]
    crop_height, crop_width = explanation.truth.shape[:2]
    x, y = explanation.place
    return {
        "width": width,
        "height": height,
        "x": x,
        "y": y,
        "cropWidth": crop_width,
        "cropHeight": crop_height,
    }


def _pixels(path: Path, page: int) -> Pixels:
    count = page_reader().describe(path).page_count
    if not 0 <= page < count:
        raise UsageError("There is no such page", actual=str(page + 1), expected=f"1 to {count}")
    return page_reader().read(path, page).pixels


def _overview(pixels: Pixels) -> Pixels:
    """The whole page, reduced to fit a square."""
    height, width = pixels.shape[:2]
    factor = min(1.0, OVERVIEW_SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    planes = [
        np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BOX))
        for plane in np.moveaxis(np.clip(pixels, 0, 1), 2, 0)
    ]
    return np.stack(planes, axis=2)
