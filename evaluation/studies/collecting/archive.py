"""The frozen archive: a closed study as one zip with checksums, which imports again bit for bit."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, Table, insert, select
from sqlalchemy.exc import SQLAlchemyError

from evaluation.studies.collecting.archive_reading import (
    FORMAT,
    MANIFEST,
    TABLES,
    damaged,
    read_archive,
)
from evaluation.studies.collecting.datasheet import datasheet
from evaluation.studies.collecting.exports import json_lines, votes_csv, votes_parquet
from evaluation.studies.collecting.records import State
from evaluation.studies.collecting.schema import arms, events, raters, slots, studies, trials
from evaluation.studies.collecting.standing import read_contents
from evaluation.studies.collecting.store import StudyStore, study_by_id
from evaluation.studies.collecting.vote_export import vote_frame
from restoration.errors import UsageError

LEFT_OUT = {"studies": ("open_token",), "raters": ("token", "label")}
"""What opens a study to somebody, or may name a person."""
MADE_AT = (1980, 1, 1, 0, 0, 0)
"""The time of every entry, so that the same study is the same file."""


@dataclass(frozen=True)
class Verified:
    """What an archive holds, all of it as the manifest says."""

    study: str
    title: str
    files: int
    events: int
    sha256: str
    """Of the whole archive."""


def frozen(store: StudyStore, study_id: str) -> bytes:
    """The archive of a closed study; the same study gives the same bytes.

    Raises UsageError for a study that still takes votes, UnreadableFile for a missing picture.
    """

    def work(c: Connection) -> dict[str, bytes]:
        study = study_by_id(c, study_id)
        if study.state is not State.CLOSED:
            raise UsageError(
                "Only a closed study can be frozen",
                actual=study.state.value,
                remedy="Close the study first; it then takes no more votes",
            )
        contents = read_contents(c, study_id)
        frame = vote_frame(contents)
        files = {f"{table.name}.jsonl": _rows(c, table, study_id) for table in TABLES}
        for item in contents.items.values():
            if item.kept:
                name = f"stimuli/{item.stimulus}.png"
                files[name] = store.stimuli.bytes_of(item.stimulus)
        files["votes.csv"] = votes_csv(frame)
        files["votes.parquet"] = votes_parquet(frame)
        files["datasheet.md"] = datasheet(contents).encode()
        return files

    files = store.database.read(work)
    manifest = {
        "format": FORMAT,
        "study": study_id,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    files[MANIFEST] = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()
    return _zipped(files)


def verify_archive(path: Path) -> Verified:
    """Check every file against the manifest.

    Raises UnreadableFile naming what is wrong, TooLarge for more than 4 GB.
    """
    archive = read_archive(path)
    return Verified(
        study=archive.study,
        title=str(archive.rows[studies.name][0].get("title", "")),
        files=len(archive.files),
        events=len(archive.rows[events.name]),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def import_archive(store: StudyStore, path: Path) -> str:
    """Take a frozen study in; its id. Frozen again it gives the same bytes.

    Raises what `verify_archive` does, and UsageError where the study is here already.
    """
    archive = read_archive(path)
    for name, data in archive.files.items():
        if name.startswith("stimuli/"):
            store.stimuli.add(data)

    def work(c: Connection) -> None:
        if c.scalar(select(studies.c.id).where(studies.c.id == archive.study)) is not None:
            raise UsageError("This study is here already", actual=archive.study)
        for table in TABLES:
            rows = archive.rows[table.name]
            if table is raters:
                rows = [
                    {**r, "label": "", "token": f"archived-{secrets.token_hex(12)}"} for r in rows
                ]
            if rows:
                c.execute(insert(table), rows)

    try:
        store.database.write(work)
    except SQLAlchemyError as error:
        raise damaged(f"rows that do not belong together ({type(error).__name__})") from error
    return archive.study


def _rows(c: Connection, table: Table, study: str) -> bytes:
    """The rows of one table that belong to a study, as JSON lines in a fixed order."""
    left_out = LEFT_OUT.get(table.name, ())
    columns = [column for column in table.columns if column.name not in left_out]
    keys = [table.c.stored_at] if table is events else []
    query = _of_study(select(*columns).select_from(table), table, study)
    ordered = query.order_by(*keys, *table.primary_key.columns)
    rows = [dict(row) for row in c.execute(ordered).mappings()]
    # Databases sort texts by their own rules; the archive does not depend on them.
    names = [key.name for key in (*keys, *table.primary_key.columns)]
    rows.sort(key=lambda row: [str(row[name]) for name in names])
    return json_lines(rows)


def _of_study(query: Select[Any], table: Table, study: str) -> Select[Any]:
    if table is studies:
        return query.where(studies.c.id == study)
    if table is slots:
        return query.join(arms, arms.c.id == slots.c.arm).where(arms.c.study == study)
    if table is trials:
        query = query.join(slots, slots.c.id == trials.c.slot)
        return query.join(arms, arms.c.id == slots.c.arm).where(arms.c.study == study)
    return query.where(table.c.study == study)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, MADE_AT)
            is_packed = name.endswith((".png", ".parquet"))
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return file.getvalue()
