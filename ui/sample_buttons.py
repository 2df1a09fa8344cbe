"""The bundled samples as buttons: for visitors who have no scan at hand."""

from __future__ import annotations

from html import escape

import gradio as gr

from restoration.samples import SAMPLES, Sample

BUTTONS = """
<div class="rr-samples" role="group" aria-label="Sample scans">
  <p class="rr-quiet">No scan at hand? Try one of these:</p>
  {buttons}
</div>
"""

ON_SAMPLE = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-sample]');
  if (!button) return;
  props.value = button.dataset.sample;
  trigger('submit');
});
"""


def sample_buttons(elem_id: str) -> gr.HTML:
    """A component whose `submit` event brings the id of the sample that was pressed."""
    return gr.HTML(
        value="",
        html_template=BUTTONS.format(buttons="".join(map(_button, SAMPLES))),
        js_on_load=ON_SAMPLE,
        padding=False,
        apply_default_css=False,
        elem_id=elem_id,
    )


def _button(sample: Sample) -> str:
    return (
        f'<button type="button" data-sample="{escape(sample.id)}" '
        f'title="{escape(sample.description)}">'
        f'<img src="samples/{escape(sample.clean_path.name)}" alt="" loading="lazy">'
        f"<span>{escape(sample.title)}</span></button>"
    )
