"""Read a frozen archive: nothing of it is believed before it is what its manifest says."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from evaluation.studies.collecting.schema import arms, events, items, raters, slots, studies, trials
from evaluation.unpacking import DAMAGE, Budget, Metered
from restoration.errors import UnreadableFile

FORMAT = "restore-and-rate study 1"
MANIFEST = "manifest.json"
TABLES = (studies, arms, items, raters, slots, trials, events)
"""In the order in which their rows refer to each other."""
MOST_BYTES = 4 * 10**9
"""Unpacked: an archive is in the memory while it is checked, as it is while it is made."""


@dataclass(frozen=True)
class Archive:
    """An archive whose files are those of its manifest."""

    study: str
    files: Mapping[str, bytes]
    rows: Mapping[str, list[dict[str, Any]]]
    """By table, all of `TABLES`; one row in that of studies."""


def read_archive(path: Path) -> Archive:
    """The files of an archive, each checked against its manifest.

    Raises UnreadableFile naming what is wrong, TooLarge for more than 4 GB.
    """
    budget = Budget(MOST_BYTES, "The archive is too large", "Check that it is a study's archive")
    try:
        with zipfile.ZipFile(path) as archive:
            files = {name: _unpacked(archive, name, budget) for name in archive.namelist()}
        manifest = json.loads(files.pop(MANIFEST))
        found, study, listed = (manifest[key] for key in ("format", "study", "files"))
        listed = dict(listed)
    except (*DAMAGE, KeyError, TypeError) as error:
        raise UnreadableFile(
            f"{path} is no archive of a study, or a damaged one",
            actual=f"{type(error).__name__}: {error}"[:200],
            expected=f"a whole zip with a {MANIFEST}, as `studies freeze` writes it",
            remedy="Take another copy of it",
        ) from error
    if found != FORMAT:
        raise UnreadableFile("The archive has another format", actual=str(found), expected=FORMAT)
    _check_listed(files, listed)
    rows = {table.name: _read_rows(files, table) for table in TABLES}
    if [row.get("id") for row in rows[studies.name]] != [study]:
        raise damaged(f"other studies in {studies.name}.jsonl than in its manifest")
    return Archive(study, files, rows)


def damaged(found: str) -> UnreadableFile:
    """The refusal of an archive in which something else was `found` than was frozen."""
    return UnreadableFile(
        "The archive is damaged: not what its manifest says",
        actual=found,
        expected="every file of the manifest, as it was when the study was frozen",
        remedy="Take another copy of it",
    )


def _unpacked(archive: zipfile.ZipFile, name: str, budget: Budget) -> bytes:
    with archive.open(name) as packed:
        return Metered(packed, budget).readall()


def _check_listed(files: Mapping[str, bytes], listed: Mapping[str, str]) -> None:
    wrong = sorted(listed.keys() ^ files.keys())
    wrong += [
        name
        for name, data in files.items()
        if name in listed and hashlib.sha256(data).hexdigest() != listed[name]
    ]
    if wrong:
        raise damaged(", ".join(wrong[:5]))


def _read_rows(files: Mapping[str, bytes], table: Table) -> list[dict[str, Any]]:
    name = f"{table.name}.jsonl"
    if name not in files:
        raise damaged(f"no {name}")
    try:
        return [dict(json.loads(line)) for line in files[name].splitlines()]
    except (ValueError, TypeError) as error:
        raise damaged(f"{name}: {error}") from error
