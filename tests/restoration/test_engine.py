import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import uniform_filter

from restoration.engine import run
from restoration.errors import Cancelled, OutOfRange
from restoration.models.restorer import Descriptor, LevelKind
from restoration.progress import Progress
from restoration.seams import seam_ratio
from restoration.tiling import plan_tiles

BOX = Descriptor(channels=(1, 3), halo=3, tile=64)


@dataclass(frozen=True)
class Blur:
    """A box blur: what a pixel becomes depends on exactly `halo` pixels around it."""

    descriptor: Descriptor = BOX

    def __call__(self, batch, level):
        return uniform_filter(batch, (1, 7, 7, 1), mode="reflect")


@dataclass(frozen=True)
class Listening:
    """Gives its input back and remembers what it was called with."""

    descriptor: Descriptor
    calls: list = field(default_factory=list)

    def __call__(self, batch, level):
        self.calls.append((batch.shape, level))
        if self.descriptor.scale == 1:
            return batch
        return batch.repeat(self.descriptor.scale, 1).repeat(self.descriptor.scale, 2)


@pytest.fixture
def page():
    return np.random.default_rng(0).random((201, 330, 3), np.float32)


def test_tiles_give_what_the_whole_page_gives(page):
    whole = Blur()(page[None], None)[0]
    result = run(Blur(), page)
    assert len(result.plan.tiles) > 8
    np.testing.assert_allclose(result.pixels, whole, atol=1e-6)
    assert result.seam_ratio == pytest.approx(1.0, abs=0.05)


def test_the_page_is_not_changed(page):
    before = page.copy()
    run(Blur(), page)
    np.testing.assert_array_equal(page, before)


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.5])
def test_strength_mixes_input_and_result(page, strength):
    full = run(Blur(), page).pixels
    mixed = run(Blur(), page, strength=strength).pixels
    np.testing.assert_allclose(mixed, page + strength * (full - page), atol=1e-6)


def test_enlarging_models_are_put_together_at_their_scale(page):
    model = Listening(Descriptor(channels=(3,), halo=4, tile=96, scale=2))
    result = run(model, page)
    np.testing.assert_allclose(result.pixels, page.repeat(2, 0).repeat(2, 1), atol=1e-6)
    with pytest.raises(OutOfRange, match="one size"):
        run(model, page, strength=0.5)


def test_channels_are_adapted(page):
    colour_only = Listening(Descriptor(channels=(3,), halo=0))
    gray = page[..., :1]
    np.testing.assert_allclose(run(colour_only, gray).pixels, gray, atol=1e-6)
    assert colour_only.calls[0][0][3] == 3
    gray_only = Listening(Descriptor(channels=(1,), halo=0))
    np.testing.assert_allclose(run(gray_only, page).pixels, page, atol=1e-6)
    assert gray_only.calls[0][0][0] == 3


def test_levels_are_kept_within_the_models_range(page):
    facts = Descriptor(channels=(3,), halo=0, level=LevelKind.SIGMA, level_range=(5, 50))
    assert run(Listening(facts), page, 80).level == 50
    assert run(Listening(facts), page, 1).level == 5
    fixed = Descriptor(channels=(3,), halo=0, level=LevelKind.SIGMA, level_range=(25, 25))
    assert run(Listening(fixed), page).level == 25


def test_blank_tiles_are_left_alone():
    page = np.ones((400, 400, 1), np.float32)
    page[20:60, 20:60] = np.random.default_rng(1).random((40, 40, 1), np.float32)
    model = Listening(Descriptor(channels=(1,), halo=8, tile=128))
    result = run(model, page)
    assert result.tiles_skipped == len(result.plan.tiles) - len(model.calls) > 0
    np.testing.assert_allclose(result.pixels, page, atol=1e-6)


