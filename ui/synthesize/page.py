"""The Synthesize page: a map on the left, the picture on the right, the noise between them.

Who opens it: somebody who needs labelled tissue and has few slides, or who has read the paper and
wants to see it happen. Within ten seconds they see one map drawn with and without noise beside the
real field, and a slider that changes it. Everything is drawn in the browser from the addresses of
ui/synthesize/routes.py; nothing on the page is Gradio's, because a map must come back exact to the
pixel.
"""

from __future__ import annotations

import gradio as gr

PAGE = """
<section class="rr-synthesize rr-result" data-rr-synthesize data-state="loading"
  aria-label="Synthesize">
  <h1 class="rr-question">What does noise give to a generator?</h1>
  <p class="rr-lead">Lone noise pixels in a map of tissue regions tell the generator where it may
    put something. On the Restore page noise hides information; here it stands in for information
    that the map lacks.</p>
  <div class="rr-bench">
    <div class="rr-map" data-rr-map></div>
    <div class="rr-noise" data-rr-noise></div>
    <div class="rr-drawn">
      <div data-rr-viewer></div>
      <div class="rr-status" data-rr-status role="status" aria-live="polite"></div>
      <div data-rr-results></div>
    </div>
  </div>
  <div class="rr-sweep" data-rr-sweep></div>
</section>
"""


def fill_page() -> None:
    """Build the page inside the current Gradio context."""
    gr.HTML(PAGE, padding=False, apply_default_css=False, elem_id="synthesize")
