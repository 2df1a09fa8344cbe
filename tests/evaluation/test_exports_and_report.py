"""Tables to take away, and the report of a run whose images are at hand."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from evaluation.benchmark.session import Wish, run_benchmark
from evaluation.commands import main
from evaluation.comparison.leaderboard import leaderboard
from evaluation.comparison.run_table import open_run, run_table
from evaluation.exports import board_frame, board_latex, csv_bytes, parquet_bytes
from evaluation.overview import overview, pair_figures, pair_sentence
from restoration.errors import UsageError


def test_csv_cannot_be_a_formula_and_parquet_is_exact(run):
    frame = pd.DataFrame({"image": ["=1+1", "@x", "plain"], "psnr": [-1.5, np.nan, np.inf]})
    back = pd.read_csv(io.BytesIO(csv_bytes(frame)))
    assert list(back["image"]) == ["'=1+1", "'@x", "plain"]
    assert back["psnr"][0] == -1.5, "numbers stay numbers"
    again = pd.read_parquet(io.BytesIO(parquet_bytes(run.frame)))
    pd.testing.assert_frame_equal(again, run.frame)
    rows = board_frame(leaderboard(run, "psnr"))
    assert list(rows["rank"]) == [1, 2, 3, 4, 5, 6]


def test_latex_escapes_names_and_marks_what_is_not_told_apart(run):
    text = board_latex(leaderboard(run, "psnr"))
    bold = re.findall(r"^(\S+) & \\textbf", text, re.MULTILINE)
    assert sorted(bold) == ["ffdnet-color-dn", "twin-of-ffdnet"]
    assert text.count(r"\\") == 7
    assert r"95\,\% interval" in text


def test_sentences_say_what_the_tests_found(run):
    shown = overview(run, "psnr")
    assert "cannot be told apart from" in shown.sentence
    leaders = [each.model for each in shown.board.standings]
    assert "They are told apart" in pair_sentence(shown.board, leaders[0], "identity")
    turned = pair_sentence(shown.board, "identity", leaders[0])
    assert re.search(r"identity over \S+: PSNR -[78]", turned)
    with pytest.raises(UsageError, match="beauty"):
        overview(run, "beauty")


def test_every_gap_in_a_run_has_an_answer(make_rows):
    """A level, a metric or all but one image, model or contender without figures."""

    def said(frame):
        table = run_table(frame)
        pair_figures(table, "psnr", table.models[0], table.models[-1])
        return overview(table, "psnr").sentence

    whole = make_rows()
    assert "first" in said(
        whole.assign(psnr=whole["psnr"].where(whole["degradation"] != "gaussian:50"))
    )
    assert "nothing to rank" in said(whole.assign(psnr=np.nan))
    alone = said(make_rows(images=1))
    assert "over 1 image." in alone
    assert "fewer than 10 images" in alone
    assert said(make_rows(models=("nlm",))).startswith("nlm is first")
    odd = make_rows(models=("nlm", "median"), levels=(25,)).assign(degradation="fog")
    assert "told apart" in said(odd)
    crossed = make_rows(images=2)
    for model, image in (("nlm", "image00.png"), ("median", "image01.png")):
        here = (crossed["model"] == model) & (crossed["image"] == image)
        crossed.loc[here, "psnr"] = np.nan
    assert "nothing to rank" in said(crossed)


@pytest.mark.slow
def test_a_report_shows_the_images_of_its_run_bit_identical(tmp_path, capsys):
    images = tmp_path / "images"
    images.mkdir()
    chance = np.random.default_rng(0)
    for number in range(3):
        ramp = np.linspace(60 + 20 * number, 200, 150)[None, :].repeat(140, 0)
        picture = np.clip(ramp + chance.normal(0, 2, ramp.shape), 0, 255).astype(np.uint8)
        Image.fromarray(picture).save(images / f"{number}.png")
    folder = tmp_path / "run"
    wish = Wish(images, ("identity", "median"), ("gaussian:25",), folder, metrics=("psnr", "ssim"))
    run_benchmark(wish, lambda listing: None)
    assert main(["report", str(folder), "--title", "<b>Mine</b>"]) == 0
    html = (folder / "report.html").read_text()
    assert "&lt;b&gt;Mine&lt;/b&gt;" in html
    assert "<b>Mine" not in html
    assert "is first" in capsys.readouterr().out
    pictures = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", html)
    assert len(pictures) >= 4
    cut = np.asarray(Image.open(io.BytesIO(base64.b64decode(pictures[0]))))
    assert cut.shape == (128, 128)
    assert 'id="figure-spectra"' in html

    for path in images.iterdir():
        path.unlink()
    assert main(["report", str(folder)]) == 0
    html = (folder / "report.html").read_text()
    assert "Pictures are left out" in html
    assert open_run(folder).metrics == ("psnr", "ssim")
