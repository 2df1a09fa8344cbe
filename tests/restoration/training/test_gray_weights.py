"""A gray network begins where the colour one stands."""

from __future__ import annotations

import torch

from restoration.training.gray_weights import as_gray, is_colour_swinir
from restoration.training.recipes import SWINIR_JPEG, SWINIR_JPEG_GRAY


def test_a_gray_network_answers_as_the_colour_one_does_on_equal_channels() -> None:
    torch.manual_seed(0)
    colour, gray = SWINIR_JPEG.build().eval(), SWINIR_JPEG_GRAY.build().eval()
    with torch.no_grad():
        colour.conv_last.weight.mul_(20)
    weights = colour.state_dict()
    gray.load_state_dict(as_gray(weights))
    assert is_colour_swinir(weights)
    assert not is_colour_swinir(gray.state_dict())
    page = torch.rand(1, 1, 40, 48)
    with torch.inference_mode():
        expected = colour(page.expand(-1, 3, -1, -1)).mean(dim=1, keepdim=True)
        found = gray(page)
    inner = (..., slice(12, -12), slice(12, -12))
    change = (expected - page)[inner].abs().max()
    assert (found - expected)[inner].abs().max() < 0.02 * change