def test_tiles_at_the_edge_of_another_size_are_a_batch_of_their_own(page):
    one = Listening(Descriptor(channels=(3,), halo=4, tile=64, multiple=8))
    many = Listening(Descriptor(channels=(3,), halo=4, tile=64, multiple=8, batch=5))
    np.testing.assert_array_equal(run(many, page).pixels, run(one, page).pixels)
    assert len({shape[1:3] for shape, _ in many.calls}) > 1
    assert len(many.calls) < len(one.calls) / 2


@pytest.mark.parametrize("scale", [1, 2])
def test_batches_of_tiles_give_what_single_tiles_give(page, scale):
    page = page.copy()
    page[:70] = 0.5
    one = Listening(Descriptor(channels=(3,), halo=4, tile=64, scale=scale))
    many = Listening(Descriptor(channels=(3,), halo=4, tile=64, scale=scale, batch=5))
    single, batched = run(one, page), run(many, page)
    np.testing.assert_array_equal(batched.pixels, single.pixels)
    sizes = [shape[0] for shape, _ in many.calls]
    assert sum(sizes) == len(one.calls)
    assert set(sizes[:-1]) == {5}
    colour_as_planes = Listening(Descriptor(channels=(1,), halo=4, tile=64, batch=3))
    np.testing.assert_allclose(run(colour_as_planes, page).pixels, page, atol=1e-6)


@pytest.mark.slow
def test_a_page_of_a_hundred_megapixels_is_streamed(tmp_path):
    """Memory of the process's own stays that of a few tiles; the page lies in mapped files."""
    shape = (10_000, 10_000, 1)
    page, out = (np.memmap(tmp_path / name, np.float32, "w+", shape=shape) for name in "ab")
    chance = np.random.default_rng(0)
    for top, left in ((100, 200), (4800, 4900), (9300, 9300)):
        page[top : top + 600, left : left + 600] = chance.random((600, 600, 1), np.float32)
    descriptor = Descriptor(channels=(1,), halo=3, tile=512)
    before, peaks = own_memory_mb(), []
    result = run(
        Blur(descriptor), page, out=out, report=lambda progress: peaks.append(own_memory_mb())
    )
    assert max(peaks) - before < 200
    assert result.tiles_skipped > 300
    assert result.seam_ratio == pytest.approx(1, abs=0.05)
    row = Blur()(np.asarray(page[5000:5016])[None], None)[0][8]
    np.testing.assert_allclose(out[5008], row, atol=1e-6)


def own_memory_mb():
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) / 1024


def test_cancel_stops_within_one_tile(page):
    model = Listening(Descriptor(channels=(3,), halo=0, tile=64))

    def third_tile(progress: Progress):
        if len(model.calls) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(model, page, report=third_tile)
    assert len(model.calls) == 3


def test_progress_never_falls(page):
    seen = []
    run(Blur(), page, report=lambda progress: seen.append(progress.done))
    assert seen == sorted(seen)
    assert seen[-1] == 1


@pytest.mark.parametrize("wrong", [{"strength": 2}, {"tile": 0}, {"overlap": -1}])
def test_senseless_options_are_refused(page, wrong):
    with pytest.raises(OutOfRange):
        run(Blur(), page, **wrong)


def test_a_visible_grid_is_measured_and_lines_of_the_page_are_not():
    chance = np.random.default_rng(2)
    side = 1500
    plan = plan_tiles(side, side, tile=128, halo=8)
    before = chance.normal(0.5, 0.02, (side, side, 1)).astype(np.float32)
    for span in plan.rows[1:]:
        before[span.fade_in[0] + 4] = 0
    after = before - chance.normal(0, 0.02, before.shape).astype(np.float32)
    assert seam_ratio(before, after, plan) == pytest.approx(1, abs=0.02)
    marked = after.copy()
    for number, span in enumerate(plan.columns[1:]):
        marked[:, span.fade_in[0] + 4 :] += 0.04 * (-1) ** number
    assert seam_ratio(before, marked, plan) > 1.05
