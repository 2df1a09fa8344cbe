"""The command line end to end, on small real files."""

import json
import shutil

import numpy as np
import pytest
import tifffile
from PIL import Image

import app
from restoration import restoring
from restoration.commands import main
from restoration.errors import ExitCode
from restoration.fidelity import psnr
from restoration.models.catalogue import BUNDLED
from restoration.settings import settings


@pytest.fixture
def run(capsys):
    def run(*arguments):
        status = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def scan(tmp_path):
    """A small noisy gray page of 16 bits."""
    ramp = np.linspace(0.2, 0.8, 140)[None, :] * np.ones((100, 1))
    noise = np.random.default_rng(5).normal(0, 25 / 255, ramp.shape)
    path = tmp_path / "scan.tiff"
    pixels = (np.clip(ramp + noise, 0, 1) * 65535).round().astype(np.uint16)
    tifffile.imwrite(path, pixels, resolution=(300, 300), resolutionunit="INCH")
    return path


def test_a_file_is_restored_with_its_recipe_and_the_recipe_repeats(run, scan, tmp_path):
    before = scan.read_bytes()
    status, out, _ = run("restore", scan, "-o", tmp_path / "out", "--model", "nlm", "--json")
    assert status == 0
    (entry,) = json.loads(out)["files"]
    restored = tifffile.imread(tmp_path / "out" / "scan-nlm.tiff")
    assert (restored.dtype, restored.shape) == (np.uint16, (100, 140))
    page = entry["recipe"]["pages"][0]
    assert page["level"] == pytest.approx(25, rel=0.2)
    assert page["level_source"] == "estimated"
    assert page["scores"]["sigma_after"] < 5
    assert page["scores"]["psnr_at_least"] > page["scores"]["estimated_psnr_of_input"] + 3
    assert scan.read_bytes() == before, "the input is never changed"

    recipe = tmp_path / "out" / "scan-nlm.tiff.recipe.json"
    assert json.loads(recipe.read_text()) == entry["recipe"]
    again = tmp_path / "again.tiff"
    status, out, _ = run("restore", scan, "-o", again, "--recipe", recipe, "--json")
    assert json.loads(out)["files"][0]["repeated"] == "bit-identical"
    np.testing.assert_array_equal(tifffile.imread(again), restored)


def test_a_recipe_for_another_file_says_so(run, scan, tmp_path):
    run("restore", scan, "-o", tmp_path / "out", "--model", "median")
    other = tmp_path / "other.tiff"
    tifffile.imwrite(other, np.zeros((50, 50), np.uint8))
    recipe = tmp_path / "out" / "scan-median.tiff.recipe.json"
    _, out, _ = run("restore", other, "-o", tmp_path / "out", "--recipe", recipe, "--json")
    assert "another file" in json.loads(out)["files"][0]["repeated"]


def test_a_bad_file_does_not_end_a_batch(run, scan, tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n cut short")
    status, out, err = run("restore", bad, scan, "-o", tmp_path / "out", "--model", "identity")
    assert status == ExitCode.UNREADABLE
    assert "bad.png" in err
    assert "1 of 2 files could not be restored" in err
    assert (tmp_path / "out" / "scan-identity.tiff").exists()
    assert "Nothing was removed" in out


def test_the_output_may_change_the_format(run, scan, tmp_path):
    status, _, _ = run("restore", scan, "-o", tmp_path / "page.png", "--model", "identity")
    assert status == 0
    with Image.open(tmp_path / "page.png") as page:
        assert page.format == "PNG"
        assert page.mode.startswith("I;16")


def test_the_input_is_never_overwritten(run, scan):
    status, _, err = run("restore", scan, "-o", scan, "--model", "identity")
    assert status == ExitCode.USAGE
    assert "overwrite" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--model", "swinirr"], ExitCode.UNKNOWN_MODEL, "No model has this name"),
        (["--model", "median", "--level", "high"], ExitCode.USAGE, "not a number"),
        (["--model", "nlm", "--strength", "3"], ExitCode.OUT_OF_RANGE, "strength"),
        (["--model", "nlm", "--level", "nan"], ExitCode.OUT_OF_RANGE, "level is out of range"),
        (["--model", "nlm", "--level", "inf"], ExitCode.OUT_OF_RANGE, "level is out of range"),
        (["--model", "nlm", "--level=-5"], ExitCode.OUT_OF_RANGE, "level is out of range"),
    ],
)
def test_wrong_requests_are_refused_by_name(run, scan, tmp_path, arguments, code, words):
    status, _, err = run("restore", scan, "-o", tmp_path / "out", *arguments)
    assert status == code
    assert words in err


