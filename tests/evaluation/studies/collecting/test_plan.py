"""The plan: every item to as many raters as asked, sides balanced, the same from the same seed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.studies.collecting.balance import counterbalanced
from evaluation.studies.collecting.design import Arm, design_from
from evaluation.studies.collecting.items import Item, Role
from evaluation.studies.collecting.plan import audit_sides, plan_arm
from evaluation.studies.collecting.preview import preview
from restoration.errors import OutOfRange, UsageError


def _items(contents: int, conditions: int, role: Role = Role.RATED, truth: str = "") -> list[Item]:
    return [
        Item(f"{role.value}{c:02}-{n:02}", "0" * 64, f"{role.value}{c}", f"m{n}", 9, 9, role, truth)
        for c in range(contents)
        for n in range(conditions)
    ]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=120))
def test_no_corner_of_any_graph_is_off_balance_by_more_than_one(
    showings: list[tuple[int, int]],
) -> None:
    exchanged = counterbalanced(showings)
    for end in (0, 1):
        balance: Counter[int] = Counter()
        for showing, turned in zip(showings, exchanged, strict=True):
            balance[showing[end]] += 1 if turned else -1
        assert all(abs(count) <= 1 for count in balance.values())


@settings(max_examples=40, deadline=None)
@given(
    raters=st.integers(1, 9),
    share=st.floats(0, 1),
    conditions=st.integers(2, 5),
    seed=st.integers(0, 99),
)
def test_every_pair_goes_to_as_many_raters_as_asked_with_its_sides_in_balance(
    raters: int, share: float, conditions: int, seed: int
) -> None:
    overlap = max(1, round(share * raters))
    arm = Arm("one", "pair", raters=raters, votes_per_item=overlap)
    slots = plan_arm(arm, _items(3, conditions), seed)
    keys = Counter(trial.task.key for slot in slots for trial in slot)
    assert set(keys.values()) == {overlap}
    assert len(keys) == 3 * conditions * (conditions - 1) // 2
    sizes = [len(slot) for slot in slots]
    assert max(sizes) - min(sizes) <= 1
    for slot in slots:
        assert len({trial.task.key for trial in slot}) == len(slot)
    showings = [(str(n), trial.pictures) for n, slot in enumerate(slots) for trial in slot]
    sides = audit_sides(showings)
    assert max(sides.worst_of_a_rater, sides.worst_of_a_pair) <= 1, "as an odd number has to"
    assert plan_arm(arm, _items(3, conditions), seed) == slots


def test_gold_repeats_and_training_stand_where_they_belong() -> None:
    items = _items(6, 3) + _items(3, 2, Role.GOLD, "5") + _items(2, 2, Role.TRAINING, "1")
    arm = Arm("one", "pair", raters=3, training=2, gold_share=0.2, repeat_share=0.5)
    for slot in plan_arm(arm, items, seed=5):
        phases = [trial.phase for trial in slot]
        assert phases[:2] == ["training", "training"]
        assert "training" not in phases[2:]
        assert phases.count("gold") == 3
        first = {t.task.key: (n, t.pictures) for n, t in enumerate(slot) if t.phase == "vote"}
        repeats = [(n, trial) for n, trial in enumerate(slot) if trial.phase == "repeat"]
        assert len(repeats) == 4
        for place, trial in repeats:
            earlier, pictures = first[trial.task.key]
            assert earlier < place
            assert trial.pictures == pictures[::-1]


def test_protocols_that_need_a_reference_say_which_content_has_none() -> None:
    for protocol in ("dcr", "dscqs", "samviq", "marks"):
        with pytest.raises(UsageError, match="none for rated0"):
            plan_arm(Arm("one", protocol), _items(1, 2), 0)
    reference = Item("original", "0" * 64, "rated0", "original", 9, 9, Role.REFERENCE)
    shown = {
        protocol: {
            t.pictures for t in plan_arm(Arm("one", protocol), [*_items(1, 2), reference], 0)[0]
        }
        for protocol in ("dcr", "acr-hr", "pair")
    }
    assert [len(shown[name]) for name in ("dcr", "acr-hr", "pair")] == [2, 3, 1]
    (several,) = plan_arm(Arm("one", "samviq"), [*_items(1, 2), reference], 0)[0]
    assert len(several.pictures) == 3
    assert several.task.reference == "original"


def test_a_preview_counts_what_the_plan_will_ask_for() -> None:
    design = design_from(
        {"title": "x", "arms": [{"name": "a", "protocol": "pair", "raters": 4, "pay": 0.5},
                                {"name": "b", "raters": 16, "votes_per_item": 4}]}
    )  # fmt: skip
    pairs, grades = preview(design, _items(2, 3))
    assert (pairs.trials_per_rater, pairs.votes, pairs.cost, pairs.half_width) == (6, 24, 12, None)
    assert (grades.trials_per_rater, grades.votes) == (2, 24)
    assert grades.half_width == pytest.approx(1.96 * 0.8 / 2)


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ({"title": "x"}, "needs arms"),
        ({"title": "", "arms": [{"name": "a"}]}, "no title"),
        ({"title": "x", "arms": [{"name": "a", "protocol": "acr-6"}]}, "no such rating protocol"),
        ({"title": "x", "arms": [{"name": "a", "qa": "magic"}]}, "qa of the arm 1"),
        ({"title": "x", "arms": [{"name": "a"}, {"name": "a"}]}, "same name"),
        ({"title": "x", "arms": [{"name": "a", "colour": 1}]}, "no such field"),
        ({"title": "x", "colour": 1, "arms": [{"name": "a"}]}, "no such field"),
        ({"title": "x", "arms": [{"name": "a", "raters": "many"}]}, "raters of the arm 1"),
        ({"title": "x", "arms": [{"name": "a", "votes_per_item": 9}]}, "out of range"),
    ],
)
def test_a_design_that_cannot_be_used_names_its_field(record: dict[str, object], says: str) -> None:
    with pytest.raises((UsageError, OutOfRange), match=says):
        design_from(record)
