"""What a page says, before and after: recognised words, error rates, changed words and digits."""

from evaluation.ocr.changes import Change, ChangeKind, changed_words
from evaluation.ocr.error_rates import ErrorRate, TextErrors, text_errors
from evaluation.ocr.reading import Box, Reading, Word, read_text
from evaluation.ocr.tesseract import Probe, probe

__all__ = [
    "Box",
    "Change",
    "ChangeKind",
    "ErrorRate",
    "Probe",
    "Reading",
    "TextErrors",
    "Word",
    "changed_words",
    "probe",
    "read_text",
    "text_errors",
]
