import pytest

from evaluation.benchmark.dataset import read_dataset
from evaluation.benchmark.images import Images
from restoration.batch import page_reader
from restoration.errors import UnreadableFile


def test_an_image_is_read_once_and_as_many_are_held_as_fit(photographs):
    first, second, third = (each.source for each in read_dataset(photographs, page_reader()))
    two = 2 * 40 * 40 * 4
    images = Images(held_bytes=two)
    held = images(first)
    images(second)
    assert images(first) is held
    images(third)
    assert images(first) is held, "it was used after the second"
    (photographs / "picture1.png").write_bytes(b"another one")
    with pytest.raises(UnreadableFile, match="another one than when the run began"):
        images(second)


def test_an_image_larger_than_the_bound_is_still_read(photographs):
    (first, *_) = read_dataset(photographs, page_reader())
    assert Images(held_bytes=1)(first.source).shape == (40, 40, 1)
