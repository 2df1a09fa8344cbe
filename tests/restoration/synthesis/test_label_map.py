"""A label map comes back exact; a wrong one is refused in one sentence that says what is wrong."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from restoration.errors import OutOfRange, RestorationError, UnreadableFile, UnsupportedFile
from restoration.synthesis.label_map import read_label_map, write_label_map
from restoration.synthesis.tissues import IHC, TISSUES, read_tissue, write_tissue

SHAPES = st.tuples(st.integers(32, 48), st.integers(32, 48))


def png(array: np.ndarray, **options: object) -> bytes:
    stream = BytesIO()
    Image.fromarray(array).save(stream, format=options.get("format", "PNG"))
    return stream.getvalue()


@settings(max_examples=20, deadline=None)
@given(arrays(np.uint8, SHAPES, elements=st.integers(0, 3)))
def test_codes_come_back_exact(labels):
    stream = BytesIO()
    write_label_map(labels, IHC, stream)
    assert np.array_equal(read_label_map(stream.getvalue(), IHC), labels)


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (png(np.full((64, 64), 9, np.uint8)), OutOfRange, "code 9"),
        (png(np.zeros((8, 64), np.uint8)), OutOfRange, "64x8 pixels"),
        (png(np.zeros((64, 64), np.uint16)), UnsupportedFile, "I;16"),
        (png(np.zeros((64, 64, 3), np.uint8)), UnsupportedFile, "RGB"),
        (png(np.zeros((64, 64), np.uint8), format="JPEG"), UnsupportedFile, "JPEG"),
        (png(np.zeros((64, 64), np.uint8))[:60], UnreadableFile, "cannot be read"),
        (b"not an image", UnreadableFile, "cannot be read"),
    ],
)
def test_a_wrong_map_is_refused_in_one_sentence(content, error, words):
    with pytest.raises(error) as raised:
        read_label_map(content, IHC)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_map_of_another_size_than_its_image_is_refused():
    with pytest.raises(OutOfRange, match=r"Found: 64x48 pixels\. Expected: 48x64 pixels"):
        read_label_map(png(np.zeros((48, 64), np.uint8)), IHC, (48, 64))


def test_a_size_that_is_not_taken_is_refused_before_anything_is_decoded():
    def check_sides(width, height):
        raise OutOfRange("Not this size", actual=f"{width}x{height}")

    cut_short = png(np.random.default_rng(0).integers(0, 4, (300, 400)).astype(np.uint8))[:200]
    with pytest.raises(UnreadableFile):
        read_label_map(cut_short, IHC)
    with pytest.raises(OutOfRange, match="400x300"):
        read_label_map(cut_short, IHC, check_sides=check_sides)


@pytest.mark.parametrize("tissue", TISSUES)
def test_the_list_of_classes_comes_back(tissue, tmp_path):
    write_tissue(tissue, tmp_path / "classes.json")
    assert read_tissue(tmp_path / "classes.json") == tissue
    (tmp_path / "classes.json").write_text('{"name": "x"}')
    with pytest.raises(RestorationError, match="does not list the classes"):
        read_tissue(tmp_path / "classes.json")
