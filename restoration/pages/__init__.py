"""Reading and writing pages: what came in goes out, or the user is told."""

from restoration.pages.document import Document, open_document
from restoration.pages.limits import Limits
from restoration.pages.page import (
    AlphaKind,
    FileFormat,
    Layout,
    Page,
    PageInfo,
    Pixels,
    SampleType,
)
from restoration.pages.sniff import format_of_name, sniff
from restoration.pages.writing import PageWriter, open_writer

__all__ = [
    "AlphaKind",
    "Document",
    "FileFormat",
    "Layout",
    "Limits",
    "Page",
    "PageInfo",
    "PageWriter",
    "Pixels",
    "SampleType",
    "format_of_name",
    "open_document",
    "open_writer",
    "sniff",
]
