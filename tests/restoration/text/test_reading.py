"""Text is read with Tesseract where it is installed; where not, the way out is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from evaluation.ocr import text_errors
from restoration.errors import UsageError, WorkerLost
from restoration.text import Box, changed_words, probe, read_text
from restoration.text.reading import _parsed

FOUND = probe()
needs_tesseract = pytest.mark.skipif(FOUND.problem is not None, reason=str(FOUND.problem))


def _page(*lines: str) -> np.ndarray:
    image = Image.new("L", (700, 60 * len(lines) + 60), 255)
    for number, line in enumerate(lines):
        font = ImageFont.load_default(size=30)
        ImageDraw.Draw(image).text((40, 30 + 60 * number), line, 0, font)
    return np.asarray(image, np.float32)[..., None] / 255


@needs_tesseract
def test_a_scan_with_known_text_is_read_without_an_error(shared_data):
    folder = shared_data / "documents" / "text_pages"
    scan = (
        np.asarray(Image.open(folder / "phototest.tif").convert("L"), np.float32)[..., None] / 255
    )
    read = read_text(scan)
    errors = text_errors((folder / "phototest.gold.txt").read_text(), read.text)
    assert errors.characters.rate < 0.01
    assert errors.words.length == 60
    assert read.text.startswith("This is a lot of 12 point text to test the\nocr code")


@needs_tesseract
def test_a_changed_digit_is_found_where_it_stands():
    before = read_text(_page("Net amount 428.02", "To pay 509.34"))
    after = read_text(_page("Net amount 428.02", "To pay 569.34"))
    (change,) = changed_words(before, after)
    assert (change.before, change.after, change.digits) == ("509.34", "569.34", True)
    assert change.box.y > 60


@needs_tesseract
def test_a_blank_page_in_colour_has_no_words():
    assert read_text(np.ones((200, 300, 3), np.float32), dpi=150).text == ""


@needs_tesseract
def test_an_unknown_language_names_the_package():
    assert "zzz" in str(probe("eng+zzz").problem)
    with pytest.raises(UsageError, match=r"language zzz.*tesseract-ocr-eng tesseract-ocr-zzz"):
        read_text(np.ones((20, 20, 1), np.float32), language="eng+zzz")


def _fake_tesseract(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "tesseract"
    program.write_text("#!/bin/sh\n" + script)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_absent_old_and_hanging_installations_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert probe().problem == "Tesseract is not installed"
    with pytest.raises(UsageError, match="apt-get install tesseract-ocr"):
        read_text(np.ones((20, 20, 1), np.float32))
    monkeypatch.undo()

    _fake_tesseract(tmp_path, 'echo "tesseract 3.05.01"', monkeypatch)
    assert "too old" in str(probe().problem)
    _fake_tesseract(tmp_path, "echo Something else", monkeypatch)
    assert "does not answer" in str(probe().problem)

    slow = 'case $1 in --version) echo "tesseract 5.3.0";; --list-langs) printf "List\\neng\\n";; '
    _fake_tesseract(tmp_path, slow + "*) exec sleep 20;; esac", monkeypatch)
    with pytest.raises(WorkerLost, match=r"too long.*0\.3 seconds"):
        read_text(np.ones((20, 20, 1), np.float32), seconds=0.3)


def test_words_of_the_table_keep_quotes_lines_and_boxes():
    head = "level page_num block_num par_num line_num word_num left top width height conf text"
    rows = [
        "4 1 1 1 1 0 79 84 362 29 -1 ",
        '5 1 1 1 1 1 79 85 46 22 96.2 "On',
        "5 1 1 1 1 2 137 84 53 23 95.0 the",
        "5 1 1 1 2 1 79 120 40 20 -1 ~",
        "5 1 1 1 2 2 130 120 40 20 80.5  ",
    ]
    table = "\n".join("\t".join(row.split(" ", 11)) for row in [head, *rows])
    read = _parsed(table)
    assert read.text == '"On the\n~'
    assert read.words[1].box == Box(137, 84, 53, 23)
    assert read.words[0].confidence == 96.2
