"""Chains: written, proposed with reasons, judged step by step, recorded and repeated."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from restoration.chain.proposing import plan_for
from restoration.chain.steps import Link, Step, is_chain, parse_chain
from restoration.chain.verdict import judge
from restoration.commands import main
from restoration.errors import ExitCode, UsageError
from restoration.estimation import Estimate, JpegSource
from restoration.estimation.noise import NoiseEstimate
from restoration.estimation.page_kind import PageKind
from restoration.recipe import PageRecord, Scores, read_recipe


def found(sigma: float, quality: int | None = None, kind=PageKind.PHOTOGRAPH) -> Estimate:
    source = None if quality is None else JpegSource.TABLES
    return Estimate(NoiseEstimate(sigma, blocks=100), quality, source, kind)


def test_a_chain_is_read_as_written():
    assert is_chain("chain:denoise") and not is_chain("nlm")
    assert parse_chain("chain:auto") is None
    assert parse_chain("chain: jpeg, denoise=nlm ,upscale") == (
        Link(Step.JPEG),
        Link(Step.DENOISE, "nlm"),
        Link(Step.UPSCALE),
    )


@pytest.mark.parametrize("text", ["chain:", "chain:polish", "chain:upscale,denoise"])
def test_a_chain_that_cannot_be_run_is_refused(text):
    with pytest.raises(UsageError):
        parse_chain(text)


@pytest.mark.parametrize(
    ("estimate", "here", "expected"),
    [
        (found(20), {"unet-denoise"}, {"denoise": "unet-denoise"}),
        (found(0.5), {"unet-denoise"}, {}),
        (
            found(12, 30),
            {"wavelet", "swinir-s-color-car-20"},
            {
                "jpeg": "swinir-s-color-car-20",
                "denoise": "wavelet",
            },
        ),
        (
            found(9, kind=PageKind.TEXT),
            {"unet-page", "unet-denoise"},
            {
                "denoise": "unet-denoise",
                "page": "unet-page",
            },
        ),
        (found(20, kind=PageKind.BLANK), {"unet-denoise"}, {}),
    ],
)
def test_steps_are_proposed_by_what_was_measured(estimate, here, expected):
    plan = plan_for("chain:auto", estimate, 3, here.__contains__)
    assert [each.step for each in plan] == list(Step)
    assert {each.step.value: each.model for each in plan if each.model} == expected
    assert all(each.why for each in plan), "each step has a reason, also one that is not taken"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A noisy picture with its original, as files."""
    folder = tmp_path_factory.mktemp("page")
    random = np.random.default_rng(2)
    clean = np.clip(gaussian_filter(random.random((96, 112)), 2) * 4 - 1.5, 0.1, 0.9)
    noisy = clean + random.normal(0, 15 / 255, clean.shape)
    for name, pixels in (("scan.png", noisy), ("clean.png", clean)):
        eight_bit = (np.clip(pixels, 0, 1) * 255).round().astype(np.uint8)
        Image.fromarray(eight_bit).save(folder / name)
    return folder


def test_a_step_that_does_harm_is_dropped_and_said_so(page, tmp_path, capsys):
    out = tmp_path / "out.png"
    arguments = ["restore", str(page / "scan.png"), "--reference", str(page / "clean.png")]
    chain = "estimate,denoise=wavelet,denoise=median,denoise=identity"
    assert main([*arguments, "-o", str(out), "--chain", chain, "--json"]) == ExitCode.OK
    record = json.loads(capsys.readouterr().out)["files"][0]["recipe"]["pages"][0]
    measured, first, second, third = record["steps"]
    assert measured["kept"] and measured["model"] is None
    assert first["kept"] and "rose by" in first["verdict"]
    for dropped in (second, third):
        assert not dropped["kept"] and dropped["verdict"].startswith("Dropped")
    assert record["model"] == "chain" and "Dropped: denoise by median" in record["why"]
    assert record["pixels_sha256"] == first["pixels_sha256"], "the page is that of the kept step"
    assert record["scores"]["psnr"] == first["scores"]["psnr"]


def test_a_chain_is_repeated_from_its_recipe(page, tmp_path, capsys):
    out = tmp_path / "first.png"
    restore = ["restore", str(page / "scan.png")]
    assert main([*restore, "-o", str(out), "--chain", "denoise=wavelet"]) == ExitCode.OK
    sidecar = tmp_path / "first.png.recipe.json"
    recipe = read_recipe(sidecar)
    assert recipe.model == "chain:denoise=wavelet"
    assert recipe.pages[0].steps[0].scores is not None
    capsys.readouterr()
    again = [*restore, "-o", str(tmp_path / "again.png"), "--recipe", str(sidecar), "--json"]
    assert main(again) == ExitCode.OK
    assert json.loads(capsys.readouterr().out)["files"][0]["repeated"] == "bit-identical"


def test_nothing_to_do_leaves_the_page(page, tmp_path, capsys):
    out = tmp_path / "clean-chain.png"
    assert main(["restore", str(page / "clean.png"), "-o", str(out), "--chain", "auto"]) == 0
    np.testing.assert_array_equal(
        np.asarray(Image.open(out)), np.asarray(Image.open(page / "clean.png"))
    )
    assert "left as it is" in capsys.readouterr().out


def test_a_model_that_is_not_known_is_refused_before_work(page, tmp_path, capsys):
    arguments = ["restore", str(page / "scan.png"), "-o", str(tmp_path / "x.png")]
    assert main([*arguments, "--chain", "denoise=nobody"]) == ExitCode.UNKNOWN_MODEL
    assert not (tmp_path / "x.png").exists()


@pytest.fixture
def record() -> PageRecord:
    return PageRecord(
        page=0, width=64, height=64, model="nlm", why="", weights_sha256=None, level=10,
        level_source="estimated", strength=1, fitted={}, tile=64, overlap=0, tiles=1,
        tiles_skipped=0, seam_ratio=None, seconds=0, found="", pixels_sha256="",
        scores=Scores(sigma_before=10, sigma_after=1),
        audit={"removed": 9.0, "places": [], "place_count": 0},
    )  # fmt: skip


def test_without_an_original_traces_decide(record):
    before = np.zeros((64, 64, 1), np.float32)
    assert judge(before, before, record).kept
    eaten = {"removed": 9.0, "places": [{"width": 32, "height": 32}], "place_count": 1}
    assert "structure" in judge(before, before, replace(record, audit=eaten)).sentence
    louder = replace(record, scores=Scores(sigma_before=3, sigma_after=4))
    assert "noise rose" in judge(before, before, louder).sentence
    idle = replace(record, audit={**record.audit, "removed": 0.0})
    assert "changed nothing" in judge(before, before, idle).sentence
    bound = Scores(sigma_before=9, psnr_at_least=27.0, estimated_psnr_of_input=29.0)
    assert not judge(before, before, replace(record, scores=bound)).kept


def test_enlarging_must_give_back_its_source(record):
    before = np.random.default_rng(0).random((64, 64, 1), np.float32)
    doubled = before.repeat(2, axis=0).repeat(2, axis=1)
    assert judge(before, doubled, record).kept
    assert not judge(before, 1 - doubled, record).kept
