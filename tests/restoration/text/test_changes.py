"""Changed words and digits are found by place, with digits first."""

from __future__ import annotations

from restoration.text import Box, ChangeKind, Reading, Word, changed_words


def _word(text: str, x: int, y: int = 0, width: int = 40, confidence: float = 90.0) -> Word:
    return Word(text, Box(x, y, width, 12), confidence, y)


def _reading(*words: Word) -> Reading:
    return Reading(words)


def test_the_same_words_in_another_order_and_a_little_displaced_are_no_change():
    before = _reading(_word("left", 0), _word("right", 50), _word("below", 0, 20))
    after = _reading(_word("below", 2, 21), _word("left", 1, 1), _word("right", 49, 1))
    assert changed_words(before, after) == ()


def test_digits_come_first_and_boxes_hold_both_readings():
    before = _reading(
        _word("sum", 0), _word("108.00", 50), _word("gone", 100), _word("rnodem", 150)
    )
    after = _reading(_word("sum", 0), _word("103.00", 52), _word("new", 200), _word("modem", 150))
    changes = changed_words(before, after)
    assert [(c.before, c.after, c.kind, c.digits) for c in changes] == [
        ("108.00", "103.00", ChangeKind.CHANGED, True),
        ("rnodem", "modem", ChangeKind.CHANGED, False),
        ("gone", "", ChangeKind.VANISHED, False),
        ("", "new", ChangeKind.APPEARED, False),
    ]
    assert changes[0].box == Box(50, 0, 42, 12)


def test_a_split_word_is_no_change_but_a_split_with_another_digit_is():
    before = _reading(_word("1234.50", 0, width=80), _word("insured", 0, 20, width=80))
    same = _reading(
        _word("1", 0, width=10), _word("234.50", 14, width=66), _word("insured", 0, 20, width=80)
    )
    other = _reading(
        _word("1", 0, width=10), _word("284.50", 14, width=66), _word("insured", 0, 20, width=80)
    )
    assert changed_words(before, same) == ()
    (change,) = changed_words(before, other)
    assert (change.before, change.after, change.digits) == ("1234.50", "1 284.50", True)


def test_a_stain_read_as_a_tall_word_does_not_tie_lines_together():
    lines = [_word(str(number), 0, 20 * number) for number in range(6)]
    stain = Word("|", Box(10, 0, 3, 120), 5.0, 99)
    (change,) = changed_words(_reading(*lines, stain), _reading(*lines))
    assert (change.before, change.kind) == ("|", ChangeKind.VANISHED)
    assert change.confidence == 5.0


def test_empty_readings():
    nothing = _reading()
    assert changed_words(nothing, nothing) == ()
    (change,) = changed_words(nothing, _reading(_word("7", 0)))
    assert change.kind is ChangeKind.APPEARED
    assert change.digits
