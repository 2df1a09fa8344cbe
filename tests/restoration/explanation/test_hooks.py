"""Looking into a network changes nothing; switching a part off does, and only for the time."""

from __future__ import annotations

import numpy as np
import pytest

from restoration.explanation.ablations import Part, ablations
from restoration.explanation.inside import look_inside
from restoration.explanation.switches import plain


@pytest.mark.parametrize(("which", "level"), [("swinir", None), ("unet", 20.0)])
def test_the_hooked_forward_equals_the_plain_one(request, crop, which, level):
    network = request.getfixturevalue(which)
    before = plain(network, crop, level)
    inside = look_inside(network, crop, level)
    np.testing.assert_allclose(inside.output, before, atol=1e-6)
    np.testing.assert_array_equal(plain(network, crop, level), before)


@pytest.mark.parametrize(("which", "level"), [("swinir", None), ("unet", 20.0)])
def test_each_technique_matters_and_comes_back(request, crop, which, level):
    network = request.getfixturevalue(which)
    before = plain(network, crop, level)
    techniques = ablations(network)
    assert {each.part for each in techniques} >= {Part.LONG_SKIP, Part.REACH, Part.CONVOLUTION}
    for each in techniques:
        without = each.run(crop, level)
        assert without.shape == crop.shape
        assert np.abs(without - before).max() > 1e-4, each.id
        np.testing.assert_array_equal(plain(network, crop, level), before, err_msg=each.id)


def test_the_last_block_leads_to_the_output(swinir, crop):
    inside = look_inside(swinir, crop, None)
    assert [stage.label for stage in inside.stages] == [
        "Shallow convolution",
        "Block 1",
        "Block 2",
    ]
    np.testing.assert_allclose(inside.stages[-1].exit, inside.output, atol=1e-5)
    assert np.abs(inside.stages[1].exit - inside.output).max() > 1e-3


def test_a_filter_has_nothing_to_switch_off(crop):
    from restoration.explanation.examined import network_of
    from restoration.models.catalogue import load

    assert network_of(load("nlm").restorer, 25.0) is None
