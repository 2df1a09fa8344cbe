"""The Explain page: one question, answered on the visitor's own crop.

Who opens it: somebody who saw a noisy scan come out clear and wonders how that can be, or does
not believe it. Within ten seconds they see the first of nine short sections, each with a picture
to play with, a sentence and a number. The article is made by `restoration.explanation`, the same
as on the command line; explain.js brings it here.
"""

from __future__ import annotations

import gradio as gr

from restoration.explanation.question import preferred
from restoration.models.card import Task
from restoration.models.catalogue import Availability, available, cards
from restoration.page_restoration import AUTO
from ui.sample_buttons import sample_buttons

EXPLANATION = """
<section class="rr-explain" data-rr-explain aria-label="Explanation">
  <h1 class="rr-question">How can noise go and detail stay?</h1>
  <div class="rr-status" data-status role="status" aria-live="polite"></div>
  <div data-place></div>
  <div data-story></div>
</section>
"""
MESSAGE = "<div data-rr-explain-message></div>"
# What the controls hold goes to a plain address, as on the Restore page (docs/decisions.md).
BEGIN = "(file, model, page) => window.rrExplain.begin(file, model, page)"
FORGET_SAMPLE = "() => window.rrExplain.forgetSample()"
TAKE_SAMPLE = "(sample, model) => window.rrExplain.take(sample, model)"
"""Gives null: the file that was uploaded before is put aside."""


def fill_page() -> None:
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
            gr.HTML(MESSAGE, padding=False, apply_default_css=False, elem_id="explain-message")
            sample = sample_buttons("explain-samples")
    start.click(None, [file, model, page], None, js=BEGIN)
    file.upload(None, None, None, js=FORGET_SAMPLE)
    sample.submit(None, [sample, model], file, js=TAKE_SAMPLE)


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
