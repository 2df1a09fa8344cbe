"""Conditions are what their names say, and differ in nothing but what they add."""

import numpy as np
import pytest

from restoration.errors import OutOfRange, UsageError
from restoration.synthesis.conditions import condition_from, conditioned
from restoration.synthesis.fields import read_fields
from restoration.synthesis.preparation import from_classes, from_instances
from restoration.synthesis.tissues import HISTOLOGY, IHC


@pytest.mark.parametrize("text", ["polygons", "cells", "noise:12", "blue:3.5", "blue:24,1=12,2=40"])
def test_a_condition_is_read_as_it_is_written(text):
    assert str(condition_from(text)) == text


@pytest.mark.parametrize(
    "text", ["", "noise", "noise:", "pink:3", "cells:4", "noise:4,1", "noise:4,one=3"]
)
def test_other_words_are_refused(text):
    with pytest.raises(UsageError, match="is not a condition"):
        condition_from(text)


def test_what_is_added_lies_on_unchanged_regions(prepared_folder):
    tissue, fields = read_fields(prepared_folder)
    field = fields[0]
    for text, code in (("noise:5", tissue.noise), ("blue:5", tissue.noise), ("cells", tissue.cell)):
        told = conditioned(condition_from(text), field.polygons, field.cells, tissue, 1)
        added = told == code
        assert added.any()
        assert np.array_equal(told[~added], field.polygons[~added])
        if code == tissue.noise:
            assert not np.isin(field.polygons[added], tissue.air_codes).any()
        else:
            assert np.array_equal(added, field.cells > 0)


def test_a_class_can_have_noise_of_its_own_and_air_none():
    map_ = np.repeat(np.arange(4, dtype=np.uint8), 64)[:, None].repeat(256, axis=1)
    told = conditioned(condition_from("noise:16,1=4"), map_, None, IHC, 0)
    shares = [(told[map_ == code] == IHC.noise).mean() for code in range(4)]
    assert shares == pytest.approx([1 / 256, 1 / 16, 1 / 256, 0], abs=0.006)
    with pytest.raises(OutOfRange, match="class 3"):
        conditioned(condition_from("noise:16,3=4"), map_, None, IHC, 0)


def test_cells_that_are_not_known_are_asked_for():
    with pytest.raises(UsageError, match="not known"):
        conditioned(condition_from("cells"), np.zeros((8, 8), np.uint8), None, IHC, 0)


def test_regions_are_coarse_and_hold_their_nuclei(prepared_folder):
    """What a pathologist would draw: few corners, most nuclei inside, the strip of glass as air."""
    _, fields = read_fields(prepared_folder)
    for field in fields:
        nuclei = field.cells > 0
        inside = np.isin(field.polygons, IHC.nuclei_codes)
        assert inside[nuclei].mean() > 0.9
        assert inside.mean() > 2 * nuclei.mean(), "regions are much larger than single cells"
        assert (field.polygons[:, 104:] == 3).mean() > 0.95
        # Where most nuclei of the upper part are positive, so is a region.
        assert (field.polygons[:32] == 2).any()


def test_nuclei_on_glass_are_a_smear_and_others_are_not():
    rows, columns = np.mgrid[:128, :160]
    instances = np.zeros((128, 160), np.int32)
    centres = [(y, x) for y in range(8, 128, 16) for x in range(8, 100, 16)]
    for number, (y, x) in enumerate(centres, 1):
        instances[(rows - y) ** 2 + (columns - x) ** 2 < 49] = number
    for ground, code in (((240, 240, 240), 2), ((180, 160, 205), 1)):
        image = np.where(instances[..., None] > 0, (90, 40, 120), ground).astype(np.uint8)
        made = from_instances(instances, image, HISTOLOGY)
        assert set(np.unique(made.cells)) == {0, code}
        assert (made.polygons == code).any()


def test_a_field_without_nuclei_has_no_region_of_them():
    made = from_classes(np.zeros((64, 64), np.uint8), IHC)
    assert not made.polygons.any()
    assert not made.cells.any()
