from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from restoration.tiling import FADE, plan_tiles

sizes = st.integers(1, 700)


@given(sizes, sizes, st.integers(1, 300), st.integers(0, 40), st.sampled_from([1, 2, 7, 8]))
def test_tiles_put_together_give_the_page(height, width, tile, halo, multiple):
    page = np.random.default_rng(height * 1000 + width).random((height, width, 1), np.float32)
    put_together = np.zeros_like(page)
    for part in plan_tiles(height, width, tile=tile, halo=halo, multiple=multiple).tiles:
        part.add(part.read(page), put_together)
    np.testing.assert_allclose(put_together, page, atol=1e-6)


@settings(max_examples=400)
@given(sizes, st.integers(1, 300), st.integers(0, 40), st.sampled_from([1, 2, 7, 8]))
def test_every_kept_pixel_has_its_context(length, tile, halo, multiple):
    spans = plan_tiles(length, 1, tile=tile, halo=halo, multiple=multiple).rows
    assert spans[0].start == 0
    assert spans[-1].stop == length
    for span in spans:
        assert span.start % multiple == 0, "windows lie where they would lie on the whole page"
        assert span.kept.start - span.start >= halo or span.start == 0
        assert span.stop - span.kept.stop >= halo or span.stop == length
    for left, right in pairwise(spans):
        assert left.fade_out == right.fade_in
        assert left.fade_out[1] - left.fade_out[0] == FADE
        assert left.fade_in[1] <= left.fade_out[0], "cross-fades do not overlap"


def test_tiles_are_of_one_size_and_share_little():
    plan = plan_tiles(3508, 2480, tile=256, halo=16, multiple=8)
    shapes = {part.shape for part in plan.tiles}
    assert len(shapes) <= 4
    assert max(max(shape) for shape in shapes) < 256 + 8
    least = np.prod(
        [n + (len(s) - 1) * (2 * 16 + FADE) for n, s in ((3508, plan.rows), (2480, plan.columns))]
    )
    read = sum(part.shape[0] * part.shape[1] for part in plan.tiles)
    assert read < 1.05 * least
