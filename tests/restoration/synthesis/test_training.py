"""Runs resume to the bit, and conditions of one seed differ in nothing but their maps."""

import csv

import numpy as np
import pytest
import torch

from restoration.errors import BadWeights, UsageError
from restoration.synthesis.batches import Batches
from restoration.synthesis.conditions import Cells, Noise, Polygons
from restoration.synthesis.drawing import draw_field
from restoration.synthesis.fields import read_fields
from restoration.synthesis.generator import Generator
from restoration.synthesis.generator_file import load_generator
from restoration.synthesis.recipe import Recipe
from restoration.synthesis.run import Run
from restoration.synthesis.shipped import SHIPPED, sample_fields, shipped_generator
from restoration.synthesis.trainer import train
from restoration.training.checkpoint import load_checkpoint


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Sums over several threads need not be equal to the bit."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def small(*conditions):
    return Recipe(conditions, crop=32, batch=2)


def test_a_resumed_run_is_equal_to_the_bit(prepared_folder, tmp_path):
    tissue, fields = read_fields(prepared_folder)
    recipe = small(Noise(6.0), Polygons())
    train(recipe, fields, tissue, Run(tmp_path / "whole", last_step=5))
    train(recipe, fields, tissue, Run(tmp_path / "parts", last_step=2))
    card = train(recipe, fields, tissue, Run(tmp_path / "parts", last_step=5, resume=True))
    one, other = (load_checkpoint(tmp_path / name) for name in ("whole", "parts"))
    assert (one.step, other.step) == (5, 5)
    for part in ("generator", "critic"):
        for name, value in one.network[part].items():
            assert torch.equal(value, other.network[part][name])
    with (tmp_path / "parts" / "curve.csv").open() as stream:
        assert [row["step"] for row in csv.DictReader(stream)] == ["2", "5"]
    loaded, generator = load_generator(tmp_path / "parts" / "generator.json")
    assert (loaded, loaded.steps, loaded.fields) == (card, 5, 3)
    assert draw_field(generator, fields[0].polygons).shape == fields[0].image.shape


def test_a_run_is_neither_overwritten_nor_taken_for_another(prepared_folder, tmp_path):
    tissue, fields = read_fields(prepared_folder)
    train(small(Polygons()), fields, tissue, Run(tmp_path, last_step=1))
    with pytest.raises(UsageError, match="already holds a run"):
        train(small(Polygons()), fields, tissue, Run(tmp_path, last_step=2))
    with pytest.raises(BadWeights, match="belongs to another run"):
        train(small(Cells()), fields, tissue, Run(tmp_path, last_step=2, resume=True))


def test_conditions_of_one_seed_see_the_same_crops(prepared_folder):
    tissue, fields = read_fields(prepared_folder)
    plain, noisy, cells = (
        Batches(fields, tissue, small(condition), 7)[3]
        for condition in (Polygons(), Noise(4.0), Cells())
    )
    assert torch.equal(plain.field, noisy.field)
    assert torch.equal(plain.field, cells.field)
    added = noisy.told == tissue.noise
    assert torch.equal(plain.told[~added], noisy.told[~added])


def test_weights_that_were_changed_are_refused(prepared_folder, tmp_path):
    tissue, fields = read_fields(prepared_folder)
    train(small(Polygons()), fields, tissue, Run(tmp_path, last_step=1))
    weights = tmp_path / "generator.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(BadWeights, match="is not the file of its card"):
        load_generator(tmp_path / "generator.json")


def test_no_noise_pixel_is_lost_in_the_generator():
    """Whatever pixel of a block it is set in, the field changes there, and for any size."""
    torch.manual_seed(0)
    generator = Generator(6).eval()
    plain = torch.zeros(1, 37, 45, dtype=torch.uint8)
    with torch.inference_mode():
        before = generator(plain)
        assert before.shape == (1, 3, 37, 45)
        for y, x in [(16, 16), (17, 19), (18, 17), (19, 18)]:
            told = plain.clone()
            told[0, y, x] = 5
            changed = (generator(told) - before).abs().amax(dim=1)[0]
            assert changed[14:22, 14:22].max() > 1e-4


def test_what_ships_is_small_known_and_reproducible():
    card, generator = shipped_generator()
    assert card.bytes == (SHIPPED.parent / card.file).stat().st_size < 15e6
    assert "CC0" in card.training_data
    assert card.fields == 88
    assert card.parameters == sum(weights.numel() for weights in generator.parameters())
    field = next(iter(sample_fields().values()))
    first, second = (draw_field(generator, field.polygons) for _ in range(2))
    assert np.array_equal(first, second)


def test_noise_gives_the_shipped_generator_something_to_draw():
    """Regions of nuclei without noise are nearly flat; with it they have nuclei's contrast."""
    from restoration.synthesis.conditions import conditioned
    from restoration.synthesis.mask_noise import NoiseKind

    card, generator = shipped_generator()
    nuclei = np.full((128, 128), card.tissue.nuclei_codes[0], np.uint8)
    told = conditioned(Noise(24.0, NoiseKind.BLUE), nuclei, None, card.tissue, 0)
    flat, drawn = (draw_field(generator, each).mean(axis=2).std() for each in (nuclei, told))
    assert drawn > 3 * flat
