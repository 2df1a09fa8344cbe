"""An owner looks at a study while its first votes come in: each state of it has an answer."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from evaluation.studies.analysing.analysis import analyse
from evaluation.studies.analysing.presentation import presented
from evaluation.studies.analysing.sentences import answer
from evaluation.studies.analysing.votes import vote_table

CONDITIONS = ("identity", "median", "wavelet")


def pairs(generator: np.random.Generator, count: int) -> pd.DataFrame:
    """Votes in random order, so that some pairs have one rater, or none, for long."""
    rows = []
    for _ in range(count):
        first, second = generator.choice(CONDITIONS, 2, replace=False)
        content = generator.integers(3)
        rows.append(
            {
                "item": f"{content} {first}",
                "content": str(content),
                "condition": first,
                "other": f"{content} {second}",
                "other_condition": second,
                "rater": str(generator.integers(4)),
                "preference": generator.choice(["item", "other", "tie"]),
            }
        )
    return pd.DataFrame(rows)


def grades(generator: np.random.Generator, count: int) -> pd.DataFrame:
    """Grades from 1 to 5, many of them equal."""
    rows = []
    for _ in range(count):
        condition, content = generator.choice(CONDITIONS), generator.integers(3)
        rows.append(
            {
                "item": f"{content} {condition}",
                "content": str(content),
                "condition": condition,
                "rater": str(generator.integers(4)),
                "score": float(generator.integers(2, 5)),
                "scale_min": 1.0,
                "scale_max": 5.0,
            }
        )
    return pd.DataFrame(rows)


@pytest.mark.parametrize("votes", [pairs, grades])
@pytest.mark.parametrize("seed", range(3))
def test_every_number_of_votes_has_an_answer(votes, seed: int) -> None:
    everything = votes(np.random.default_rng(seed), 14)
    for count in range(1, len(everything) + 1):
        view = presented(analyse(vote_table(everything[:count]), live_only=True))
        text = json.dumps(view, allow_nan=False)
        assert view["answer"]
        assert " nan" not in text


def preferred(first: str, second: str, raters: int) -> list[dict[str, str]]:
    return [
        {
            "item": f"{content} {first}",
            "content": str(content),
            "condition": first,
            "other": f"{content} {second}",
            "other_condition": second,
            "rater": str(rater),
            "preference": "item",
        }
        for rater in range(raters)
        for content in range(3)
    ]


def test_the_first_that_nobody_compared_twice_is_said_so() -> None:
    """It wins the scale by one vote, and no pair with it has an interval."""
    votes = pd.DataFrame([*preferred("median", "identity", 3), *preferred("wavelet", "median", 1)])
    said = answer(analyse(vote_table(votes), live_only=True))
    assert said[0] == "wavelet comes first, but no pair with it was judged by two raters yet."


def test_conditions_that_one_rater_judged_are_not_told_apart() -> None:
    """Each with a rater of its own: their means have no error that anybody could know."""
    scores = [
        (f"{content} {condition}", str(content), condition, rater, score)
        for content in range(3)
        for condition, rater, score in (("blur", "a", 5), ("sharp", "b", 1))
    ]
    columns = ["item", "content", "condition", "rater", "score"]
    votes = pd.DataFrame(scores, columns=columns).assign(scale_min=1, scale_max=5)
    alone = analyse(vote_table(votes), live_only=True)
    assert "differences" not in alone.tables
    assert "one rater of blur, sharp" in alone.refusals["differences"]

    others = [
        votes.assign(condition=name, item=votes["item"] + name, rater=name + rater, score=2)
        for name in ("median", "nlm")
        for rater in "12"
    ]
    some = analyse(vote_table(pd.concat([votes, *others])), live_only=True)
    assert some.tables["differences"][["first", "second"]].to_numpy().tolist() == [
        ["median", "nlm"]
    ]
    assert "one rater of blur, sharp" in some.refusals["differences"]
    assert answer(some)[0] == "blur scores highest, but was judged by one rater only."


def test_the_first_that_loses_one_pair_is_not_called_equal_to_it() -> None:
    """Votes that go round in a circle: the scale's first may lose to another face to face."""
    votes = pd.DataFrame(
        [
            *preferred("median", "wavelet", 9),
            *preferred("wavelet", "identity", 9),
            *preferred("wavelet", "crisp", 9),
            *preferred("wavelet", "soft", 9),
            *preferred("crisp", "median", 9),
            *preferred("soft", "median", 9),
            *preferred("identity", "median", 9),
        ]
    )
    said = answer(analyse(vote_table(votes), live_only=True))[0]
    assert said.startswith("Raters prefer wavelet to ")
    assert said.endswith("; face to face they prefer median.")
