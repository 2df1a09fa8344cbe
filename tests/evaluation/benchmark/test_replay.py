from __future__ import annotations

import pandas as pd
import pytest

from evaluation.benchmark.replay import replay_of
from evaluation.comparison.run_table import run_table
from evaluation.sample_images import sample_images
from restoration.errors import RestorationError
from restoration.recipe import sha256_of_file

ROW = {"model": "identity", "degradation": "gaussian:25", "psnr": 30.0}


def test_rows_that_do_not_tell_sizes_can_be_looked_at() -> None:
    image = sample_images()[0]
    row = {**ROW, "image": image.name, "image_sha256": sha256_of_file(image)}
    asked = replay_of(run_table(pd.DataFrame([row])), [0], None)
    assert asked.cell.image.source.path == image
    assert asked.models[0].device == "auto"


@pytest.mark.parametrize("change", [{"image_sha256": ""}, {"degradation": "fog"}, {"seed": -1}])
def test_a_cell_that_cannot_be_done_again_is_explained(change: dict[str, object]) -> None:
    image = sample_images()[0]
    row = {**ROW, "image": image.name, "image_sha256": sha256_of_file(image), **change}
    with pytest.raises(RestorationError):
        replay_of(run_table(pd.DataFrame([row])), [0], None)
