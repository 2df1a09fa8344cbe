"""One step of learning."""

import torch

from restoration.training.batches import Batch
from restoration.training.learner import Learner


def test_a_batch_that_is_not_finite_changes_nothing(small_recipe):
    learner = Learner(small_recipe, seed=0, device=torch.device("cpu"))
    before = {name: each.clone() for name, each in learner.network.state_dict().items()}
    clean = torch.full((2, 3, 32, 32), 0.5)
    spoiled = clean.clone()
    spoiled[0, 0, 3, 3] = float("nan")
    learner.learn(Batch(spoiled, clean, torch.full((2,), 25.0)))
    after = learner.network.state_dict()
    assert all(torch.equal(after[name], each) for name, each in before.items())
    learner.learn(Batch(clean * 0.9, clean, torch.full((2,), 25.0)))
    assert any(not torch.equal(learner.network.state_dict()[n], e) for n, e in before.items())
