from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

from evaluation.studies.analysing.quality import with_quality
from evaluation.studies.analysing.raters import rater_table
from evaluation.studies.analysing.votes import NAMES, compared, scored, vote_table
from evaluation.studies.analysing.votes_csv import MAX_BYTES, read_votes, with_our_names
from restoration.errors import RestorationError, TooLarge, UnreadableFile, UsageError

SCORES = pd.DataFrame({"item": ["a", "b"], "rater": ["r", "r"], "score": [1, 5]})
PAIRS = pd.DataFrame({"item": ["a"], "other": ["b"], "rater": ["r"], "preference": ["tie"]})


def test_a_short_table_becomes_a_complete_one() -> None:
    table = vote_table(SCORES)
    assert tuple(table.votes.columns) == NAMES
    assert table.votes["condition"].tolist() == ["a", "b"]
    assert table.votes["scale_max"].tolist() == [5, 5]
    assert "1 to 5 was assumed" in table.notes[0]
    assert vote_table(table.votes).votes.equals(table.votes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"score": [1, "five"]}, ["not a number", "five in row 2"]),
        ({"score": [1, None]}, ["either a score or a preference", "row 2"]),
        ({"score": [1, float("inf")]}, ["not a number"]),
        ({"rater": ["r", ""]}, ["no rater"]),
        ({"phase": ["vote", "warm-up"]}, ["phase is unknown", "warm-up", "training"]),
        ({"scale_min": [1, 1], "scale_max": [4, 4]}, ["outside its scale", "row 2"]),
        ({"scale_min": [5, 5], "scale_max": [5, 5]}, ["not below"]),
        ({"seconds": [3, -1]}, ["negative"]),
    ],
)
def test_a_row_at_fault_is_named(change: dict[str, list[object]], words: list[str]) -> None:
    with pytest.raises(UsageError) as refused:
        vote_table(SCORES.assign(**change))
    assert all(word in str(refused.value) for word in words), str(refused.value)


@pytest.mark.parametrize("change", [{"other": [""]}, {"other": ["a"]}, {"preference": ["left"]}])
def test_a_pair_needs_two_stimuli_and_a_known_judgement(change: dict[str, list[str]]) -> None:
    with pytest.raises(UsageError):
        vote_table(PAIRS.assign(**change))


def test_a_second_vote_counts_as_a_repeat_whichever_side_it_was_on() -> None:
    swapped = PAIRS.assign(item=["b"], other=["a"])
    table = vote_table(pd.concat([PAIRS, swapped, SCORES, SCORES]))
    assert len(compared(table.votes)) == 1
    assert len(scored(table.votes)) == 2
    assert any("3 further votes" in note for note in table.notes)


def test_the_same_rater_under_other_instructions_does_not_repeat() -> None:
    asked = [("text", "no"), ("text", "yes"), ("pictures", "no")]
    rounds = [SCORES.assign(stage=stage, qa=qa) for stage, qa in asked]
    table = vote_table(pd.concat(rounds))
    assert len(scored(table.votes)) == 6
    assert not any("further votes" in note for note in table.notes)
    again = [SCORES.assign(stage="text", score=[5, 5]), SCORES.assign(stage="pictures", score=1)]
    raters = rater_table(vote_table(pd.concat([*again, *again[:1]])).votes)
    assert raters["repeats"].tolist() == [1.0], "each is compared with the vote that it repeats"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"1.0,2.0\n3.0,4.0\n", b"item,rater\n"])
def test_a_file_that_is_no_vote_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "votes.csv").write_bytes(content)
    with pytest.raises(RestorationError):
        read_votes(tmp_path / "votes.csv")


def test_a_damaged_gzip_is_refused_wherever_it_is_damaged(tmp_path: Path) -> None:
    table = "item,rater,score\n" + "".join(f"i{n},r{n % 7},{n % 5}\n" for n in range(99))
    whole = gzip.compress(table.encode())
    path = tmp_path / "votes.csv.gz"
    for place in range(2, len(whole), 5):
        for damaged in (whole[:place], whole[:place] + b"\xff" + whole[place + 1 :]):
            path.write_bytes(damaged)
            try:
                read_votes(path)
            except UnreadableFile as error:
                assert error.actual
                assert error.remedy


