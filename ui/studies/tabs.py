"""The tabs of one study, in their order; each is one entry of `TABS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr

from evaluation.studies.collecting.store import StudyStore


@dataclass(frozen=True)
class StudyTab:
    """One tab: its title, and what builds its components in the Gradio context of the tab."""

    title: str
    fill: Callable[[StudyStore, gr.Tab], None]


def _drawn(name: str) -> Callable[[StudyStore, gr.Tab], None]:
    """A tab that study.js fills from the study's address."""

    def fill(_: StudyStore, __: gr.Tab) -> None:
        gr.HTML(f'<div data-rr-study-tab="{name}"></div>', padding=False, apply_default_css=False)

    return fill


TABS = (
    StudyTab("Design", _drawn("design")),
    StudyTab("Raters", _drawn("raters")),
    StudyTab("Results", _drawn("results")),
    StudyTab("Data", _drawn("data")),
)
