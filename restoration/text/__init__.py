"""What a page says: recognised words with their places, and which of them read differently."""

from restoration.text.changes import Change, ChangeKind, changed_words
from restoration.text.reading import Box, Reading, Word, read_text
from restoration.text.tesseract import Layout, Probe, probe

__all__ = [
    "Box",
    "Change",
    "ChangeKind",
    "Layout",
    "Probe",
    "Reading",
    "Word",
    "changed_words",
    "probe",
    "read_text",
]