def test_outputs_that_cannot_be_are_refused_in_one_sentence(run, scan, tmp_path):
    other = tmp_path / "other.tiff"
    other.write_bytes(scan.read_bytes())
    taken = tmp_path / "taken"
    taken.write_text("kept")
    refusals = [
        ([scan, other, "-o", taken], ExitCode.USAGE, "folder is needed"),
        ([scan, "-o", taken / "sub" / "folder"], ExitCode.NOT_WRITTEN, "could not be made"),
        ([scan, "-o", tmp_path / "out.xyz"], ExitCode.USAGE, "out.xyz"),
        ([scan, other, "-o", tmp_path, "--reference", tmp_path / "other-identity.tiff"], 2, "over"),
    ]
    for arguments, code, words in refusals:
        status, _, err = run("restore", *arguments, "--model", "identity")
        assert status == code
        assert words in err
        assert err.count("\n") == 1, "one sentence, no traceback"
    assert taken.read_text() == "kept"
    wishes = ["--kind", "gaussian", "--level", 25]
    status, _, err = run("degrade", scan, "-o", tmp_path / "out.xyz", *wishes)
    assert (status, "out.xyz" in err) == (ExitCode.USAGE, True)


def test_a_weights_file_is_a_model_by_its_path(run, scan, tmp_path):
    weights = tmp_path / "mine.safetensors"
    shutil.copy(BUNDLED / "unet-denoise.safetensors", weights)
    for wish in (["--model", weights], ["--chain", f"denoise={weights}"]):
        status, out, err = run("restore", scan, "-o", tmp_path / "out", *wish, "--json")
        assert status == 0, err
        assert json.loads(out)["files"][0]["recipe"]["pages"][0]["weights_sha256"]
    status, _, err = run("restore", scan, "-o", tmp_path, "--model", tmp_path / "gone.pth")
    assert status == ExitCode.UNKNOWN_MODEL
    assert "gone.pth" in err


def test_resuming_names_a_missing_input_and_goes_on(run, scan, tmp_path):
    wish = ["-o", f"{tmp_path}/out/", "--model", "identity", "--resume"]
    status, _, err = run("restore", tmp_path / "gone.tiff", scan, *wish)
    assert status == ExitCode.UNREADABLE
    assert "gone.tiff" in err
    assert (tmp_path / "out" / "scan-identity.tiff").is_file()


def test_several_pages_are_refused_before_anything_is_restored(run, tmp_path, monkeypatch):
    source = tmp_path / "pages.tiff"
    tifffile.imwrite(source, np.zeros((3, 40, 40), np.uint8), photometric="minisblack")
    monkeypatch.setattr(restoring, "restore_page", None)
    status, _, err = run("restore", source, "-o", tmp_path / "page.png", "--model", "identity")
    assert status == ExitCode.NOT_WRITTEN
    assert "holds one page" in err


def test_an_earlier_map_of_errors_does_not_stay_beside_another_result(run, scan, tmp_path):
    errors = tmp_path / "page.tiff.expected-error.tiff"
    for wish, is_there in ((["--ensemble"], True), ([], False)):
        run("restore", scan, "-o", tmp_path / "page.tiff", "--model", "median", *wish)
        assert errors.exists() == is_there


