"""A "real or synthetic?" study from its making to accuracy, d' and equivalence."""

from __future__ import annotations

import uuid

import numpy as np
import pandas as pd
import pytest

from evaluation.studies.analysing.analysis import analyse
from evaluation.studies.analysing.sentences import answer
from evaluation.studies.analysing.votes import vote_table
from evaluation.studies.collecting.joining import consent, join_open
from evaluation.studies.collecting.records import Kind
from evaluation.studies.collecting.standing import read_contents
from evaluation.studies.collecting.submission import Submission
from evaluation.studies.collecting.vote_export import votes_of
from evaluation.studies.collecting.voting import next_trial, submit
from evaluation.synthesis.turing import create_turing_study

FIELDS = 8
RATERS = 6


@pytest.fixture
def study(store):
    """Makes a study and lets its raters answer: `says(trial, chance)` is real or synthetic."""

    def made(says):
        chance = np.random.default_rng(0)
        real, synthetic = (
            {
                f"field {n}": chance.integers(0, 256, (24, 24, 3), dtype=np.uint8)
                for n in range(FIELDS)
            }
            for _ in range(2)
        )
        created = create_turing_study(store, real, synthetic, "noise")
        contents = store.database.read(lambda c: read_contents(c, created.id))
        token = created.open_link.split("join=")[1]
        for _ in range(RATERS):
            rater = store.rater_by_token(join_open(store, token))
            consent(store, rater, {})
            while (
                trial := store.database.read(lambda c, id=rater.id: next_trial(c, id))
            ) is not None:
                said = says(contents.items[trial.pictures[0]].truth, chance)
                submit(
                    store,
                    rater,
                    Submission(
                        client_id=str(uuid.uuid4()),
                        trial=trial.id,
                        revision=trial.revision,
                        kind=Kind.VOTE,
                        answer={"choice": said},
                        seconds=2.0,
                        viewing={"scale": 1.0},
                    ),
                )
        return votes_of(store, created.id)

    return made


def test_guessing_raters_are_found_to_guess(study):
    votes = study(lambda truth, chance: ["real", "synthetic"][chance.integers(2)])
    assert len(votes) == 2 * FIELDS * RATERS
    analysis = analyse(vote_table(votes))
    found = analysis.tables["detection"].iloc[0]
    assert found["votes"] == len(votes)
    assert found["low"] < 0.5 < found["high"]
    assert 0 < found["p_equivalent"] < 1
    assert found["sensitivity_low"] < 0 < found["sensitivity_high"]
    assert any("tell synthetic from real" in sentence for sentence in answer(analysis))


def test_raters_who_see_it_are_found_to_see_it(study):
    votes = study(lambda truth, chance: truth)
    gold = votes.assign(phase="gold", item=votes["item"] + " known")
    analysis = analyse(vote_table(pd.concat([votes, gold])))
    found = analysis.tables["detection"].iloc[0]
    assert found["accuracy"] == 1
    assert found["sensitivity"] > 2
    assert (analysis.tables["raters"]["gold"] == 1).all()
    assert answer(analysis)[-1].startswith("Raters tell synthetic from real")


def test_raters_who_are_mostly_right_are_above_guessing(study):
    others = {"real": "synthetic", "synthetic": "real"}
    votes = study(lambda truth, chance: truth if chance.random() < 0.8 else others[truth])
    found = analyse(vote_table(votes)).tables["detection"].iloc[0]
    assert 0.65 < found["accuracy"] < 0.95
    assert found["sensitivity_low"] > 0
