"""Rows and ratings from files: as they were written, or refused in words."""

from __future__ import annotations

import gzip

import pandas as pd
import pytest

from evaluation.comparison.ratings import rated, read_ratings
from evaluation.comparison.run_table import open_run
from restoration.errors import RestorationError, UnreadableFile, UsageError


def test_files_of_rows_come_back_and_bad_ones_are_explained(make_rows, tmp_path):
    frame = make_rows(images=3)
    frame.to_csv(tmp_path / "rows.csv", index=False)
    frame.to_parquet(tmp_path / "rows.parquet", index=False)
    for name in ("rows.csv", "rows.parquet"):
        assert open_run(tmp_path / name).metrics == ("psnr", "ssim", "gmsd")
    for bad, words in (
        (frame.drop(columns="model"), "image, model, degradation"),
        (frame.drop(columns=["psnr", "ssim", "gmsd"]), "metrics such as"),
        (pd.concat([frame, frame]), "same cell"),
        (frame.assign(psnr="good"), "no number"),
        (frame.assign(seed="inf"), "no seed"),
        (frame.assign(seed=0.5), "no seed"),
        (frame.assign(model=frame["model"].mask(frame.index == 4)), "no model.*row 5"),
        (frame[:0], "0 rows"),
    ):
        bad.to_csv(tmp_path / "bad.csv", index=False)
        with pytest.raises(RestorationError, match=words):
            open_run(tmp_path / "bad.csv")
    for name, content in (("rows.txt", b"x"), ("rows.parquet", b"no parquet"), ("e.csv", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnreadableFile):
            open_run(tmp_path / name)
    with pytest.raises(UnreadableFile, match=r"rows\.parquet cannot be read"):
        open_run(tmp_path)


def test_figures_stay_with_their_rows(make_rows, tmp_path):
    frame = make_rows(images=3)
    chosen = frame[frame["degradation"] == "gaussian:50"]
    chosen.to_parquet(tmp_path / "rows.parquet")
    run = open_run(tmp_path / "rows.parquet")
    assert run.frame["psnr"].tolist() == chosen["psnr"].tolist()
    shifted = tmp_path / "rows.csv"
    shifted.write_text("image,model,degradation,psnr\na.png,nlm,fog,30,1\n")
    with pytest.raises(UnreadableFile, match="more values"):
        open_run(shifted)


def test_names_that_look_like_numbers_stay_names(tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("image,model,degradation,psnr\n007,nlm,fog,30\n7,nlm,fog,31\n")
    run = open_run(rows)
    assert run.image_names == ("007", "7")
    ratings = tmp_path / "ratings.csv"
    ratings.write_text("image,model,degradation,mos\n007,nlm,fog,3\n8,nlm,fog,4\n")
    assert rated(run, "psnr", read_ratings(ratings)).images == ("007",)


def test_a_stimulus_rated_twice_is_named(tmp_path):
    ratings = tmp_path / "ratings.csv"
    line = "007,nlm,fog,3\n"
    ratings.write_text("image,model,degradation,mos\n" + line + line)
    with pytest.raises(UsageError, match="007, nlm, fog"):
        read_ratings(ratings)


def test_a_damaged_file_of_ratings_is_explained(tmp_path):
    whole = gzip.compress(b"image,model,degradation,mos\n" + b"a,b,c,1\n" * 1000)
    path = tmp_path / "ratings.csv.gz"
    for damaged in (whole[:40], whole[:20] + b"\xff\xff\xff" + whole[23:], b"PK"):
        path.write_bytes(damaged)
        with pytest.raises(UnreadableFile, match="table of ratings"):
            read_ratings(path)
