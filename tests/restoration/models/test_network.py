"""Networks as restorers: any size, levels, devices, precisions, and the published numbers."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from restoration.errors import UsageError
from restoration.models.detect import detect
from restoration.models.dncnn import DnCNN
from restoration.models.ffdnet import FFDNet
from restoration.models.network import place
from restoration.models.weights import read_state_dict


def restorer_of(network, **options):
    found = detect(network.state_dict())
    options = {"device": "cpu", "dtype": "fp32", **options}
    return place(found.module, found.descriptor, takes_level=found.takes_level, **options)


def pixels(*shape):
    return np.random.default_rng(0).random(shape, np.float32)


@pytest.mark.parametrize(
    "network", [DnCNN(1, 8, 5), DnCNN(3, 8, 5), FFDNet(1, 8, 4), FFDNet(3, 8, 4)]
)
@settings(max_examples=5, deadline=None)
@given(height=st.integers(1, 21), width=st.integers(1, 21), count=st.integers(1, 3))
def test_any_size_and_batch(network, height, width, count):
    batch = pixels(count, height, width, network.channels)
    restored = restorer_of(network)(batch, 25.0)
    assert restored.shape == batch.shape
    assert restored.dtype == np.float32
    alone = [restorer_of(network)(image[None], 25.0)[0] for image in batch]
    assert np.allclose(restored, alone, atol=1e-5)


@pytest.mark.parametrize("network", [DnCNN(1, 8, 5), FFDNet(3, 8, 4)])
def test_the_halo_is_exact_and_no_larger_than_needed(network):
    restorer = restorer_of(network)
    halo = restorer.descriptor.halo
    page = pixels(1, 12, 48, network.channels)
    whole = restorer(page, 25.0)
    inner = slice(16, 32)
    for margin, same in ((halo, True), (halo - 2, False)):
        tile = np.ascontiguousarray(page[:, :, 16 - margin : 32 + margin])
        restored = restorer(tile, 25.0)[:, :, margin : margin + 16]
        assert np.allclose(restored, whole[:, :, inner], atol=1e-7) is same


def test_dncnn_subtracts_what_its_layers_predict():
    network = DnCNN(1, 8, 3).eval()
    page = torch.rand(1, 1, 9, 9)
    assert torch.allclose(network(page), page - network.model(page))


def test_ffdnet_needs_and_uses_the_level():
    restorer = restorer_of(FFDNet(3, 8, 4))
    batch = pixels(1, 8, 8, 3)
    assert not np.allclose(restorer(batch, 5.0), restorer(batch, 50.0))
    with pytest.raises(UsageError, match="how strong"):
        restorer(batch, None)


def test_what_is_not_there_is_refused():
    with pytest.raises(UsageError, match="cpu"):
        restorer_of(DnCNN(1, 8, 3), device="cuda:9" if not torch.cuda.is_available() else "tpu")
    with pytest.raises(UsageError, match="fp16"):
        restorer_of(DnCNN(1, 8, 3), dtype="fp16")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "every_sixth", "bf16_loss"),
    [("ffdnet_color", 30.473, 0.03), ("dncnn_color_blind", 30.536, 0.1)],
)
def test_published_numbers(shared_peers, shared_data, file, every_sixth, bf16_loss):
    """CBSD68, sigma 25, noise as in SwinIR's protocol; every sixth image, to be done in time.

    The same code gives 31.22 (FFDNet) and 31.25 (DnCNN) dB over all 68; published: 31.21, 31.24.
    """
    scores = {}
    for dtype in ("fp32", "bf16"):
        found = detect(read_state_dict(shared_peers / f"{file}.pth"))
        restorer = place(
            found.module,
            found.descriptor,
            takes_level=found.takes_level,
            device="cpu",
            dtype=dtype,
        )
        images = sorted((shared_data / "test" / "cbsd68").iterdir())[::6]
        scores[dtype] = np.mean([_score(restorer, path) for path in images])
    assert scores["fp32"] == pytest.approx(every_sixth, abs=0.005)
    assert scores["fp32"] - scores["bf16"] < bf16_loss


def _score(restorer, path):
    clean = np.asarray(Image.open(path).convert("RGB"), np.float32) / 255
    blue_green_red = np.random.RandomState(0).normal(0, 25 / 255, clean.shape)
    noisy = np.ascontiguousarray((clean + blue_green_red[..., ::-1]).astype(np.float32))
    restored = np.round(np.clip(restorer(noisy[None], 25.0)[0], 0, 1) * 255)
    return 20 * np.log10(255 / np.sqrt(np.mean((restored - np.round(clean * 255)) ** 2)))
