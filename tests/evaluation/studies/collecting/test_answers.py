"""Every protocol: what counts as an answer, and what it says in the vote table."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from evaluation.studies.analysing.analysis import analyse
from evaluation.studies.analysing.votes import vote_table
from evaluation.studies.collecting import standing
from evaluation.studies.collecting.answers import AnswerRefused, checked
from evaluation.studies.collecting.creation import StimulusSpec, create_study
from evaluation.studies.collecting.design import Arm, Design, Quality
from evaluation.studies.collecting.items import Role
from evaluation.studies.collecting.joining import consent, invite
from evaluation.studies.collecting.progress import arm_progress, rater_progress, summaries
from evaluation.studies.collecting.protocols import PROTOCOLS, protocol_by_id
from evaluation.studies.collecting.records import Kind, Rater
from evaluation.studies.collecting.reviewing import queue_of, review
from evaluation.studies.collecting.standing import read_contents, standing_of
from evaluation.studies.collecting.statements import truth_of
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.submission import Submission
from evaluation.studies.collecting.vote_export import votes_of
from evaluation.studies.collecting.voting import NotYours, next_trial, submit
from tests.evaluation.studies.conftest import pictures
from ui.studies.views import study_view

Vote = Callable[..., Any]

SAID: dict[str, tuple[dict[str, Any], list[tuple[Any, str]]]] = {
    "acr-5": ({"choice": "4"}, [(4, "")]),
    "acr-9": ({"choice": "9"}, [(9, "")]),
    "acr-continuous": ({"scores": [61]}, [(61, "")]),
    "acr-hr": ({"choice": "1"}, [(1, "")]),
    "dcr": ({"choice": "5"}, [(5, "")]),
    "ccr": ({"choice": "2"}, [(-2, "")]),
    "dscqs": ({"scores": [80, 50]}, [(30, "")]),
    "pair": ({"choice": "left"}, [(None, "item")]),
    "pair-ties": ({"choice": "tie"}, [(None, "tie")]),
    "pair-unsure": ({"choice": "unsure"}, [(None, "unsure")]),
    "best-worst": ({"best": 1, "worst": 0}, [(-1, ""), (1, ""), (0, "")]),
    "ranking": ({"ranks": [3, 1, 2]}, [(0, ""), (1, ""), (0.5, "")]),
    "samviq": ({"scores": [10, 20, 30, 40]}, [(10, ""), (20, ""), (30, ""), (40, "")]),
    "real-or-synthetic": ({"choice": "real"}, [(0, "")]),
    "fidelity-naturalness": ({"scores": [70, 20]}, [(70, ""), (20, "")]),
    "marks": ({"marks": [{"x": 1, "y": 2, "w": 3, "h": 4, "kind": "lost"}]}, []),
    "text": ({"text": " grainy "}, []),
}


def _stimuli() -> list[StimulusSpec]:
    first, *others = pictures(1, "rabc")
    return [StimulusSpec(first.picture, first.content, "original", Role.REFERENCE), *others]


def _rater(store: StudyStore, link: str) -> Rater:
    rater = store.rater_by_token(link.split("=")[1])
    consent(store, rater, {})
    return rater


def test_every_protocol_is_tried() -> None:
    assert {protocol.id for protocol in PROTOCOLS} == set(SAID)


def test_an_answer_becomes_what_it_says(store: StudyStore, vote: Vote) -> None:
    for id in SAID:
        _becomes_what_it_says(store, vote, id)


def _becomes_what_it_says(store: StudyStore, vote: Vote, id: str) -> None:
    made = create_study(store, Design("S", (Arm("one", id, raters=1),)), _stimuli())
    rater = _rater(store, made.invite_links["one"][0])
    answer, expected = SAID[id]
    trial = store.database.read(lambda c: next_trial(c, rater.id))
    stored = vote(rater, answer)
    assert stored.answer == checked(protocol_by_id(id), answer, len(trial.pictures))
    rows = votes_of(store, made.id)
    by_item = {row.item: row for row in rows.itertuples()}
    if id == "dscqs":
        (row,) = rows.itertuples()
        reference_is_left = row.item != trial.pictures[0]
        assert row.score == (-30 if reference_is_left else 30)
        assert row.condition != "original"
        assert row.other == ""
        assert (row.scale_min, row.scale_max) == (-100, 100)
        return
    if len(trial.pictures) > 2:
        found = [(by_item[item].score, by_item[item].preference) for item in trial.pictures]
    else:
        found = [
            (None if row.score != row.score else row.score, row.preference)
            for row in rows.itertuples()
        ]
    assert found == expected
    if id in ("pair", "ccr"):
        (row,) = rows.itertuples()
        assert [row.item, row.other] == list(trial.pictures)
        assert row.other_condition in "abc"
    if id == "fidelity-naturalness":
        assert list(rows["protocol"]) == [f"{id}: fidelity", f"{id}: naturalness"]


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        ("acr-continuous", {"scores": [101]}),
        ("acr-continuous", {"scores": [float("nan")]}),
        ("acr-continuous", {"scores": [True]}),
        ("dscqs", {"scores": [1]}),
        ("ranking", {"ranks": [1, 1, 2]}),
        ("ranking", {"ranks": [1, 2]}),
        ("best-worst", {"best": 1, "worst": 1}),
        ("best-worst", {"best": 1, "worst": 3}),
        ("marks", {"marks": [{"x": 1, "y": 1, "w": 0, "h": 1, "kind": "lost"}]}),
        ("marks", {"marks": [{"x": 1, "y": 1, "w": 1, "h": 1, "kind": "odd"}]}),
        ("marks", {"marks": [{"x": -1, "y": 1, "w": 1, "h": 1, "kind": "lost"}]}),
        ("text", {"text": "  "}),
        ("text", {"text": "x" * 4001}),
        ("pair", {"choice": "tie"}),
    ],
)
def test_what_is_no_answer_is_refused(id: str, answer: dict[str, Any]) -> None:
    with pytest.raises(AnswerRefused):
        checked(protocol_by_id(id), answer, 3 if id in ("ranking", "best-worst") else 2)


def _review(store: StudyStore, reviewer: Rater, kind: Kind, number: int, **parts: Any) -> None:
    waiting = queue_of(store, reviewer)[0]
    sent = Submission(
        f"review-{number:010}", waiting.trial.id, waiting.trial.revision, kind, **parts
    )
    assert review(store, reviewer, sent) == review(store, reviewer, sent)


def test_a_review_keeps_both_versions_and_returns_with_a_reason(
    store: StudyStore, vote: Vote
) -> None:
    arm = Arm("one", raters=1, qa=Quality.REVIEW, pay=0.2)
    made = create_study(store, Design("S", (arm,)), pictures(1, "abc"))
    rater = _rater(store, made.invite_links["one"][0])
    reviewer = store.rater_by_token(invite(store, made.id, None))
    for choice in "123":
        vote(rater, {"choice": choice})
    with pytest.raises(AnswerRefused, match="reason"):
        _review(store, reviewer, Kind.RETURN, 0)
    _review(store, reviewer, Kind.ACCEPT, 1)
    _review(store, reviewer, Kind.CORRECT, 2, answer={"choice": "5"})
    _review(store, reviewer, Kind.RETURN, 3, reason="look again")
    assert queue_of(store, reviewer) == []
    vote(rater, {"choice": "4"})
    _review(store, reviewer, Kind.ACCEPT, 4)
    votes = votes_of(store, made.id).sort_values("before")
    assert list(votes["before"]) == [1, 2, 3]
    assert list(votes["score"]) == [1, 5, 4]
    assert set(votes["qa"]) == {"yes"}
    assert votes["cost"].sum() == pytest.approx(0.6)
    with pytest.raises(AnswerRefused):
        review(store, reviewer, Submission("review-0000000009", "x", 0, Kind.VOTE))
    other = create_study(store, Design("Other", (arm,)), pictures(1, "abc"))
    elsewhere = vote(_rater(store, other.invite_links["one"][0]), {"choice": "1"})
    with pytest.raises(NotYours):
        review(store, reviewer, Submission("review-0000000010", elsewhere.trial, 1, Kind.ACCEPT))


def test_adjudication_asks_only_where_raters_differ_and_consensus_takes_the_median(
    store: StudyStore, vote: Vote
) -> None:
    arms = (
        Arm("disputed", raters=2, qa=Quality.ADJUDICATION),
        Arm("median", raters=3, qa=Quality.CONSENSUS),
    )
    made = create_study(store, Design("S", arms), pictures(2, "a"))
    disputed = min(item.id for item in _items(store, made.id))
    for arm, seats in (("disputed", 2), ("median", 3)):
        for seat in range(seats):
            rater = _rater(store, made.invite_links[arm][seat])
            for _ in range(2):
                trial = store.database.read(lambda c, id=rater.id: next_trial(c, id))
                differs = trial.key == disputed and seat == 1
                vote(rater, {"choice": "5" if differs else "2"})
    reviewer = store.rater_by_token(invite(store, made.id, None))
    waiting = queue_of(store, reviewer)
    assert [each.trial.key for each in waiting] == [disputed, disputed]
    votes = votes_of(store, made.id)
    median = votes[votes["arm"] == "median"]
    assert set(median["consensus"]) == {2}
    assert set(median["score"]) == {2, 5}
    assert set(median["qa"]) == {"no"}
    assert votes.loc[votes["arm"] == "disputed", "consensus"].isna().all()


def test_the_order_in_which_pictures_stood_makes_no_difference(
    store: StudyStore, vote: Vote
) -> None:
    """Six raters of one mind, shown sets and pairs in orders of their own, all say the same."""
    arms = tuple(
        Arm(protocol, protocol, raters=6, qa=qa, pay=0.3)
        for protocol, qa in (("ranking", Quality.ADJUDICATION), ("ccr", Quality.CONSENSUS))
    )
    made = create_study(store, Design("S", arms), pictures(3, "abc"))
    by_id = {item.id: item for item in _items(store, made.id)}
    for arm in arms:
        for link in made.invite_links[arm.name]:
            rater = _rater(store, link)
            while (
                trial := store.database.read(lambda c, id=rater.id: next_trial(c, id))
            ) is not None:
                worth = [by_id[id].condition for id in trial.pictures]
                ranks = [sorted(worth).index(each) + 1 for each in worth]
                grade = str(ord(worth[0]) - ord(worth[1]))
                vote(rater, {"ranks": ranks} if arm.name == "ranking" else {"choice": grade})
    contents = store.database.read(lambda c: read_contents(c, made.id))
    assert [arm.agreement for arm in arm_progress(contents)] == [1.0, 1.0]
    reviewer = store.rater_by_token(invite(store, made.id, None))
    assert queue_of(store, reviewer) == []
    votes = votes_of(store, made.id)
    assert votes.groupby("arm")["cost"].sum().to_dict() == pytest.approx(
        {arm.name: arm.cost for arm in arm_progress(contents)}
    )
    graded = votes[votes["arm"] == "ccr"]
    assert set(graded["score"]) <= {-2, -1, 1, 2}
    assert (graded["consensus"] == graded["score"]).all()
    found = analyse(vote_table(graded)).tables
    assert list(found["preferences"]["share"]) == [1.0] * 3
    steps = {(row.first, row.second): row.difference for row in found["differences"].itertuples()}
    assert steps == {("a", "b"): 1.0, ("a", "c"): 2.0, ("b", "c"): 1.0}


def _items(store: StudyStore, study: str) -> list[Any]:
    return list(store.database.read(lambda c: read_contents(c, study)).items.values())


def test_a_known_answer_is_of_one_picture_or_of_a_pair(store: StudyStore) -> None:
    known = [replace(each, truth=truth) for each, truth in zip(_stimuli(), "5421", strict=True)]
    design = Design("S", (Arm("one", raters=1),))
    items = _items(store, create_study(store, design, known).id)
    original, best, _, worst = sorted(items, key=lambda item: item.truth, reverse=True)
    told = {
        id: truth_of(protocol_by_id(id), [best, worst] if id != "acr-5" else [best])
        for id in ("acr-5", "pair", "ccr", "ranking")
    }
    assert told == {"acr-5": "4", "pair": "item", "ccr": "item", "ranking": ""}
    assert truth_of(protocol_by_id("ccr"), [worst, best]) == "other"
    assert truth_of(protocol_by_id("dscqs"), [original, best]) == ""


def test_votes_of_the_last_hour_are_those_that_stand(store: StudyStore, vote: Vote) -> None:
    made = create_study(store, Design("S", (Arm("one", raters=1),)), pictures(1, "ab"))
    rater = _rater(store, made.invite_links["one"][0])
    for _ in range(2):
        last = vote(rater, {"choice": "3"})
    taken_back = Submission(str(uuid.uuid4()), last.trial, 1, Kind.UNDO, viewing={"scale": 1.0})
    submit(store, rater, taken_back)
    (summary,) = [each for each in summaries(store) if each.study.id == made.id]
    assert (summary.done, summary.last_hour) == (1, 1)
    assert study_view(store, made.id)["lastHour"] == 1


def test_a_study_is_folded_once_however_much_is_asked_of_it(
    store: StudyStore, vote: Vote, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create_study(store, Design("S", (Arm("one", raters=3),)), pictures(2, "ab"))
    for link in made.invite_links["one"]:
        vote(_rater(store, link), {"choice": "3"})
    contents = store.database.read(lambda c: read_contents(c, made.id))
    folded: list[object] = []

    def counted(history: Any) -> Any:
        folded.append(history)
        return standing_of(history)

    monkeypatch.setattr(standing, "standing_of", counted)
    assert arm_progress(contents)[0].done == 3
    assert [each.done for each in rater_progress(contents)] == [1, 1, 1]
    assert len(folded) == len(contents.trials)
