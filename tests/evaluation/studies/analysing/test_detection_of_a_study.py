"""A "real or synthetic?" study from its making to accuracy, d' and equivalence."""

from __future__ import annotations

import uuid

import numpy as np
import pytest

from evaluation.studies.analysing.analysis import analyse
from evaluation.studies.analysing.sentences import answer
from evaluation.studies.analysing.votes import vote_table
from evaluation.studies.collecting.joining import consent, join_open
from evaluation.studies.collecting.records import Kind
from evaluation.studies.collecting.vote_export import votes_of
from evaluation.studies.collecting.voting import Submission, next_trial, submit
from evaluation.synthesis.turing import create_turing_study

FIELDS = 8
RATERS = 6


@pytest.fixture
def study(store):
    """Raters who guess: nobody can tell, and so half of the answers are right."""
    chance = np.random.default_rng(0)
    real, made = (
        {f"field {n}": chance.integers(0, 256, (24, 24, 3), dtype=np.uint8) for n in range(FIELDS)}
        for _ in range(2)
    )
    created = create_turing_study(store, real, made, "noise")
    token = created.open_link.split("join=")[1]
    for _ in range(RATERS):
        rater = store.rater_by_token(join_open(store, token))
        consent(store, rater, {})
        while (trial := store.database.read(lambda c, id=rater.id: next_trial(c, id))) is not None:
            said = {"choice": ["real", "synthetic"][chance.integers(2)]}
            submit(
                store,
                rater,
                Submission(
                    client_id=str(uuid.uuid4()),
                    trial=trial.id,
                    revision=trial.revision,
                    kind=Kind.VOTE,
                    answer=said,
                    seconds=2.0,
                    viewing={"scale": 1.0},
                ),
            )
    return created.id


def test_guessing_raters_are_found_to_guess(store, study):
    votes = votes_of(store, study)
    assert len(votes) == 2 * FIELDS * RATERS
    right = (votes["score"] == (votes["truth"] == "synthetic")).mean()
    analysis = analyse(vote_table(votes))
    found = analysis.tables["detection"].iloc[0]
    assert found["votes"] == len(votes)
    assert found["accuracy"] == pytest.approx(right, abs=0.02)
    assert found["low"] < 0.5 < found["high"]
    assert 0 < found["p_equivalent"] < 1
    assert found["sensitivity_low"] < 0 < found["sensitivity_high"]
    assert any("tell synthetic from real" in sentence for sentence in answer(analysis))