def test_a_small_gzip_of_a_large_table_is_stopped(tmp_path: Path) -> None:
    bomb = tmp_path / "votes.csv"
    bomb.write_bytes(gzip.compress(b'item,rater,score\na,r,3\n"' + bytes(MAX_BYTES), 1))
    assert bomb.stat().st_size < MAX_BYTES / 100
    with pytest.raises(TooLarge, match="210 MB unpacked"):
        read_votes(bomb)


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"," * 2**19 + b"\n1\n", TooLarge, "too many columns"),
        (b'"\n"' + b"," * 2**19 + b"\n1\n", TooLarge, "too many columns"),
        (b"," * 2**21, TooLarge, "first lines"),
        (bytes(2**21), TooLarge, "first lines"),
        (b"\n \nitem,rater,score\n\na,r,3,5\n", UsageError, "4 values, 3 names"),
        (b"item,rater,score\n", UsageError, "no votes"),
    ],
)
def test_a_table_too_wide_or_with_values_without_a_name_is_refused(
    tmp_path: Path, content: bytes, error: type[RestorationError], words: str
) -> None:
    (tmp_path / "votes.csv").write_bytes(gzip.compress(content))
    with pytest.raises(error, match=words):
        read_votes(tmp_path / "votes.csv")


def test_a_table_of_a_spreadsheet_is_read(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_bytes(b'\xef\xbb\xbfitem,rater,score\r\n"a, b",r,3\r\n')
    assert read_votes(tmp_path / "votes.csv").votes["item"].tolist() == ["a, b"]


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        read_votes(Path("absent.csv"))


def test_ids_stay_as_they_were_written(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text("item,rater,score\n007,NA,3\n010,NA,4\n")
    votes = read_votes(tmp_path / "votes.csv").votes
    assert votes["item"].tolist() == ["007", "010"]
    assert votes["rater"].tolist() == ["NA", "NA"]


def test_tables_of_other_tools_are_understood(goldens: Path) -> None:
    rated = read_votes(goldens / "its4s2_still_image_votes.csv.gz").votes
    assert (len(rated), rated["item"].nunique(), rated["rater"].nunique()) == (22864, 1429, 16)
    pairs = read_votes(goldens / "pairwise_tonemapping_trials.csv").votes
    assert len(compared(pairs)) == 1213
    assert pairs["content"].nunique() == 5
    food = with_our_names(pd.read_csv(goldens / "evalica_food.csv")).assign(rater="one")
    assert (vote_table(food).votes["preference"] == "tie").sum() == 2


@pytest.mark.parametrize("name", ["dice", "DSC"])
def test_an_overlap_is_a_quality_whether_or_not_the_table_says_so(
    tmp_path: Path, name: str
) -> None:
    lines = f"item,annotator,{name},protocol\na,r,0.9,\na,s,0.9,annotation\na,t,0,\n"
    (tmp_path / "votes.csv").write_text(lines)
    (tmp_path / "bare.csv").write_text(f"item,annotator,{name}\na,r,0.9\na,s,0.9\na,t,0\n")
    for path in ("votes.csv", "bare.csv"):
        table = read_votes(tmp_path / path)
        assert with_quality(table.votes)["quality"].tolist() == [0.9, 0.9, 0]
        assert table.notes == (), "the scale of an overlap is known"


def test_the_right_answer_is_that_of_other_raters_only() -> None:
    """Each gives two votes on the item, under two versions of the instructions."""
    given = {"r": 1, "s": 3, "t": 3}
    rows = [("a", rater, score, stage) for rater, score in given.items() for stage in ("1", "2")]
    frame = pd.DataFrame(rows, columns=["item", "rater", "score", "stage"])
    judged = with_quality(vote_table(frame.assign(scale_min=1, scale_max=5)).votes)
    of_first = judged.loc[judged["rater"] == "r", "quality"]
    assert of_first.tolist() == [0, 0], "the others say 3, which is half the scale away"
