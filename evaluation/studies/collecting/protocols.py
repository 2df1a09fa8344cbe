"""Rating protocols: what is shown, what is asked, and which answers there are.

A protocol is data. The rating page draws what it says, the server checks answers against it, and
the export turns answers into scores and preferences by it.

Sources: ITU-T P.910 (10/2023) for ACR, ACR-HR, DCR, CCR and paired comparison; ITU-R BT.500-15 for
DSCQS; ITU-R BT.1788 for SAMVIQ; arXiv 2305.00220 for "not sure" in forced choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from restoration.errors import UsageError


class Shown(Enum):
    """How many pictures one trial has."""

    ONE = "one"
    WITH_REFERENCE = "with reference"
    """The reference first and labelled, then the picture to rate."""
    PAIR = "pair"
    """Two pictures of one content, unlabelled, sides counterbalanced."""
    SET = "set"
    """Several pictures of one content, in an order of their own for each rater."""
    SET_WITH_REFERENCE = "set with reference"
    """As SET, beside the labelled reference, which also hides among the pictures."""


class Widget(Enum):
    """How an answer is given."""

    CHOICE = "choice"
    SLIDERS = "sliders"
    ORDER = "order"
    BEST_WORST = "best and worst"
    MARKS = "marks"
    TEXT = "text"


@dataclass(frozen=True)
class Choice:
    """One answer of a list; one key gives it."""

    value: str
    label: str
    key: str


@dataclass(frozen=True)
class Protocol:
    """One way to ask people about pictures."""

    id: str
    title: str
    question: str
    shown: Shown
    widget: Widget
    source: str
    choices: tuple[Choice, ...] = ()
    aspects: tuple[str, ...] = ()
    """What the sliders are for; empty: one for each picture."""
    scale: tuple[float, float] | None = None
    """Worst and best score; None where answers are no scores."""
    hides_reference: bool = False
    """True: the reference is rated too, without being named."""

    @property
    def compares_pair(self) -> bool:
        """Whether an answer says which of two pictures is better, by name or by a grade."""
        return self.shown is Shown.PAIR and not self.hides_reference

    @property
    def against_reference(self) -> bool:
        """Whether each pair is a picture and its hidden reference, and the difference counts."""
        return self.shown is Shown.PAIR and self.hides_reference

    @property
    def has_reference(self) -> bool:
        """Whether a labelled reference is shown."""
        return self.shown in (Shown.WITH_REFERENCE, Shown.SET_WITH_REFERENCE)


def _graded(*labels: str) -> tuple[Choice, ...]:
    """Grades from 1 upward, the best one last; the digit is the key."""
    return tuple(Choice(str(n), label, str(n)) for n, label in enumerate(labels, 1))


LEFT, RIGHT, TIE, UNSURE = "left", "right", "tie", "unsure"
_SIDES = (Choice(LEFT, "Left is better", "1"), Choice(RIGHT, "Right is better", "2"))
_QUALITY = _graded("Bad", "Poor", "Fair", "Good", "Excellent")
_IMPAIRMENT = _graded(
    "Very annoying", "Annoying", "Slightly annoying", "Visible, not annoying", "Not visible"
)
_NINE = _graded("Bad", "", "Poor", "", "Fair", "", "Good", "", "Excellent")
_COMPARED = tuple(
    Choice(str(value), label, str(key))
    for key, (value, label) in enumerate(
        (
            (-3, "Right much worse"),
            (-2, "Right worse"),
            (-1, "Right slightly worse"),
            (0, "The same"),
            (1, "Right slightly better"),
            (2, "Right better"),
            (3, "Right much better"),
        ),
        1,
    )
)
_HOW_GOOD = "How good is this picture?"
_WHICH = "Which picture is better?"
_P910, _BT500 = "ITU-T P.910 (10/2023)", "ITU-R BT.500-15"

PROTOCOLS: tuple[Protocol, ...] = (
    Protocol(
        "acr-5", "Absolute rating, 5 grades", _HOW_GOOD,
        Shown.ONE, Widget.CHOICE, _P910, _QUALITY, scale=(1, 5),
    ),
    Protocol(
        "acr-9", "Absolute rating, 9 grades", _HOW_GOOD,
        Shown.ONE, Widget.CHOICE, _P910, _NINE, scale=(1, 9),
    ),
    Protocol(
        "acr-continuous", "Absolute rating, continuous", _HOW_GOOD,
        Shown.ONE, Widget.SLIDERS, _P910, aspects=("Quality",), scale=(0, 100),
    ),
    Protocol(
        "acr-hr", "Absolute rating with hidden reference", _HOW_GOOD,
        Shown.ONE, Widget.CHOICE, _P910, _QUALITY, scale=(1, 5), hides_reference=True,
    ),
    Protocol(
        "dcr", "Degradation against the reference",
        "How much worse is the second picture than the reference?",
        Shown.WITH_REFERENCE, Widget.CHOICE, _P910, _IMPAIRMENT, scale=(1, 5),
    ),
    Protocol(
        "ccr", "Comparison, 7 grades", "How does the right picture compare with the left one?",
        Shown.PAIR, Widget.CHOICE, _P910, _COMPARED, scale=(-3, 3),
    ),
    Protocol(
        "dscqs", "Double stimulus, continuous", "How good is each picture?",
        Shown.PAIR, Widget.SLIDERS, _BT500, scale=(0, 100), hides_reference=True,
    ),
    Protocol(
        "pair", "Paired comparison, forced", _WHICH, Shown.PAIR, Widget.CHOICE, _P910, _SIDES,
    ),
    Protocol(
        "pair-ties", "Paired comparison with ties", _WHICH, Shown.PAIR, Widget.CHOICE, _P910,
        (*_SIDES, Choice(TIE, "No difference", "3")),
    ),
    Protocol(
        "pair-unsure", "Paired comparison with “not sure”", _WHICH, Shown.PAIR, Widget.CHOICE,
        "arXiv 2305.00220", (*_SIDES, Choice(UNSURE, "Not sure", "3")),
    ),
    Protocol(
        "best-worst", "Best and worst of several", "Which picture is best, and which is worst?",
        Shown.SET, Widget.BEST_WORST, "arXiv 1712.01765", scale=(-1, 1),
    ),
    Protocol(
        "ranking", "Ranking", "Put the pictures in order: 1 is best.",
        Shown.SET, Widget.ORDER, "arXiv 2202.04823", scale=(0, 1),
    ),
    Protocol(
        "samviq", "Several at a time, with reference", "How good is each picture?",
        Shown.SET_WITH_REFERENCE, Widget.SLIDERS, "ITU-R BT.1788", scale=(0, 100),
        hides_reference=True,
    ),
    Protocol(
        "real-or-synthetic", "Real or synthetic?", "Is this picture real or synthetic?",
        Shown.ONE, Widget.CHOICE, "arXiv 2302.06549",
        (Choice("real", "Real", "1"), Choice("synthetic", "Synthetic", "2")),
    ),
    Protocol(
        "fidelity-naturalness", "Fidelity and naturalness, apart",
        "How true is the second picture to the reference, and how natural does it look?",
        Shown.WITH_REFERENCE, Widget.SLIDERS, "this project",
        aspects=("Fidelity", "Naturalness"), scale=(0, 100),
    ),
    Protocol(
        "marks", "Defect marking", "Draw a box where detail was lost or invented.",
        Shown.WITH_REFERENCE, Widget.MARKS, "this project",
        (Choice("lost", "Detail lost", "l"), Choice("invented", "Detail invented", "i")),
    ),
    Protocol(
        "text", "Free text", "What do you notice about this picture?",
        Shown.ONE, Widget.TEXT, "this project",
    ),
)  # fmt: skip

_BY_ID = {protocol.id: protocol for protocol in PROTOCOLS}


def protocol_by_id(id: str) -> Protocol:
    """The protocol of this id; raises UsageError when there is none."""
    if id not in _BY_ID:
        raise UsageError(
            "There is no such rating protocol", actual=str(id), expected=", ".join(_BY_ID)
        )
    return _BY_ID[id]
