"""SwinIR equals the official network, on every variant, size and path; bad weights are refused."""

from __future__ import annotations

import json
from dataclasses import replace
from threading import Thread

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from restoration.errors import BadWeights
from restoration.models import swinir_layers, swinir_schedule
from restoration.models.swinir import is_swinir, load_swinir
from restoration.models.swinir_catalogue import SWINIR_CARDS
from restoration.models.swinir_config import Head, SwinIRConfig
from restoration.models.swinir_layers import window_groups
from restoration.models.swinir_network import SwinIR

FIXTURES = (
    "classical_sr_x3",
    "color_car_w7",
    "color_dn_w8",
    "gray_car_w7",
    "light_sr_x2",
    "real_sr_x4_3conv",
)
SMALL = SwinIRConfig(
    channels=3, width=24, depths=(2, 2), heads=(2, 2), window=8, hidden=48, head=Head.RESIDUAL
)
MEDIUM = SwinIRConfig(3, 180, (6,) * 6, (6,) * 6, 8, 360)


@pytest.fixture(scope="module")
def small_state():
    torch.manual_seed(0)
    return SwinIR(SMALL).state_dict()


def read_fixture(folder, name):
    """State dict, and (input, output) pairs of the official network."""
    tensors = load_file(folder / "swinir" / f"{name}.safetensors")
    state = {k.removeprefix("state."): t for k, t in tensors.items() if k.startswith("state.")}
    sizes = [k.removeprefix("input.") for k in tensors if k.startswith("input.")]
    assert len(sizes) == 3
    return state, [(tensors[f"input.{size}"], tensors[f"output.{size}"]) for size in sizes]


@pytest.mark.parametrize("name", FIXTURES)
@pytest.mark.parametrize("path", ["chunked", "whole", "as on a GPU"])
def test_equals_official_network(shared_goldens, monkeypatch, name, path):
    state, pairs = read_fixture(shared_goldens, name)
    network = load_swinir(state)
    # Two windows at a time, so that small images too go through many chunks and both threads.
    monkeypatch.setattr(swinir_schedule, "CHUNK_BYTES", 2 * 64 * 72 * 4)
    if path != "chunked":
        network.schedule = lambda pixels: swinir_schedule.run_whole
    if path == "as on a GPU":
        monkeypatch.setitem(swinir_layers.HEAD_MULTIPLE, "cpu", 8)
    for pixels, expected in pairs:
        assert (network(pixels) - expected).abs().max() <= 1e-5


@pytest.mark.parametrize("name", FIXTURES)
def test_configuration_is_read_off_the_tensors(shared_goldens, name):
    official = json.loads((shared_goldens / "swinir" / "configs.json").read_text())[name]
    config = load_swinir(read_fixture(shared_goldens, name)[0]).config
    assert config.channels == official["in_chans"]
    assert config.width == official["embed_dim"]
    assert config.depths == tuple(official["depths"])
    assert config.heads == tuple(official["num_heads"])
    assert config.window == official["window_size"]
    assert config.value_range == official["img_range"]
    assert config.scale == official["upscale"]
    assert config.head.value == official["upsampler"]
    assert config.bottleneck == (official["resi_connection"] == "3conv")


@pytest.mark.parametrize(
    ("head", "scale"),
    [
        (Head.RESIDUAL, 1),
        *((Head.PIXEL_SHUFFLE, scale) for scale in (2, 3, 4, 8)),
        *((Head.PIXEL_SHUFFLE_DIRECT, scale) for scale in (2, 3, 4)),
        *((Head.NEAREST_CONV, scale) for scale in (2, 4)),
    ],
)
@pytest.mark.parametrize("bottleneck", [False, True])
def test_every_variant_survives_saving_and_enlarges_by_its_scale(head, scale, bottleneck):
    config = replace(SMALL, depths=(2, 1), head=head, scale=scale, bottleneck=bottleneck)
    network = load_swinir(SwinIR(config).state_dict())
    assert network.config == config
    assert network.descriptor.scale == scale
    assert network(torch.rand(1, 3, 9, 16)).shape == (1, 3, 9 * scale, 16 * scale)


