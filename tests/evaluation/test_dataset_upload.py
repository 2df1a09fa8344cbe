"""Uploads become one folder of images, whatever a zip contains or claims."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import pytest

from evaluation.dataset_upload import lay_out
from restoration.errors import RestorationError, TooLarge, UnreadableFile, UnsupportedFile

MB = 1_000_000


def packed(path: Path, entries: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_images_come_out_flat_and_numbered_and_nothing_leaves_the_folder(tmp_path):
    link = zipfile.ZipInfo("link.png")
    link.external_attr = 0o120777 << 16
    archive = packed(
        tmp_path / "set.zip",
        {
            "a/one.png": b"1",
            "b/one.png": b"2",
            "../../outside.png": b"3",
            "..\\back.png": b"4",
            "__MACOSX/._one.png": b"5",
            "readme.txt": b"6",
        },
    )
    with zipfile.ZipFile(archive, "a") as more:
        more.writestr(link, "/etc/passwd")
    (tmp_path / "one.png").write_bytes(b"0")
    folder = tmp_path / "images"
    assert lay_out([tmp_path / "one.png", archive], folder, MB) == 5
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert found == {
        "one.png": b"0",
        "one-2.png": b"1",
        "one-3.png": b"2",
        "outside.png": b"3",
        "back.png": b"4",
    }
    assert not (tmp_path.parent / "outside.png").exists()


def test_a_bomb_is_stopped_by_what_comes_out_of_it(tmp_path):
    bomb = packed(tmp_path / "bomb.zip", {f"{number}.png": bytes(MB) for number in range(30)})
    assert bomb.stat().st_size < MB / 10
    with pytest.raises(TooLarge, match="unpacked"):
        lay_out([bomb], tmp_path / "images", 5 * MB)
    assert sum(path.stat().st_size for path in (tmp_path / "images").iterdir()) <= 6 * MB


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("broken.zip", b"PK no zip", UnreadableFile),
        ("empty.zip", None, UnreadableFile),
        ("notes.txt", b"text", UnsupportedFile),
    ],
)
def test_what_is_no_data_set_is_explained(tmp_path, name, content, error):
    path = tmp_path / name
    if content is None:
        packed(path, {"readme.txt": b"nothing"})
    else:
        path.write_bytes(content)
    with pytest.raises(error) as caught:
        lay_out([path], tmp_path / "images", MB)
    assert caught.value.expected


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_with_flipped_bits_is_refused_wherever_they_are(tmp_path, packing):
    whole = packed(tmp_path / "set.zip", {"one.png": bytes(range(256)) * 40}, packing).read_bytes()
    for place in range(0, len(whole), 3):
        flipped = tmp_path / "flipped.zip"
        flipped.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with contextlib.suppress(RestorationError):  # or the bits did not matter
            lay_out([flipped], tmp_path / f"images{place}", MB)
