"""The bundled samples: complete, truly as noisy as they say, and small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from restoration.errors import UsageError
from restoration.samples import FOLDER, SAMPLES, Sample, sample_by_id


def _unit(path: Path) -> NDArray[np.float64]:
    samples = tifffile.imread(path) if path.suffix == ".tiff" else np.asarray(Image.open(path))
    return samples / np.iinfo(samples.dtype).max


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
def test_scan_and_original_differ_by_what_is_written(sample: Sample) -> None:
    scan, clean = _unit(sample.path), _unit(sample.clean_path)
    assert scan.shape == clean.shape
    assert 255 * np.sqrt(np.mean((scan - clean) ** 2)) == pytest.approx(sample.rms_error, abs=0.01)
    assert sample.title
    assert sample.description.endswith(".")
    assert sample.source


def test_there_are_six_of_several_kinds_and_they_are_small() -> None:
    assert len({sample.id for sample in SAMPLES}) == 6
    assert {sample.path.suffix for sample in SAMPLES} == {".png", ".jpg", ".tiff"}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 4.5e6
    deep = next(sample for sample in SAMPLES if sample.path.suffix == ".tiff")
    assert tifffile.imread(deep.path).dtype == np.uint16


def test_a_sample_is_found_by_its_id_or_refused_with_the_ids_there_are() -> None:
    assert [sample_by_id(sample.id) for sample in SAMPLES] == list(SAMPLES)
    with pytest.raises(UsageError, match="book-page"):
        sample_by_id("../../etc/passwd")
