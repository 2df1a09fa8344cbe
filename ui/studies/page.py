"""The Studies page: set a study up, watch it, take its data.

Who opens it: somebody who runs rating studies and asks how they are getting on. Within ten seconds
they see each study's state and pace; everything about one is on its tabs. Who is not logged in
sees what a study can say, on the sample study or on votes of their own, and the login.
"""

from __future__ import annotations

import gradio as gr

from evaluation.studies.collecting.store import StudyStore
from ui.studies.tabs import TABS

ROOT = """<section class="rr-studies-page" data-rr-studies aria-label="Studies"></section>"""


def fill_page(store: StudyStore) -> None:
    """Build the page inside the current Gradio context."""
    gr.HTML(ROOT, padding=False, apply_default_css=False)
    with gr.Column(elem_id="study-tabs"), gr.Tabs():
        for each in TABS:
            with gr.Tab(each.title) as tab:
                each.fill(store, tab)
