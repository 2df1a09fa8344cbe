from __future__ import annotations

import math

import pytest

from evaluation.holm import holm


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]).tolist() == []


def test_a_test_that_could_not_be_made_costs_the_others_nothing() -> None:
    corrected = holm([0.02, math.nan, 0.9]).tolist()
    assert math.isnan(corrected[1])
    assert corrected[::2] == pytest.approx([0.04, 0.9])
    assert holm([0.6, math.nan, 0.9])[0] == 1
