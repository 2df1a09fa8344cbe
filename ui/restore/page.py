"""The Restore page: a scan in, a cleaner one out, and a look at what was changed.

Who opens it: somebody with a noisy scan who fears that the model makes things up. Within ten
seconds they see a restored sample, split in the middle, with one sentence on what was removed,
and where to drop their own scan. The controls are Gradio's; the result is drawn by result.js
from the case's addresses, because it must outlive the page and stay exact to the pixel.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from html import escape

import gradio as gr

from restoration.chain.steps import PROPOSED
from restoration.degradations import DegradationKind
from restoration.models.card import ModelCard, Task
from restoration.models.catalogue import Availability, available, cards
from restoration.page_restoration import AUTO
from restoration.settings import settings
from ui.restore.intake import ENSEMBLE_RUNS
from ui.sample_buttons import sample_buttons

MOST_MODELS = 4
"""Models side by side; with input and original that is what fits a screen."""
NO_NOISE = "none"

RESULT = """
<section class="rr-result" data-rr-result data-first-case="{first_case}" aria-label="Result">
  <h1 class="rr-question">Clean a noisy scan, and check what was removed</h1>
  <div data-rr-viewer></div>
  <div class="rr-status" data-rr-status role="status" aria-live="polite"></div>
  <div data-rr-verdict></div>
</section>
"""
DETAILS = (
    """<section class="rr-result" data-rr-details aria-label="Details of the result"></section>"""
)

# What the controls hold goes to plain addresses (routes.py) by request.js. Gradio's own events
# share one stream a page, and one that is sent while the stream closes behind another is lost.
ABOUT_SCAN = """<div data-rr-about-scan aria-live="polite"></div>"""
MESSAGE = "<div data-rr-message></div>"
DESCRIBE = "(files, ...wishes) => window.rrRequest.describe(files, wishes)"
BEGIN = "(files, ...wishes) => window.rrRequest.begin(files, wishes)"
SHOW_LEVEL = """(shown) => ({ __type__: "update", visible: shown })"""
FORGET_SAMPLE = "() => window.rrRequest.forgetSample()"
TAKE_SAMPLE = "(sample, ...wishes) => window.rrRequest.take(sample, wishes)"
"""Gives null: the files that were uploaded before are put aside."""


@dataclass(frozen=True)
class Controls:
    """What a visitor can set, in the order of `Wishes`."""

    models: gr.Dropdown
    by_hand: gr.Checkbox
    level: gr.Slider
    strength: gr.Slider
    noise_kind: gr.Dropdown
    noise_level: gr.Number
    noise_seed: gr.Number
    ensemble: gr.Checkbox

    def values(self) -> list[gr.components.Component]:
        """The components as inputs of an event."""
        return [getattr(self, each.name) for each in fields(self)]


def fill_page(first_case: str) -> None:
    """Build the page inside the current Gradio context."""
    with gr.Row(elem_classes="rr-workbench"):
        _html(RESULT.format(first_case=escape(first_case)), "result")
        with gr.Column(elem_id="controls"):
            files = gr.File(
                label="Scan: PNG, JPEG, WebP, BMP, TIFF, PDF",
                file_count="multiple",
                height=150,
                elem_id="scan",
            )
            _html(ABOUT_SCAN, "about-scan")
            basic = _basic_controls()
            start = gr.Button("Restore", variant="primary", elem_id="restore")
            _html(MESSAGE, "message")
            controls = Controls(*basic, *_further_controls())
            sample = sample_buttons("samples")
        _html(DETAILS, "details")
    _connect(files, controls, start, sample)


def _connect(files: gr.File, controls: Controls, start: gr.Button, sample: gr.HTML) -> None:
    """What happens when a visitor drops a file, takes a sample, or presses Restore."""
    everything = [files, *controls.values()]
    changes = [files.change, controls.models.change, controls.ensemble.change]
    gr.on(changes, None, everything, None, js=DESCRIBE)
    start.click(None, everything, None, js=BEGIN)
    files.upload(None, None, None, js=FORGET_SAMPLE)
    sample.submit(None, [sample, *controls.values()], files, js=TAKE_SAMPLE)
    controls.by_hand.change(None, controls.by_hand, controls.level, js=SHOW_LEVEL)


def _html(content: str, id: str) -> gr.HTML:
    return gr.HTML(content, padding=False, apply_default_css=False, elem_id=id)


def _basic_controls() -> tuple[gr.Dropdown, gr.Checkbox, gr.Slider, gr.Slider]:
    """Models, level and strength."""
    return (
        gr.Dropdown(
            _model_choices(),
            value=[AUTO],
            multiselect=True,
            max_choices=MOST_MODELS,
            label="Model",
            info="Auto chooses by what it measures on the page. Several are shown side by side.",
            elem_id="models",
        ),
        gr.Checkbox(False, label="Set the noise level by hand", elem_id="by-hand"),
        gr.Slider(
            0, 100, 25, step=1, label="Noise level σ (0-255 scale)", visible=False, elem_id="level"
        ),
        gr.Slider(
            0,
            1.5,
            1.0,
            step=0.05,
            label="Strength",
            info="0 leaves the scan, 1 is the model's answer.",
            elem_id="strength",
        ),
    )


def _further_controls() -> tuple[gr.Dropdown, gr.Number, gr.Number, gr.Checkbox]:
    """Noise to add first, for trying a model on a clean image, and the ensemble."""
    with gr.Accordion("More settings", open=False):
        return (
            gr.Dropdown(
                [("No: the scan is noisy already", NO_NOISE)]
                + [(kind.value, kind.value) for kind in DegradationKind],
                value=NO_NOISE,
                label="Add noise first, to a clean image",
                elem_id="noise-kind",
            ),
            gr.Number(25, label="Its level (σ, or JPEG quality)", elem_id="noise-level"),
            gr.Number(0, precision=0, label="Its seed", elem_id="noise-seed"),
            gr.Checkbox(
                False,
                label="Average eight orientations, and map where the result may be off",
                info=f"Takes {ENSEMBLE_RUNS} times as long.",
                elem_id="ensemble",
            ),
        )


def _model_choices() -> list[tuple[str, str]]:
    """What can run here, plainly described; what must be fetched first comes last and says so."""
    kept_size = [card for card in cards() if card.task is not Task.SUPER_RESOLUTION]
    here = [card for card in kept_size if available(card) is not Availability.DOWNLOAD]
    fetched = [] if settings().offline else [card for card in kept_size if card not in here]
    return [
        ("Auto", AUTO),
        ("Chain: the steps that each page needs", PROPOSED),
        *((_choice_label(card), card.id) for card in here),
        *((f"{_choice_label(card)} (to be fetched{_size(card)})", card.id) for card in fetched),
    ]


def _choice_label(card: ModelCard) -> str:
    return f"{card.id}: {card.title}"


def _size(card: ModelCard) -> str:
    size = card.weights.bytes if card.weights else None
    return f", {size / 1e6:.0f} MB" if size else ""
