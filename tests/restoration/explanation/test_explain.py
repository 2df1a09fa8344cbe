"""The whole explanation: nine parts with figures and data, for each kind of model and page."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from restoration.commands import main
from restoration.errors import ExitCode, OutOfRange, UsageError
from restoration.explanation.explaining import explain
from restoration.explanation.published import BLOCK_CONVOLUTION
from restoration.explanation.subject import Truth, crop_place, cut, subject, telling_place
from restoration.models.card import Task
from restoration.models.catalogue import load
from restoration.samples import SAMPLES, sample_by_id

IDS = [
    "noise",
    "correction",
    "stages",
    "attention",
    "shift",
    "convolution",
    "honesty",
    "frequencies",
    "help",
]


@pytest.fixture(scope="module")
def photograph():
    sample = sample_by_id("photograph")
    place = (slice(150, 246), slice(180, 276))
    return tuple(
        np.asarray(Image.open(path), np.float32)[place] / 255
        for path in (sample.path, sample.clean_path)
    )


@pytest.mark.slow
def test_the_command_writes_every_figure_with_its_data(swinir_file, photograph, tmp_path, capsys):
    scan, clean = (tmp_path / name for name in ("scan.png", "clean.png"))
    for path, pixels in zip((scan, clean), photograph, strict=True):
        Image.fromarray((pixels * 255).round().astype(np.uint8)).save(path)
    out = tmp_path / "out"
    arguments = ["explain", str(scan), "--reference", str(clean), "--model", str(swinir_file)]
    assert main([*arguments, "-o", str(out), "--json"]) == ExitCode.OK
    told = json.loads(capsys.readouterr().out)
    assert [section["id"] for section in told["sections"]] == IDS
    assert {path.name for path in out.iterdir()} == set(told["files"])
    for section in told["sections"]:
        stem = f"{section['number']}-{section['id']}"
        assert json.loads((out / f"{stem}.json").read_text()) == section
        for choice in section["choices"]:
            with Image.open(out / choice["image"]) as image:
                assert image.size == (96, 96)
        for number, chart in enumerate(section["charts"]):
            suffix = "" if number == 0 else f"-{number + 1}"
            with (out / f"{stem}{suffix}.csv").open() as file:
                rows = list(csv.reader(file))
            assert len(rows) == 1 + sum(len(series["x"]) for series in chart["series"])
            assert "<svg" in (out / f"{stem}{suffix}.svg").read_text()
    page = (out / "explanation.html").read_text()
    assert "http" not in page.replace("http://www.w3.org", "")
    assert len(told["card"]["lines"]) == 10 and len(told["card"]["limits"]) == 3
    published = told["sections"][5]["published"]
    assert [each["value"] for each in published] == [each.value for each in BLOCK_CONVOLUTION]


@pytest.mark.slow
def test_the_shipped_network_loses_what_the_papers_lead_one_to_expect(photograph):
    scan, clean = photograph
    found = explain(scan, load("unet-denoise"), clean=clean)
    parts = {section.id: section for section in found.sections}
    assert parts["correction"].data["loss"] > 10
    assert parts["stages"].data["losses"]["no-long-skip"] > 1
    assert parts["shift"].data["losses"]["no-coarse"] > 0.05
    assert parts["convolution"].data["losses"]["no-convolution"] > 0.5
    assert "does not apply" in parts["attention"].figure.meaning
    frequencies = parts["frequencies"].data
    own = frequencies["models"]["unet-denoise"]
    assert own["signalAtHalf"] - own["noiseAtHalf"] > 0.3
    np.testing.assert_allclose(frequencies["models"]["identity"]["signalKept"], 1, atol=1e-4)
    np.testing.assert_allclose(frequencies["models"]["identity"]["noisePassed"], 1, atol=1e-4)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
def test_every_sample_yields_a_subject(sample, swinir_file):
    from restoration.batch import page_reader

    scan, clean = (page_reader().read(p, 0).pixels for p in (sample.path, sample.clean_path))
    place = telling_place(scan, 64)
    crops = [cut(pixels, place, 64) for pixels in (scan, clean)]
    of_filter, of_colour = (subject(*crops, load(m)) for m in ("nlm", str(swinir_file)))
    assert of_colour.noisy.shape == (64, 64, 3)
    if sample.id == "invoice":  # compressed, hardly any noise
        assert of_filter.origin is of_colour.origin is Truth.SCAN
        return
    assert of_filter.origin is Truth.ORIGINAL
    np.testing.assert_array_equal(of_filter.noisy, crops[0])
    gray = scan.shape[2] == 1
    assert of_colour.origin is (Truth.REPEATED if gray else Truth.ORIGINAL)


@pytest.mark.slow
@pytest.mark.parametrize(
    "scan",
    [
        "binarization/DIBCO2009_H01_scan.webp",
        "text_pages/*.*",
        "old_photos/a.png",
    ],
)
def test_a_page_without_an_original_is_explained_too(shared_data, swinir_file, scan):
    from restoration.batch import page_reader

    path = next(
        p
        for p in sorted((shared_data / "documents").glob(scan))
        if p.suffix in {".png", ".webp", ".tif", ".jpg"}
    )
    pixels = page_reader().read(path, 0).pixels
    x, y = telling_place(pixels, 64)
    found = explain(cut(pixels, (x, y), 64), load(str(swinir_file)))
    assert [section.id for section in found.sections] == IDS
    assert found.sections[0].note in {Truth.SCAN.value, Truth.STAND_IN.value}


def test_the_crop_is_where_detail_meets_calm():
    page = np.full((500, 700, 1), 0.8, np.float32)
    page[300:430, 400:500] = np.random.default_rng(0).random((130, 100, 1))
    x, y = crop_place(page, None, 128)
    assert 300 - 128 < y < 430 and 400 - 128 < x < 500
    assert crop_place(page, (690, 490), 128) == (572, 372), "as near as there is room"
    assert crop_place(page[:100, :90], None, 128) == (0, 0)


def test_what_cannot_be_explained_is_refused(photograph):
    with pytest.raises(OutOfRange, match="too small"):
        explain(photograph[0][:20, :20], load("nlm"))
    with pytest.raises(OutOfRange, match="outside the page"):
        explain(photograph[0], load("nlm"), place=(500, 0))
    nlm = load("nlm")
    for_jpeg = replace(nlm, card=replace(nlm.card, task=Task.JPEG))
    with pytest.raises(UsageError, match="remove noise"):
        explain(photograph[0], for_jpeg)


def test_a_page_that_is_not_there_is_named(tmp_path):
    from restoration.explanation.of_file import explain_file
    from restoration.explanation.question import Question

    with pytest.raises(UsageError, match="no such page"):
        explain_file(Question(sample_by_id("photograph").path, "nlm", page=3))