def config_of_card(identity):
    """The configuration that a catalogue id stands for (official test script)."""
    _, size, task, *rest = identity.split("-")
    scale = int(rest[-1].removeprefix("x")) if rest[-1].startswith("x") else 1
    config = replace(MEDIUM, channels=1 if task == "gray" else 3, scale=scale)
    if "car" in rest:
        return replace(config, window=7)
    if task == "classical":
        return replace(config, head=Head.PIXEL_SHUFFLE)
    if task == "lightweight":
        return replace(
            config,
            width=60,
            hidden=120,
            depths=(6,) * 4,
            heads=(6,) * 4,
            head=Head.PIXEL_SHUFFLE_DIRECT,
        )
    if task == "real":
        config = replace(config, head=Head.NEAREST_CONV)
    if size == "l":
        config = replace(config, width=240, hidden=480, depths=(6,) * 9, heads=(8,) * 9)
        return replace(config, bottleneck=True)
    return config


@pytest.mark.parametrize(
    "card", [card for card in SWINIR_CARDS if card.weights], ids=lambda card: card.id
)
def test_cards_state_the_parameters_of_their_network(card):
    with torch.device("meta"):
        network = SwinIR(config_of_card(card.id))
    assert sum(p.numel() for p in network.parameters()) == card.parameters
    assert network.descriptor.channels == card.channels


def test_parameter_counts_are_the_published_ones(shared_goldens):
    configs = json.loads((shared_goldens / "swinir" / "configs.json").read_text())
    ours = {card.id: card.parameters for card in SWINIR_CARDS}
    published = configs["full_size_parameter_counts"]
    assert published == {
        "gray_dn": ours["swinir-m-gray-dn-25"],
        "color_dn": ours["swinir-m-color-dn-25"],
        "gray_car": ours["swinir-m-gray-car-20"],
        "color_car": ours["swinir-m-color-car-20"],
        "classical_sr_x2": ours["swinir-m-classical-df2k-x2"],
        "classical_sr_x4": ours["swinir-m-classical-df2k-x4"],
        "light_sr_x2": ours["swinir-s-lightweight-x2"],
        "light_sr_x4": ours["swinir-s-lightweight-x4"],
        "real_sr_m_x4": ours["swinir-m-real-x4"],
        "real_sr_l_x4": ours["swinir-l-real-x4"],
    }


@pytest.mark.parametrize("window", [7, 8])
def test_windows_cover_the_image_once_and_hide_what_only_the_shift_made_neighbours(window):
    height, width = 3 * window, 4 * window
    groups = window_groups((2, height, width), window, window // 2, torch.device("cpu"))
    pixels = torch.cat([group.pixels.flatten() for group in groups])
    assert torch.equal(pixels.sort().values, torch.arange(2 * height * width))
    for group in groups:
        image, rest = group.pixels // (height * width), group.pixels % (height * width)
        assert bool((image == image[:, :1]).all())
        near = [
            (axis[:, :, None] - axis[:, None, :]).abs() < window
            for axis in (rest // width, rest % width)
        ]
        visible = torch.ones(window**2, window**2) if group.mask is None else group.mask == 0
        assert bool(((near[0] & near[1]) == visible).all())


def test_threads_and_chunks_do_not_change_a_bit(small_state, monkeypatch):
    network = load_swinir(small_state)
    pixels = torch.rand(2, 3, 40, 48)
    threads = torch.get_num_threads()
    monkeypatch.setattr(swinir_schedule, "CHUNK_BYTES", 3 * 64 * 72 * 4)
    try:
        torch.set_num_threads(1)
        alone = network(pixels)
        torch.set_num_threads(2)
        together = network(pixels)
        assert torch.equal(alone, together)
        # A thread that starts later still gets the number that was set.
        seen = []
        later = Thread(target=lambda: seen.append(torch.get_num_threads()))
        later.start()
        later.join()
        assert seen == [2] == [torch.get_num_threads()]
    finally:
        torch.set_num_threads(threads)


def test_batch_equals_its_images_one_by_one(small_state):
    network = load_swinir(small_state)
    pixels = torch.rand(3, 3, 24, 32)
    one_by_one = torch.cat([network(image[None]) for image in pixels])
    assert (network(pixels) - one_by_one).abs().max() < 1e-6


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (3, 5), (7, 20), (8, 13)])
def test_sides_below_a_window_are_mirrored_back_and_forth(small_state, size):
    network = load_swinir(small_state)
    pixels = torch.rand(1, 3, *size)
    added = [(0, 0), (0, 0)] + [(0, -side % 8) for side in size]
    padded = torch.from_numpy(np.pad(pixels.numpy(), added, mode="reflect"))
    restored = network(pixels)
    assert restored.shape == pixels.shape
    assert (restored - network(padded)[..., : size[0], : size[1]]).abs().max() < 1e-6


