"""The tabs of one study, in their order; each is one entry of `TABS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr
import pandas as pd

from evaluation.studies.collecting.administration import account_of
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.vote_export import votes_of
from ui.studies.owner import COOKIE

STUDY_IN_ADDRESS = """() => new URLSearchParams(location.search).get("study") || "" """
"""Gives an event the study that the page shows: `tab.select(fn, study, ..., js=...)`."""


@dataclass(frozen=True)
class StudyTab:
    """One tab: its title, and what builds its components in the Gradio context of the tab."""

    title: str
    fill: Callable[[StudyStore, gr.Tab], None]


def votes_for_owner(store: StudyStore, study_id: str, request: gr.Request) -> pd.DataFrame:
    """The votes of a study, if whoever asks is logged in; raises NotLoggedIn, UnknownStudy."""
    account_of(store, request.cookies.get(COOKIE, ""))
    return votes_of(store, study_id)


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
