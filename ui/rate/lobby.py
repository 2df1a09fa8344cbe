"""The Rate page of the site: studies that anybody may join, and where to put an invitation.

Who opens it: somebody who heard that opinions are wanted. Within ten seconds they see which study
takes raters, how long it takes, and one button.
"""

from __future__ import annotations

from html import escape

import gradio as gr

from evaluation.studies.collecting.creation import join_link
from evaluation.studies.collecting.demonstration import TITLE, demonstration_link
from evaluation.studies.collecting.progress import open_studies
from evaluation.studies.collecting.store import StudyStore

PAGE = """
<article class="rr-about rr-lobby">
  <h1>Judge restored pictures</h1>
  <p class="rr-lead">People see what numbers miss. Your judgement is stored under a random name,
  you never learn which model made a picture, and you can stop and go on at any time.</p>
  {studies}
  <h2>You have an invitation?</h2>
  <p>Open the link that you were sent. It also brings you back to where you stopped, on any
  computer.</p>
  <p>Or rate a result of your own on the <a href="restore">Restore</a> page: one click is a
  vote.</p>
</article>
"""
CARD = '<li><h3>{title}</h3><p>{sentence}</p><a class="rr-join" href="{link}">Begin</a></li>'
TRY_IT = "The sample scans, each restored in several ways; about two minutes."


def fill_lobby(store: StudyStore) -> None:
    """Build the page; the list is made anew each time it is opened."""
    gr.HTML(lambda: lobby_html(store), padding=False, apply_default_css=False)


def lobby_html(store: StudyStore) -> str:
    """The page with the studies that are open now."""
    listed = [
        (study.title, study.sentence, join_link(study.token)) for study in open_studies(store)
    ]
    if demonstration_link(store) is None:
        listed.append((TITLE, TRY_IT, "rate/try"))
    cards = "".join(
        CARD.format(title=escape(title), sentence=escape(sentence), link=escape(link))
        for title, sentence, link in listed
    )
    return PAGE.format(studies=f'<ul class="rr-studies">{cards}</ul>')
