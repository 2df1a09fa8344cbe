"""Withdrawal: a rater is erased, while it stays on record how many answers there were."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, select, update

from evaluation.studies.collecting.joining import plan_again
from evaluation.studies.collecting.records import Rater, State, now
from evaluation.studies.collecting.schema import events, raters, slots
from evaluation.studies.collecting.store import StudyStore, study_by_id


def withdraw(store: StudyStore, rater: Rater) -> int:
    """Erase a rater: answers, reasons, screen and link; how many answers were emptied.

    The events stay, empty, so that counts can be audited, and the trials are planned again for
    somebody else. A reviewer's word on an answer goes with it; what a reviewer said of others
    stays when the reviewer goes. What was exported before cannot be called back.
    """

    def work(c: Connection) -> int:
        study = study_by_id(c, rater.study, for_change=True)
        about = events.c.rater == rater.id
        answered = update(events).where(about, events.c.answer.is_not(None))
        emptied = c.execute(answered.values(answer=None)).rowcount
        # Skips and undos hold no answer, but a reason, a screen and a time as votes do.
        c.execute(
            update(events)
            .where(about | (events.c.author == rater.id))
            .values(reason="", viewing=None, client_time="")
        )
        c.execute(
            update(raters)
            .where(raters.c.id == rater.id)
            .values(
                token=f"erased-{secrets.token_hex(12)}",
                label="",
                viewing=None,
                erased_at=now(),
            )
        )
        slot = c.execute(select(slots).where(slots.c.rater == rater.id)).one_or_none()
        if slot is not None and study.state is not State.CLOSED and not study.builtin:
            plan_again(c, slot.id, slot.arm)
        return emptied

    return store.database.write(work)
