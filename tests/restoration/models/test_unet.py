"""The U-Net: what it returns untrained, what it is told, what sizes it takes."""

import numpy as np
import pytest
import torch
from skimage.data import coffee

from restoration.errors import BadWeights
from restoration.models.catalogue import BUNDLED
from restoration.models.unet import RECEPTIVE_FIELD, UNet, UNetConfig, is_unet, unet_from
from restoration.models.weights import read_state_dict

SMALL = UNetConfig(widths=(8, 16, 24), blocks=1)


@pytest.fixture(scope="module")
def trained() -> UNet:
    """A small network with weights all over, as after training."""
    torch.manual_seed(0)
    network = UNet(SMALL)
    for weights in network.parameters():
        torch.nn.init.normal_(weights, std=0.05)
    return network.eval()


def test_an_untrained_network_returns_its_input():
    x = torch.randn(2, 3, 24, 40)
    assert torch.equal(UNet(SMALL)(x, 25.0), x)


@pytest.mark.parametrize("size", [(1, 1), (1, 37), (7, 9), (16, 24), (33, 8)])
def test_any_size_comes_back_in_its_size_and_dtype(trained, size):
    x = torch.rand(1, 3, *size)
    restored = trained(x)
    assert restored.shape == x.shape
    assert restored.dtype == x.dtype
    assert restored.isfinite().all()


def test_receptive_field_is_the_one_documented():
    network = UNet(UNetConfig(channels=1, widths=(1, 1, 1), blocks=2))
    for weights in network.parameters():
        torch.nn.init.ones_(weights)
    x = torch.zeros(1, 1, 256, 256, requires_grad=True, dtype=torch.float32)
    extents = []
    for position in range(128, 136):
        (gradient,) = torch.autograd.grad(network(x)[0, 0, position, 128], x)
        rows = gradient[0, 0].abs().sum(dim=1).nonzero()
        extents += [position - int(rows.min()), int(rows.max()) - position]
    assert max(extents) == RECEPTIVE_FIELD


def test_level_is_a_number_or_one_an_image_and_nan_means_unknown(trained):
    x = torch.rand(1, 3, 16, 16).expand(3, -1, -1, -1)
    at_10, blind, at_50 = trained(x, torch.tensor([10.0, float("nan"), 50.0]))
    assert torch.allclose(at_10, trained(x[:1], 10.0)[0], atol=1e-6)
    assert torch.allclose(blind, trained(x[:1])[0], atol=1e-6)
    assert not torch.allclose(at_10, at_50, atol=1e-4)
    assert not torch.allclose(trained(x[:1], 0.0)[0], blind, atol=1e-4)


def test_a_gray_image_is_three_equal_channels(trained):
    gray = torch.rand(2, 1, 19, 21)
    expected = trained(gray.expand(-1, 3, -1, -1), 25.0).mean(dim=1, keepdim=True)
    assert torch.equal(trained(gray, 25.0), expected)


@pytest.mark.parametrize("config", [SMALL, UNetConfig(1, (6, 12), 2), UNetConfig()])
def test_state_dict_tells_the_configuration(config):
    network = UNet(config)
    state = network.state_dict()
    assert is_unet(state)
    rebuilt = unet_from({name: weights.half() for name, weights in state.items()})
    assert rebuilt.config == config
    assert all(weights.dtype == torch.float32 for weights in rebuilt.parameters())


def test_bfloat16_weights_compute_in_bfloat16_and_keep_a_float32_residual(trained):
    x = torch.rand(1, 3, 32, 32)
    half = unet_from(trained.state_dict()).bfloat16()(x, 25.0)
    assert half.dtype == torch.float32
    assert (half - trained(x, 25.0)).abs().max() < 0.02


@pytest.mark.parametrize(
    "damage",
    [
        lambda state: state.pop("down.0.weight"),
        lambda state: state.update({"tail.bias": torch.zeros(5)}),
        lambda state: state.update({"encoder.0.3.first.weight": torch.zeros(8, 8, 3, 3)}),
    ],
)
def test_weights_that_do_not_fit_together_are_refused(damage):
    state = dict(UNet(SMALL).state_dict())
    damage(state)
    with pytest.raises(BadWeights, match="fit together"):
        unet_from(state)


def test_other_networks_are_refused_by_name():
    with pytest.raises(BadWeights, match=r"model\.0\.weight"):
        unet_from({"model.0.weight": torch.zeros(1)})


def test_shipped_weights_reach_no_further_than_the_halo():
    weights = BUNDLED / "unet-denoise.safetensors"
    if not weights.exists():
        pytest.skip("no weights of this network are shipped yet")
    network = unet_from(read_state_dict(weights))
    halo, side, start = network.halo, 64, 128
    photograph = torch.from_numpy(coffee()[:320, :320] / np.float32(255)).permute(2, 0, 1)[None]
    noise = torch.randn(photograph.shape, generator=torch.Generator().manual_seed(0))
    noisy = photograph + noise * 50 / 255
    cut = slice(start - halo, start + side + halo)
    with torch.inference_mode():
        whole = network(noisy, 50.0)[..., start : start + side, start : start + side]
        tile = network(noisy[..., cut, cut], 50.0)[..., halo:-halo, halo:-halo]
    assert (whole - tile).abs().max() < 0.5 / 255


def test_the_border_is_restored_as_well_where_a_side_is_no_multiple():
    network = unet_from(read_state_dict(BUNDLED / "unet-denoise.safetensors"))
    clean = torch.from_numpy(coffee()[:321, :473] / np.float32(255)).permute(2, 0, 1)[None]
    noisy = clean + torch.randn(clean.shape, generator=torch.Generator().manual_seed(0)) * 50 / 255
    with torch.inference_mode():
        error = (network(noisy, 50.0) - clean).square()
    inner = error[..., 8:-8, 8:-8].mean().sqrt()
    last_row, last_column = error[..., -1, :].mean().sqrt(), error[..., -1].mean().sqrt()
    assert max(last_row, last_column) < 1.7 * inner
