"""How well a page reads: error rates of the words that `restoration.text` recognises."""

from evaluation.ocr.error_rates import ErrorRate, TextErrors, text_errors

__all__ = ["ErrorRate", "TextErrors", "text_errors"]
