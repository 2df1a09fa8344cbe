"""The Explain page: one question, answered on the visitor's own crop.

Who opens it: somebody who saw a noisy scan come out clear and wonders how that can be, or does
not believe it. Within ten seconds they see the first of nine short sections, each with a picture
to play with, a sentence and a number. The article is made by `restoration.explanation`, the same
as on the command line; explain.js brings it here.
"""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from restoration.errors import RestorationError, UsageError
from restoration.explanation.question import Question, preferred
from restoration.models.card import Task
from restoration.models.catalogue import Availability, available, cards, find
from restoration.page_restoration import AUTO
from restoration.samples import sample_by_id
from restoration.settings import Settings
from ui.explain.desk import ExplanationDesk
from ui.explain.room import FIRST_SAMPLE
from ui.sample_buttons import sample_buttons
from ui.uploads import accepted, upload_folder

EXPLANATION = """
<section class="rr-explain" data-rr-explain aria-label="Explanation">
  <h1 class="rr-question">How can noise go and detail stay?</h1>
  <div class="rr-status" data-status role="status" aria-live="polite"></div>
  <div data-place></div>
  <div data-story></div>
</section>
"""
OPEN = "(id) => { if (id) window.rrOpenExplanation(id); }"


def fill_page(settings: Settings, desk: ExplanationDesk) -> None:
    """Build the page inside the current Gradio context."""
    with gr.Row(elem_classes="rr-explain-bench"):
        gr.HTML(EXPLANATION, padding=False, apply_default_css=False, elem_id="explanation")
        with gr.Column(elem_id="explain-controls"):
            file = gr.File(
                label="Your scan: PNG, JPEG, WebP, BMP, TIFF, PDF",
                height=140,
                elem_id="explain-scan",
            )
            model = gr.Dropdown(
                _model_choices(),
                value=AUTO,
                label="Model",
                info="A SwinIR shows attention, windows and blocks; others what applies to them.",
                elem_id="explain-model",
            )
            page = gr.Number(1, precision=0, minimum=1, label="Page", elem_id="explain-page")
            start = gr.Button("Explain", variant="primary", elem_id="explain-start")
            message = gr.HTML("", padding=False, apply_default_css=False, elem_id="explain-message")
            sample = sample_buttons("explain-samples")
    _connect(settings, desk, file, model, page, start, message, sample)


def _connect(
    settings: Settings,
    desk: ExplanationDesk,
    file: gr.File,
    model: gr.Dropdown,
    page: gr.Number,
    start: gr.Button,
    message: gr.HTML,
    sample: gr.HTML,
) -> None:
    """What happens when a visitor presses Explain or takes a sample."""
    chosen = gr.State(FIRST_SAMPLE)
    opened = gr.Textbox(visible=False, elem_id="explanation-id")

    def begin(path: str | None, sample_id: str, name: str, number: float) -> tuple[str, str]:
        try:
            return desk.open(question(settings, path, sample_id, name, number)).id, ""
        except RestorationError as error:
            return "", f'<p class="rr-error" role="alert">{escape(str(error))}</p>'

    inputs = [file, chosen, model, page]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    taken = sample.submit(lambda id: (id, None, 1), sample, [chosen, file, page], **quiet)
    for asked in (start.click, taken.then):
        asked(begin, inputs, [opened, message], **quiet).then(None, opened, None, js=OPEN)


def question(
    settings: Settings, path: str | None, sample_id: str, model: str, page: float
) -> Question:
    """From the controls to a question; raises `RestorationError`s for what cannot be asked."""
    if model != AUTO:
        find(str(model))
    if path:
        source = accepted(path, upload_folder(settings))
        return Question(source, str(model), page=int(page or 1) - 1)
    sample = sample_by_id(str(sample_id))
    if int(page or 1) != 1:
        raise UsageError("There is no such page", actual=f"{page:g}", expected="1 to 1")
    return Question(sample.path, str(model), sample.clean_path)


def _model_choices() -> list[tuple[str, str]]:
    """Models that are here and remove noise."""
    here = [
        card
        for card in cards()
        if card.task in (Task.DENOISE, Task.PAGE) and available(card) is not Availability.DOWNLOAD
    ]
    return [
        (f"Auto: {preferred()}", AUTO),
        *((f"{card.id}: {card.title}", card.id) for card in here),
    ]
