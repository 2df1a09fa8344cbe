from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.benchmark.places import PLACES, find_image
from restoration.errors import UnreadableFile

SHA256 = "a" * 64


def noted(folder: Path, places: object) -> Path:
    (folder / PLACES).write_text(json.dumps(places))
    return folder


def test_an_image_is_found_with_its_clean_original(tmp_path: Path) -> None:
    scan, original = tmp_path / "scan.png", tmp_path / "original.png"
    scan.write_bytes(b"scan")
    original.write_bytes(b"original")
    folder = noted(tmp_path, {SHA256: {"path": str(scan), "reference": str(original)}})
    assert find_image(SHA256, folder) == (scan, original)
    original.unlink()
    with pytest.raises(UnreadableFile, match="clean original") as caught:
        find_image(SHA256, folder)
    assert str(original) in str(caught.value)


@pytest.mark.parametrize("places", [[1], {SHA256: "scan.png"}, {SHA256: {"file": "scan.png"}}, "x"])
def test_places_of_another_shape_are_no_places(tmp_path: Path, places: object) -> None:
    with pytest.raises(UnreadableFile, match="not here"):
        find_image(SHA256, noted(tmp_path, places))
