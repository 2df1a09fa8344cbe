"""The long vote table of a study, one row for each judgement that counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evaluation.studies.collecting.answers import Judgement
from evaluation.studies.collecting.design import Arm, Quality
from evaluation.studies.collecting.items import Item
from evaluation.studies.collecting.protocols import Protocol, protocol_by_id
from evaluation.studies.collecting.records import Trial
from evaluation.studies.collecting.standing import Standing, StudyContents, read_contents
from evaluation.studies.collecting.statements import scale_of, stated, truth_of
from evaluation.studies.collecting.store import StudyStore

COLUMNS = (
    "item", "content", "condition", "rater", "score", "other", "other_condition", "preference",
    "scale_min", "scale_max", "arm", "protocol", "stage", "qa", "provider", "phase", "truth",
    "before", "characteristics", "time", "seconds", "cost", "consensus",
)  # fmt: skip


def votes_of(store: StudyStore, study_id: str) -> pd.DataFrame:
    """The votes of a study that stand now, in the order they were stored.

    score: on the scale of the row; preference: item, other, tie, unsure. Of a pair, `item` stood
    on the left. qa is yes where reviewers checked the arm; `before` is the score that the rater
    gave before it. consensus: in arms that ask for it, the median of the raters, which analyses
    leave alone: repeated for each rater it would make them look alike. DSCQS rows hold the
    difference from the reference. An answer about several pictures shares its seconds and its
    pay among its rows. Marks and free texts are no scores; they are in the export of answers.
    Raises UnknownStudy.
    """
    return vote_frame(store.database.read(lambda c: read_contents(c, study_id)))


def vote_frame(contents: StudyContents) -> pd.DataFrame:
    """The same from contents that were read already."""
    rows = [row for trial in contents.trials.values() for row in _rows(contents, trial)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["consensus"] = _consensus(frame, contents)
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
        row = _row(arm, protocol, trial, standing, shown, said, earlier)
        yield row | {name: row[name] / len(now) for name in ("seconds", "cost")}


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
    has_qa = arm.qa in (Quality.REVIEW, Quality.ADJUDICATION)
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
        "truth": truth_of(protocol, shown),
        "before": earlier.score if has_qa else None,
        "characteristics": ";".join(item.characteristics),
        "time": standing.voted.stored_at,
        "seconds": standing.voted.seconds,
        "cost": arm.pay,
    }


def _consensus(frame: pd.DataFrame, contents: StudyContents) -> pd.Series:
    """Median score of each picture or pair in arms that ask for it, NaN elsewhere."""
    asked = [arm.name for arm in contents.study.design.arms if arm.qa is Quality.CONSENSUS]
    chosen = frame[frame["arm"].isin(asked) & (frame["phase"] == "vote")]
    first = chosen[["item", "other"]].min(axis=1).where(chosen["other"] != "", chosen["item"])
    second = chosen[["item", "other"]].max(axis=1)
    turn = pd.Series(1.0, chosen.index).mask(first != chosen["item"], -1.0)
    scores = chosen["score"].astype(float) * turn
    median = scores.groupby([chosen["arm"], chosen["protocol"], first, second]).transform("median")
    return (median * turn).reindex(frame.index)