def test_bf16_stays_close_and_returns_float32(small_state):
    pixels = torch.rand(1, 3, 40, 48, generator=torch.Generator().manual_seed(1))
    exact = load_swinir(small_state)(pixels)
    restored = load_swinir(small_state).to(torch.bfloat16)(pixels)
    assert restored.dtype is torch.float32
    correction = (exact - pixels).square().mean()
    assert (restored - exact).square().mean() < 1e-4 * correction


def test_gradients_flow_even_after_inference_filled_the_caches(small_state):
    network = load_swinir(small_state)
    pixels = torch.rand(1, 3, 16, 24)
    with torch.inference_mode():
        expected = network(pixels).clone()
    pixels.requires_grad_(True)
    restored = network(pixels)
    restored.sum().backward()
    assert (restored.detach() - expected).abs().max() < 1e-5
    assert float(pixels.grad.abs().min()) > 0


@pytest.mark.parametrize("wrapper", [None, "params", "params_ema"])
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_files_load_with_and_without_buffers(shared_goldens, tmp_path, wrapper, suffix):
    state, [(pixels, expected), *_] = read_fixture(shared_goldens, "color_car_w7")
    assert any("attn_mask" in name for name in state)
    path = tmp_path / f"weights{suffix}"
    if suffix == ".pth":
        torch.save(state if wrapper is None else {wrapper: state}, path)
    else:
        save_file({n: t for n, t in state.items() if "attn_mask" not in n}, path)
    assert (load_swinir(path)(pixels) - expected).abs().max() <= 1e-5


def test_refuses_weights_of_another_architecture():
    state = {"model.0.weight": torch.zeros(64, 1, 3, 3)}
    assert not is_swinir(state)
    with pytest.raises(BadWeights, match="not a SwinIR"):
        load_swinir(state)


@pytest.mark.parametrize(
    "lost",
    ["conv_last.bias", "layers.1.residual_group.blocks.1.mlp.fc2.weight", "layers.1.conv.weight"],
)
def test_refuses_weights_with_a_tensor_missing(small_state, lost):
    state = {name: t for name, t in small_state.items() if name != lost}
    with pytest.raises(BadWeights) as refusal:
        load_swinir(state)
    assert lost in str(refusal.value)


def test_refuses_a_tensor_of_another_shape_and_says_which(small_state):
    name = "layers.0.residual_group.blocks.1.attn.proj.weight"
    with pytest.raises(BadWeights) as refusal:
        load_swinir({**small_state, name: torch.zeros(24, 25)})
    assert refusal.value.actual == f"1 of another shape, such as {name}"


def test_refuses_an_absolute_position_embedding(small_state):
    with pytest.raises(BadWeights, match="absolute position"):
        load_swinir({**small_state, "absolute_pos_embed": torch.zeros(1, 1, 24)})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_refuses_numbers_that_are_not_finite(small_state, value):
    spoilt = small_state["conv_first.weight"].clone()
    spoilt[3, 1, 0, 2] = value
    with pytest.raises(BadWeights) as refusal:
        load_swinir({**small_state, "conv_first.weight": spoilt})
    assert refusal.value.actual == "1 of 648 in conv_first.weight"


def test_refuses_a_file_cut_short(small_state, tmp_path):
    path = tmp_path / "weights.pth"
    torch.save(small_state, path)
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(BadWeights):
        load_swinir(path)


def test_catalogue_names_are_unique_and_aliases_lead_to_published_files():
    names = [name for card in SWINIR_CARDS for name in (card.id, *card.aliases)]
    assert len(names) == len(set(names))
    by_alias = {alias: card for card in SWINIR_CARDS for alias in card.aliases}
    assert by_alias["Restoration-SwinIR-Jpeg20"].weights.url == (
        "https://github.com/JingyunLiang/SwinIR/releases/download/v0.0/"
        "006_colorCAR_DFWB_s126w7_SwinIR-M_jpeg20.pth"
    )
    assert by_alias["Denoise-SwinIR-Noise25"].level_range == (25, 25)
