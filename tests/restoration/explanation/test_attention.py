"""Recorded attention is that of the network: rows of sum 1, and the same mixture comes out."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from restoration.errors import OutOfRange
from restoration.explanation.attention_field import APART, open_field
from restoration.explanation.look import look_at
from restoration.explanation.recording import Recording
from restoration.explanation.switches import forward
from restoration.models.swinir_layers import MASKED, window_groups
from restoration.models.swinir_schedule import run_whole


@pytest.fixture(scope="module")
def recorded(swinir, crop):
    """The field, and what each recorded layer's attention was given and gave, group by group."""
    seen = []
    attentions = [m for m in swinir.module.modules() if type(m).__name__ == "WindowAttention"]
    handles = [
        each.register_forward_hook(lambda m, inputs, output: seen.append((m, inputs[0], output)))
        for each in attentions
    ]
    recording = Recording(swinir.module, run_whole, crop.shape[:2])
    forward(swinir, swinir.module, crop, recording)
    for handle in handles:
        handle.remove()
    return recording, seen


def test_rows_sum_to_one_everywhere(recorded):
    field = recorded[0].field()
    assert [place.shift for place in field.places] == [0, 4, 0, 4]
    for layer in range(len(field.places)):
        for x, y in [(0, 0), (51, 43), (3, 40), (55, 47), (20, 21)]:
            weights, pixels = field.look(layer, x, y)
            np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)
            assert y * field.width + x in pixels
            assert len(set(pixels.tolist())) == 64


def test_the_recorded_weights_mix_what_the_network_mixed(recorded):
    recording, seen = recorded
    field = recording.field()
    for layer, place in enumerate(field.places):
        groups = window_groups((1, field.height, field.width), 8, place.shift, torch.device("cpu"))
        index = (place.block - 1) * 2 + place.layer - 1
        modules = list(dict.fromkeys(module for module, _, _ in seen))
        attention = modules[index]
        seen_of = [(given, out) for module, given, out in seen if module is attention]
        for group, (given, out) in zip(groups, seen_of, strict=True):
            width = given.shape[2]
            values = functional.linear(
                given[0], attention.qkv.weight[2 * width :], attention.qkv.bias[2 * width :]
            ).view(64, field.heads, -1)
            for row in (0, 27, 63):
                number = int(group.pixels[0, row])
                weights, pixels = field.look(layer, number % field.width, number // field.width)
                np.testing.assert_array_equal(pixels, group.pixels[0].numpy())
                mixed = torch.einsum("hk,khf->hf", torch.from_numpy(weights), values).flatten()
                np.testing.assert_allclose(
                    attention.proj(mixed).numpy(force=True), out[0, row].numpy(), atol=5e-3
                )


def test_breadth_counts_pixels(recorded):
    for breadth in recorded[0].breadth:
        assert breadth.shape == (48, 56)
        assert breadth.min() >= 1 and breadth.max() <= 64 + 1e-3


def test_a_stored_field_answers_the_same(recorded, crop, tmp_path):
    field = recorded[0].field()
    field.save(tmp_path)
    assert look_at(open_field(tmp_path), crop, 30, 20) == look_at(field, crop, 30, 20)
    assert open_field(tmp_path / "elsewhere") is None


def test_a_pixel_outside_is_refused(recorded, crop):
    with pytest.raises(OutOfRange, match="no such pixel"):
        look_at(recorded[0].field(), crop, 52, 0)
    with pytest.raises(OutOfRange, match="no such pixel"):
        look_at(None, crop, -1, 0)


def test_the_mask_is_the_networks():
    assert APART == MASKED
