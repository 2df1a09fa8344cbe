import numpy as np
import pytest
import tifffile
from PIL import Image

from evaluation.benchmark.dataset import read_dataset
from restoration.batch import page_reader
from restoration.errors import RestorationError, TooLarge, UnreadableFile, UsageError
from restoration.pages import Limits
from restoration.pages.limited import LimitedReader


def read(folder, **options):
    return read_dataset(folder, page_reader(), **options)


def test_images_come_by_name_with_their_pages_and_other_files_stay_out(photographs):
    (photographs / "notes.txt").write_text("not an image")
    (photographs / ".hidden.png").write_bytes(b"")
    black = np.zeros((2, 20, 30), np.uint8)
    tifffile.imwrite(photographs / "a.tif", black, photometric="minisblack")
    images = read(photographs)
    assert [image.name for image in images] == [
        "a.tif, page 1",
        "a.tif, page 2",
        "picture0.png",
        "picture1.png",
        "picture2.png",
    ]
    assert (images[1].source.page, images[1].width, images[1].height) == (1, 30, 20)
    assert images[0].source.sha256 == images[1].source.sha256 != images[2].source.sha256


@pytest.mark.parametrize("make", [lambda folder: None, lambda folder: folder.mkdir()])
def test_a_folder_without_images_is_explained(tmp_path, make):
    make(tmp_path / "folder")
    with pytest.raises(UsageError, match="folder"):
        read(tmp_path / "folder")


def test_every_file_that_cannot_be_used_is_named_at_once(photographs):
    (photographs / "empty.png").write_bytes(b"")
    whole = (photographs / "picture1.png").read_bytes()
    (photographs / "picture1.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableFile) as caught:
        read(photographs)
    told = str(caught.value)
    assert "2 of 4 images" in told
    assert "empty.png: The file is empty" in told
    assert "picture1.png: " in told


def test_a_huge_image_is_refused_by_its_header(photographs):
    reader = LimitedReader(Limits(10**9, 0.001, 10, 20.0))
    with pytest.raises(TooLarge, match=r"picture0.png: The page is too large"):
        read_dataset(photographs, reader)


def test_references_are_matched_by_name_and_size(photographs, tmp_path):
    clean = tmp_path / "clean"
    clean.mkdir()
    for number in range(3):
        Image.new("L", (40, 40)).save(clean / f"picture{number}.bmp")
    images = read(photographs, references=clean)
    assert [image.reference.path.name for image in images] == [
        f"picture{number}.bmp" for number in range(3)
    ]

    Image.new("RGB", (40, 40)).save(clean / "picture0.bmp")
    Image.new("L", (41, 40)).save(clean / "picture1.bmp")
    (clean / "picture2.bmp").unlink()
    with pytest.raises(RestorationError) as caught:
        read(photographs, references=clean)
    assert "1 against 3 channels" in str(caught.value)
    assert "40 x 40 against 41 x 40" in str(caught.value)
    assert "picture2.png has no clean original" in str(caught.value)
