"""The long vote table of a study, one row for each judgement that counts."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

import pandas as pd

from evaluation.studies.collecting.answers import Judgement
from evaluation.studies.collecting.design import Arm, Quality
from evaluation.studies.collecting.items import Item
from evaluation.studies.collecting.protocols import Protocol, protocol_by_id
from evaluation.studies.collecting.records import Trial
from evaluation.studies.collecting.standing import Standing, StudyContents, read_contents
from evaluation.studies.collecting.statements import expected, scale_of, stated
from evaluation.studies.collecting.store import StudyStore

COLUMNS = (
    "item", "content", "condition", "rater", "score", "other", "other_condition", "preference",
    "scale_min", "scale_max", "arm", "protocol", "stage", "qa", "provider", "phase", "truth",
    "before", "characteristics", "time", "seconds", "cost",
)  # fmt: skip


def votes_of(store: StudyStore, study_id: str) -> pd.DataFrame:
    """The votes of a study that stand now, in the order they were stored.

    score: on the scale of the row; preference: item, other, tie, unsure. Of a pair, `item` stood
    on the left. qa is yes where the arm has quality assurance; `before` is the score that the
    rater gave before it. DSCQS rows hold the difference from the reference. Marks and free texts
    are no scores; they are in the export of answers. Raises UnknownStudy.
    """
    return vote_frame(store.database.read(lambda c: read_contents(c, study_id)))


def vote_frame(contents: StudyContents) -> pd.DataFrame:
    """The same from contents that were read already."""
    rows = [row for trial in contents.trials.values() for row in _rows(contents, trial)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    _take_consensus(frame, contents)
    return frame.sort_values(["time", "rater", "item"], kind="stable", ignore_index=True)


def _rows(contents: StudyContents, trial: Trial) -> Iterator[dict[str, Any]]:
    standing = contents.standing(trial.id)
    arm = contents.study.design.arms[contents.arm_of_slot[trial.slot]]
    protocol = protocol_by_id(arm.protocol)
    if standing.answer is None or standing.voted is None:
        return
    now = stated(contents, protocol, trial, standing.answer)
    before = stated(contents, protocol, trial, standing.before) if standing.before else now
    shown = [contents.items[id] for id in trial.pictures]
    for said, earlier in zip(now, before, strict=True):
        yield _row(arm, protocol, trial, standing, shown, said, earlier)


def _row(
    arm: Arm,
    protocol: Protocol,
    trial: Trial,
    standing: Standing,
    shown: list[Item],
    said: Judgement,
    earlier: Judgement,
) -> dict[str, Any]:
    assert standing.voted is not None
    item, other = shown[said.item], shown[said.other] if said.other is not None else None
    low, high = scale_of(protocol)
    has_qa = arm.qa is not Quality.NONE
    return {
        "item": item.id,
        "content": item.content,
        "condition": item.condition,
        "rater": standing.voted.rater,
        "score": said.score,
        "other": other.id if other else "",
        "other_condition": other.condition if other else "",
        "preference": said.preference,
        "scale_min": low if said.score is not None else None,
        "scale_max": high if said.score is not None else None,
        "arm": arm.name,
        "protocol": f"{protocol.id}: {said.aspect}" if said.aspect else protocol.id,
        "stage": arm.stage.value,
        "qa": "yes" if has_qa else "no",
        "provider": arm.provider,
        "phase": trial.phase,
        "truth": expected(protocol, shown) if len(shown) > 1 else item.truth,
        "before": earlier.score if has_qa else None,
        "characteristics": ";".join(item.characteristics),
        "time": standing.voted.stored_at,
        "seconds": standing.voted.seconds,
        "cost": arm.pay,
    }


def _take_consensus(frame: pd.DataFrame, contents: StudyContents) -> None:
    """In arms that ask for it, the median of an item's raters stands for each of them."""
    for arm in contents.study.design.arms:
        if arm.qa is not Quality.CONSENSUS:
            continue
        chosen = (frame["arm"] == arm.name) & frame["score"].notna() & (frame["phase"] == "vote")
        for _, group in frame[chosen].groupby(["protocol", "item"]):
            frame.loc[group.index, "score"] = statistics.median(group["score"])
