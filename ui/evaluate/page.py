"""The Evaluate page: which model is better, and is the difference real?

Who opens it: a researcher who must choose a model, and defend the choice. Within ten seconds they
see a finished run: who is first, by how much, and which models cannot be told apart; one click on
any mark shows the images. The controls are Gradio's; results are drawn by the modules in browser/
from the run's addresses, because a run outlives the page.
"""

from __future__ import annotations

import gradio as gr

from evaluation.comparison.leaderboard import IDENTITY
from evaluation.figures.labels import damage_name
from restoration.models.card import ModelCard, Task
from restoration.models.catalogue import Availability, available, cards
from restoration.settings import settings
from ui.evaluate.intake import MOST_SEEDS
from ui.evaluate.run_case import SAMPLES

DEGRADATIONS = (
    *(f"gaussian:{level}" for level in (10, 15, 25, 35, 50, 75)),
    *(f"jpeg:{quality}" for quality in (10, 20, 30, 40)),
    "poisson:25",
    "grain:25",
    "stripes:10",
    "salt-pepper:5",
    "none",
)
FIRST_MODELS = ("unet-denoise", "nlm", "wavelet", "median")
FIRST_DEGRADATIONS = ("gaussian:15", "gaussian:25", "gaussian:50")
NO_IMAGES = "<p>Without images of yours, twelve samples are taken.</p>"

RESULT = f"""
<section class="rr-evaluate" data-rr-evaluate data-first-run="{SAMPLES}" aria-label="Comparison">
  <h1>Which model is better, and is the difference real?</h1>
  <div class="rr-status" data-rr-status role="status" aria-live="polite"></div>
  <div data-rr-comparison></div>
</section>
"""
# What the controls hold goes to plain addresses (asking.py): Gradio's events can be lost.
ABOUT_RUN = f"""<div data-rr-run-about aria-live="polite">{NO_IMAGES}</div>"""
DESCRIBE = "(files, ...choice) => window.rrRunRequest.describe(files, choice)"
START = "(files, ...choice) => window.rrRunRequest.start(files, choice)"
OPEN_TABLES = "(files) => window.rrRunRequest.openTables(files)"


def fill_page() -> None:
    """Build the page inside the current Gradio context."""
    with gr.Row(elem_classes="rr-evaluate-bench"):
        with gr.Column(elem_id="run-controls"):
            _new_run()
            with gr.Accordion("Open a run, or add human ratings", open=False):
                _earlier_run()
        _html(RESULT, "run-result")


def _new_run() -> None:
    """Data, models, degradations, the time they take, and the button that starts."""
    files = gr.File(
        label="Clean images, or a zip",
        file_count="multiple",
        height=130,
        elem_id="run-images",
    )
    models = gr.Dropdown(
        _model_choices(),
        value=list(FIRST_MODELS),
        multiselect=True,
        label="Models",
        info="“Do nothing” always takes part.",
        elem_id="run-models",
    )
    degradations = gr.Dropdown(
        [(_described(name), name) for name in DEGRADATIONS],
        value=list(FIRST_DEGRADATIONS),
        multiselect=True,
        allow_custom_value=True,
        label="Degradations",
        info="Others as kind:level, for instance gaussian:20.",
        elem_id="run-degradations",
    )
    with gr.Accordion("More settings", open=False):
        seeds = gr.Slider(
            1,
            MOST_SEEDS,
            1,
            step=1,
            label="Seeds",
            info="Draws of the noise for each image; they are no further images.",
            elem_id="run-seeds",
        )
    _html(ABOUT_RUN, "run-about")
    start = gr.Button("Start the comparison", variant="primary", elem_id="run-start")
    _html("<div data-rr-run-message></div>", "run-message")

    everything: list[gr.components.Component] = [files, models, degradations, seeds]
    changes = [files.change, models.change, degradations.change, seeds.change]
    gr.on(changes, None, everything, None, js=DESCRIBE)
    start.click(None, everything, None, js=START)


def _earlier_run() -> None:
    """Rows of a run that was made elsewhere, human ratings, and the runs of this browser."""
    tables = gr.File(
        label="rows.parquet or rows.csv, and a CSV of ratings",
        file_count="multiple",
        height=110,
        elem_id="run-tables",
    )
    _html("<div data-rr-tables-message></div>", "run-tables-message")
    _html('<div data-rr-recent aria-label="Runs of this browser"></div>', "run-recent")
    tables.upload(None, tables, None, js=OPEN_TABLES)


def _html(content: str, id: str) -> gr.HTML:
    return gr.HTML(content, padding=False, apply_default_css=False, elem_id=id)


def _described(name: str) -> str:
    return "none: images are noisy already" if name == "none" else damage_name(name)


def _model_choices() -> list[tuple[str, str]]:
    """What keeps an image's size; what must be fetched first comes last and says so."""
    fitting = [
        card for card in cards() if card.task is not Task.SUPER_RESOLUTION and card.id != IDENTITY
    ]
    here = [card for card in fitting if available(card) is not Availability.DOWNLOAD]
    fetched = [] if settings().offline else [card for card in fitting if card not in here]
    return [
        *((_label(card), card.id) for card in here),
        *((f"{_label(card)} (to be fetched)", card.id) for card in fetched),
    ]


def _label(card: ModelCard) -> str:
    return f"{card.id}: {card.title}"
