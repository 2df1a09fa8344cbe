"""Exports and the frozen archive: nothing runs in a spreadsheet, nothing changes on return."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import evaluation.studies.collecting.archive_reading as archive_reading
from evaluation.studies.collecting.administration import set_state
from evaluation.studies.collecting.archive import frozen, import_archive, verify_archive
from evaluation.studies.collecting.creation import StimulusSpec, create_study
from evaluation.studies.collecting.datasheet import datasheet
from evaluation.studies.collecting.design import Arm, Design
from evaluation.studies.collecting.exports import ExportFormat, exported, votes_csv
from evaluation.studies.collecting.hub import push_closed_events
from evaluation.studies.collecting.joining import consent
from evaluation.studies.collecting.records import Kind, State
from evaluation.studies.collecting.schema import events, metadata, trials
from evaluation.studies.collecting.standing import read_contents
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.submission import Submission
from evaluation.studies.collecting.verification import verify_study
from evaluation.studies.collecting.voting import next_trial, submit
from evaluation.studies.collecting.withdrawal import withdraw
from restoration.errors import NotWritten, TooLarge, UnreadableFile, UsageError
from restoration.settings import Settings
from tests.evaluation.studies.conftest import pictures

Vote = Callable[..., Any]
NASTY = ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1", 'a"b,c\nd', "ü→名")


@pytest.fixture
def study(store: StudyStore, vote: Vote) -> str:
    """A closed study with nasty names, a skip, an undo and a withdrawal."""
    specs = [
        StimulusSpec(each.picture, name, name, characteristics=("noise", "text"))
        for each, name in zip(pictures(len(NASTY), "a"), NASTY, strict=True)
    ]
    made = create_study(store, Design("Nasty =1+1", (Arm("=arm", raters=2, pay=0.1),)), specs)
    for seat, link in enumerate(made.invite_links["=arm"]):
        rater = store.rater_by_token(link.split("=")[1])
        consent(store, rater, {"ratio": 1, "screen": [1920, 1080]})
        trial = store.database.read(lambda c, id=rater.id: next_trial(c, id))
        skip = Submission(str(uuid.uuid4()), trial.id, 0, Kind.SKIP, reason="=cmd|' /C calc'!A0")
        submit(store, rater, skip)
        for _ in range(7):
            vote(rater, {"choice": "3"})
        if seat:
            withdraw(store, rater)
    set_state(store, made.id, State.CLOSED)
    return made.id


def test_the_tables_of_the_migrations_are_those_of_the_schema(store: StudyStore) -> None:
    with store.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_csv_runs_nothing_and_loses_nothing(store: StudyStore, study: str) -> None:
    frame = pd.read_csv(io.BytesIO(exported(store, study, ExportFormat.CSV)), keep_default_na=False)
    typed = pd.read_parquet(io.BytesIO(exported(store, study, ExportFormat.PARQUET)))
    assert len(frame) == len(typed) == 7
    texts = frame[["content", "condition", "arm"]].to_numpy().ravel()
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in texts)
    assert set(typed["content"]) <= set(NASTY)
    assert list(frame["score"].astype(float)) == [3.0] * 7
    assert b"'=1" in votes_csv(pd.DataFrame({"a": ["=1"], "b": [-1.5]}))
    assert b"-1.5" in votes_csv(pd.DataFrame({"a": ["=1"], "b": [-1.5]}))
    lines = exported(store, study, ExportFormat.JSONL).decode().splitlines()
    assert len(lines) == 16
    assert {json.loads(line)["kind"] for line in lines} == {"vote", "skip"}


def test_an_archive_imports_again_bit_for_bit_and_damage_is_named(
    store: StudyStore, study: str, tmp_path: Path
) -> None:
    archive = tmp_path / "study.zip"
    archive.write_bytes(frozen(store, study))
    assert frozen(store, study) == archive.read_bytes()
    assert verify_archive(archive).events == 16
    assert verify_study(store, study).events == 16

    other = StudyStore.open(Settings(data_dir=tmp_path / "other"))
    assert import_archive(other, archive) == study
    assert frozen(other, study) == archive.read_bytes()
    with pytest.raises(UsageError, match="here already"):
        import_archive(other, archive)
    other.close()

    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        assert not any(b"token" in packed.read(name) for name in names if name.endswith(".jsonl"))
        for broken in ("votes.csv", names[-3]):
            damaged = tmp_path / "damaged.zip"
            with zipfile.ZipFile(damaged, "w") as copy:
                for name in names:
                    data = packed.read(name)
                    copy.writestr(name, data[:-1] + b"x" if name == broken else data)
            with pytest.raises(UnreadableFile, match=broken.replace("/", ".")):
                verify_archive(damaged)


def test_flipped_bits_in_an_archive_are_named_wherever_they_are(
    store: StudyStore, study: str, tmp_path: Path
) -> None:
    whole = frozen(store, study)
    damaged = tmp_path / "damaged.zip"
    for place in range(0, len(whole), 97):
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            found = verify_archive(damaged)
        except UnreadableFile as error:
            assert error.actual
            assert error.remedy
        else:
            assert found.study == study, "those bits did not matter"


def repacked(path: Path, whole: bytes, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The archive with other files, which its manifest says are right."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(files)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    files["manifest.json"] = json.dumps({**manifest, "files": digests}).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda files: files.pop("studies.jsonl"), "no studies.jsonl"),
        (lambda files: files.pop("trials.jsonl"), "no trials.jsonl"),
        (lambda files: files.update({"studies.jsonl": b""}), "other studies"),
        (lambda files: files.update({"events.jsonl": b"[1]\n"}), "events.jsonl"),
        (lambda files: files.update({"arms.jsonl": b"{"}), "arms.jsonl"),
    ],
)
def test_an_archive_without_the_rows_of_a_study_is_refused(
    store: StudyStore, study: str, tmp_path: Path, change: Any, words: str
) -> None:
    archive = repacked(tmp_path / "study.zip", frozen(store, study), change)
    for read in (verify_archive, lambda path: import_archive(store, path)):
        with pytest.raises(UnreadableFile, match=words):
            read(archive)


@pytest.mark.parametrize(
    "change",
    [
        lambda files: files.update({"arms.jsonl": b""}),
        lambda files: files.update({"arms.jsonl": b'{"id": "a", "colour": "red"}\n'}),
    ],
)
def test_rows_that_do_not_belong_together_are_not_imported(
    store: StudyStore, study: str, tmp_path: Path, change: Any
) -> None:
    archive = repacked(tmp_path / "study.zip", frozen(store, study), change)
    other = StudyStore.open(Settings(data_dir=tmp_path / "other"))
    with pytest.raises(UnreadableFile, match="do not belong together"):
        import_archive(other, archive)
    other.close()


@pytest.mark.parametrize("manifest", ["[]", "{}", "1", "nothing", '{"files": [1], "study": "a"}'])
def test_a_manifest_that_says_nothing_is_refused(tmp_path: Path, manifest: str) -> None:
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        archive.writestr("manifest.json", manifest)
    with pytest.raises(UnreadableFile, match="no archive of a study"):
        verify_archive(tmp_path / "study.zip")


def test_an_archive_is_read_within_a_budget(
    store: StudyStore, study: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "study.zip").write_bytes(frozen(store, study))
    monkeypatch.setattr(archive_reading, "MOST_BYTES", 1000)
    with pytest.raises(TooLarge, match="unpacked"):
        verify_archive(tmp_path / "study.zip")


def test_only_a_closed_study_is_frozen_and_it_stays_closed(store: StudyStore) -> None:
    made = create_study(store, Design("Open", (Arm("one"),)), pictures(1, "a"))
    with pytest.raises(UsageError, match="Only a closed study"):
        frozen(store, made.id)
    set_state(store, made.id, State.CLOSED)
    with pytest.raises(UsageError, match="stays closed"):
        set_state(store, made.id, State.OPEN)


def test_verification_finds_a_changed_event_and_a_changed_picture(
    store: StudyStore, study: str
) -> None:
    contents = store.database.read(lambda c: read_contents(c, study))
    picture = store.stimuli.path(next(iter(contents.items.values())).stimulus)
    good = picture.read_bytes()
    picture.write_bytes(good[:-1] + b"\0")
    with pytest.raises(UnreadableFile, match="not what it was"):
        verify_study(store, study)
    picture.write_bytes(good)
    voted = next(t for t in contents.trials.values() if t.state == "voted")
    store.database.write(
        lambda c: c.execute(trials.update().where(trials.c.id == voted.id).values(revision=7))
    )
    with pytest.raises(UnreadableFile, match="not what its events say"):
        verify_study(store, study)


def test_the_datasheet_says_what_was_done(store: StudyStore, study: str) -> None:
    text = datasheet(store.database.read(lambda c: read_contents(c, study)))
    for fact in (
        "8 pictures", "noise 8", "2 raters began", "1 withdrawn", "7 answers were erased",
        "fewer than 15 observers", "1920x1080 (1)", "Cost: 0.70", "8-bit PNG", "skip (2)",
    ):  # fmt: skip
        assert fact in text


class FakeHub:
    """Holds files, as the hub would; refuses to change one."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.broken = False

    def list_repo_files(self, repo_id: str, *, repo_type: str) -> list[str]:
        assert (repo_id, repo_type) == ("lab/votes", "dataset")
        return list(self.files)

    def upload_file(
        self, *, path_or_fileobj: bytes, path_in_repo: str, repo_id: str, repo_type: str
    ) -> None:
        if self.broken:
            raise OSError("503 from the hub")
        assert path_in_repo not in self.files
        self.files[path_in_repo] = path_or_fileobj


def test_hours_that_are_over_are_pushed_once(store: StudyStore, study: str) -> None:
    hub = FakeHub()
    assert push_closed_events(store, study, "lab/votes", hub) == 0
    earlier = "2026-01-02T03:04:05.000000+00:00"
    store.database.write(lambda c: c.execute(events.update().values(stored_at=earlier)))
    hub.broken = True
    with pytest.raises(NotWritten, match="503 from the hub"):
        push_closed_events(store, study, "lab/votes", hub)
    hub.broken = False
    for _ in range(2):
        assert push_closed_events(store, study, "lab/votes", hub) == 16
    (name,) = hub.files
    assert name == f"studies/{study}/2026-01-02T03.jsonl"
    assert hub.files[name].count(b"\n") == 16
