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
    somebody else. What was exported before cannot be called back.
    """

    def work(c: Connection) -> int:
        study = study_by_id(c, rater.study, for_change=True)
        emptied = c.execute(
            update(events)
            .where(events.c.rater == rater.id, events.c.answer.is_not(None))
            .values(answer=None, reason="", viewing=None, client_time="")
        ).rowcount
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
