"""Architectures that are not ours, where spandrel is installed."""

import numpy as np
import pytest
import torch

from restoration.errors import UsageError
from restoration.models.catalogue import load

dncnn = pytest.importorskip("spandrel.architectures.DnCNN", reason="spandrel is not installed")


def test_a_network_of_another_make_restores_any_size(tmp_path):
    network = dncnn.DnCNN(in_nc=3, out_nc=3, nc=16, nb=6, act_mode="BR")
    path = tmp_path / "foreign.pth"
    torch.save(network.state_dict(), path)
    loaded = load(str(path), "cpu")
    batch = np.random.default_rng(0).random((2, 33, 47, 3), np.float32)
    restored = loaded.restorer(batch, None)
    with torch.inference_mode():
        expected = network.eval()(torch.from_numpy(batch).permute(0, 3, 1, 2)).clamp(0, 1)
    assert np.allclose(restored, expected.permute(0, 2, 3, 1).numpy(), atol=1e-5)
    with pytest.raises(UsageError, match="fp32"):
        load(str(path), "cpu", "bf16")