def test_a_trailing_slash_names_a_folder(run, scan, tmp_path):
    status, _, _ = run("restore", scan, "-o", f"{tmp_path}/results.2024/", "--model", "identity")
    assert status == 0
    assert (tmp_path / "results.2024" / "scan-identity.tiff").is_file()


def test_a_restoration_may_not_write_over_what_another_still_reads(run, scan, tmp_path):
    next_one = tmp_path / "scan-identity.tiff"
    next_one.write_bytes(scan.read_bytes())
    status, _, err = run("restore", scan, next_one, "-o", tmp_path, "--model", "identity")
    assert status == ExitCode.USAGE
    assert "overwrite" in err
    assert next_one.read_bytes() == scan.read_bytes()


def test_a_reference_of_another_size_is_refused_with_both_sizes(run, scan, tmp_path):
    clean = tmp_path / "clean.tiff"
    tifffile.imwrite(clean, np.zeros((100, 139), np.uint8))
    out = tmp_path / "out.tiff"
    status, _, err = run("restore", scan, "-o", out, "--model", "identity", "--reference", clean)
    assert status == ExitCode.USAGE
    assert "139 x 100, gray" in err
    assert "140 x 100, gray" in err
    assert not out.exists()


@pytest.fixture
def environment(monkeypatch):
    """Sets RR_ variables, which are otherwise read once for a process."""
    settings.cache_clear()
    yield monkeypatch.setenv
    monkeypatch.undo()
    settings.cache_clear()


def test_a_wrong_setting_is_named(run, environment, capsys):
    environment("RR_PORT", "abc")
    status, _, err = run("models")
    assert (status, err.count("\n")) == (ExitCode.USAGE, 1)
    assert "RR_PORT" in err
    assert "abc" in err
    assert app.main([]) == ExitCode.USAGE
    assert capsys.readouterr().err == err


def test_a_data_folder_that_cannot_be_written_to_is_named(environment, tmp_path, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("")
    environment("RR_PORT", "0")
    environment("RR_DATA_DIR", str(blocked / "data"))
    assert app.main([]) == ExitCode.NOT_WRITTEN
    err = capsys.readouterr().err
    assert "RR_DATA_DIR" in err
    assert err.count("\n") == 1


def test_noise_of_a_seed_is_the_same_noise(run, tmp_path):
    clean = tmp_path / "clean.png"
    gray = np.tile(np.linspace(100, 155, 200).round().astype(np.uint8), (150, 1))
    Image.fromarray(gray).save(clean)
    wishes = ["--kind", "gaussian", "--level", 25, "--seed", 3]
    for name in ("one.png", "two.png"):
        status, _, _ = run("degrade", clean, "-o", tmp_path / name, *wishes)
        assert status == 0
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    with Image.open(tmp_path / "one.png") as noisy:
        level = psnr(gray[..., None] / 255, np.asarray(noisy)[..., None] / 255)
    assert level == pytest.approx(20 * np.log10(255 / 25), abs=0.1)


def test_inspect_says_what_a_file_is(run, scan):
    status, out, _ = run("inspect", scan, "--json")
    (page,) = json.loads(out)["pages"]
    assert status == 0
    assert (page["width"], page["height"], page["samples"]) == (140, 100, "16-bit")
    assert page["dpi"] == [300, 300]
    assert page["noise"]["sigma"] == pytest.approx(25, rel=0.2)


def test_models_are_listed_with_what_they_do_badly(run):
    status, out, _ = run("models", "--json")
    listed = {model["id"]: model for model in json.loads(out)["models"]}
    assert status == 0
    assert listed["identity"]["availability"] == "built in"
    assert all(model["limits"].endswith(".") for model in listed.values())
    assert "Restoration-SwinIR-Jpeg20" in listed["swinir-m-color-car-20"]["aliases"]
