"""What passes between the app and a decoding worker: plain JSON, never pickles.

A worker that a hostile file has taken over can then send wrong words, but not code.
"""

from __future__ import annotations

import base64
from dataclasses import fields
from typing import Any

from restoration.errors import (
    NotWritten,
    OutOfRange,
    RestorationError,
    TooLarge,
    UnreadableFile,
    UnsupportedFile,
    WorkerLost,
)
from restoration.pages.page import AlphaKind, FileFormat, Layout, PageInfo, SampleType

_ENUMS = {
    "format": FileFormat,
    "layout": Layout,
    "samples": SampleType,
    "alpha_kind": AlphaKind,
}
_BYTES = ("icc", "exif")
_ERRORS = {
    kind.__name__: kind
    for kind in (UnreadableFile, UnsupportedFile, TooLarge, OutOfRange, NotWritten, WorkerLost)
}


def info_to_json(info: PageInfo) -> dict[str, Any]:
    """A page's description as JSON values."""
    values = {field.name: getattr(info, field.name) for field in fields(info)}
    for name in _ENUMS:
        values[name] = values[name].value
    for name in _BYTES:
        if values[name] is not None:
            values[name] = base64.b64encode(values[name]).decode()
    return values


def info_from_json(values: dict[str, Any]) -> PageInfo:
    """The description back; raises `KeyError`, `TypeError` or `ValueError` for wrong words."""
    values = dict(values)
    for name, kind in _ENUMS.items():
        values[name] = kind(values[name])
    for name in _BYTES:
        if values[name] is not None:
            values[name] = base64.b64decode(values[name])
    values["notices"] = tuple(values["notices"])
    values["quantisation"] = tuple(tuple(table) for table in values["quantisation"])
    for name in ("dpi", "page_size_points"):
        if values[name] is not None:
            across, down = values[name]
            values[name] = (float(across), float(down))
    return PageInfo(**values)


def error_to_json(error: RestorationError) -> dict[str, Any]:
    """An error with its parts kept apart."""
    return {
        "kind": type(error).__name__,
        "problem": error.problem,
        "actual": error.actual,
        "expected": error.expected,
        "remedy": error.remedy,
    }


def error_from_json(values: dict[str, Any]) -> RestorationError:
    """The error back; an unknown kind counts as `UnreadableFile`."""
    kind = _ERRORS.get(values.get("kind", ""), UnreadableFile)
    return kind(
        str(values.get("problem")),
        actual=values.get("actual"),
        expected=values.get("expected"),
        remedy=values.get("remedy"),
    )
