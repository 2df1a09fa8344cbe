"""Who takes up a place of an open link: not somebody who gave up, left, or only looked in."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, or_, select

from evaluation.studies.collecting.records import TO_DO, Study, hours_ago
from evaluation.studies.collecting.schema import raters, slots, trials

OPEN_LINK = "open link"
"""The source of raters who came by one."""
ARRIVAL_HOURS = 1.0
"""How long somebody who opened the link and has agreed to nothing keeps a place from others."""
UNDONE = trials.c.state.in_(TO_DO) & trials.c.phase.in_(("vote", "gold", "repeat"))
"""Of trials: what is planned and has no answer yet."""


def places_taken(c: Connection, study: Study, *, but: str = "") -> int:
    """How many places of the open link are taken, not counting the rater `but`."""
    who = (raters.c.study == study.id) & (raters.c.source == OPEN_LINK) & (raters.c.id != but)
    query = select(func.count()).select_from(raters).where(who, takes_a_place(study))
    return c.scalar(query) or 0


def takes_a_place(study: Study) -> ColumnElement[bool]:
    """Of raters: an invited one always does; one of the open link while active or finished."""
    has_just_come = raters.c.seen_at.is_(None) & (raters.c.invited_at >= hours_ago(ARRIVAL_HOURS))
    is_active = raters.c.seen_at >= hours_ago(study.design.lease_hours)
    later = slots.alias()
    # What a place left undone continues in one whose id begins with its own (joining.new_place).
    was_taken_over = select(later.c.id).where(later.c.id.like(slots.c.id + ".%")).exists()
    is_undone = select(trials.c.id).where(trials.c.slot == slots.c.id, UNDONE).exists()
    has_finished = (
        select(slots.c.id).where(slots.c.rater == raters.c.id, ~was_taken_over, ~is_undone).exists()
    )
    came_for_good = or_(raters.c.source != OPEN_LINK, has_just_come, is_active, has_finished)
    return raters.c.erased_at.is_(None) & came_for_good
