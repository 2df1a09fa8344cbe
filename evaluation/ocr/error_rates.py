"""Character and word error rate of a recognised text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorRate:
    """Insertions, deletions and substitutions against a length; sums over pages can be taken."""

    edits: int
    length: int
    """Characters or words of the true text."""

    @property
    def rate(self) -> float:
        """Edits per unit of the true text, above 1 where much is made up; NaN for no text."""
        return self.edits / self.length if self.length else float("nan")


@dataclass(frozen=True)
class TextErrors:
    """How far a recognised text is from the true one."""

    characters: ErrorRate
    words: ErrorRate


def text_errors(truth: str, read: str) -> TextErrors:
    """Least edits that turn `read` into `truth`, in characters (spaces count) and in words.

    Levenshtein's distance, as jiwer counts it. Both texts are brought to Unicode's composed form
    first, and any run of spaces and line ends counts as one space, since layout is not meant.
    Case and punctuation count. Valid where both have one reading order: columns that
    were read in another order count as errors.
    """
    truth, read = _one_line(truth), _one_line(read)
    words = truth.split()
    if not truth or not read:
        wrong = truth or read
        return TextErrors(
            ErrorRate(len(wrong), len(truth)), ErrorRate(len(wrong.split()), len(words))
        )
    from jiwer import process_characters, process_words

    by_character, by_word = process_characters(truth, read), process_words(truth, read)
    return TextErrors(
        ErrorRate(
            by_character.substitutions + by_character.deletions + by_character.insertions,
            len(truth),
        ),
        ErrorRate(by_word.substitutions + by_word.deletions + by_word.insertions, len(words)),
    )


def _one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
