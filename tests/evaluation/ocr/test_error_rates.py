"""Error rates count least edits, and say so for empty texts too."""

from __future__ import annotations

import math

import pytest

from evaluation.ocr import text_errors


@pytest.mark.parametrize(
    ("truth", "read", "characters", "words"),
    [
        ("kitten sitting", "kitten sitting", (0, 14), (0, 2)),
        ("kitten", "sitting", (3, 6), (1, 1)),
        ("To pay 509.34", "To pay 50934", (1, 13), (1, 3)),
        ("one two three", "one three", (4, 13), (1, 3)),
        ("a b", "a  \n b\n", (0, 3), (0, 2)),
        ("caf\u00e9", "cafe\u0301", (0, 4), (0, 1)),
    ],
)
def test_edits_and_lengths(truth, read, characters, words):
    errors = text_errors(truth, read)
    assert (errors.characters.edits, errors.characters.length) == characters
    assert (errors.words.edits, errors.words.length) == words


def test_empty_texts():
    assert text_errors("", "").characters.edits == 0
    made_up = text_errors(" \n", "two words")
    assert (made_up.characters.edits, made_up.words.edits) == (9, 2)
    assert math.isnan(made_up.characters.rate)
    lost = text_errors("two words", "")
    assert lost.characters.rate == lost.words.rate == 1
