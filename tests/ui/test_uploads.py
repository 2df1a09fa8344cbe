"""Only uploads are taken, and they go when their time is over."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from restoration.errors import UnreadableFile
from ui.uploads import PARTIAL_SECONDS, Janitor, accepted, files_in, wipe


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    (folder / "abc").mkdir(parents=True)
    (folder / "abc" / "scan.png").write_bytes(b"pixels")
    return folder


def test_an_upload_is_taken_and_its_last_use_renewed(folder: Path) -> None:
    upload = folder / "abc" / "scan.png"
    os.utime(upload, (1, 1))
    assert accepted(str(upload), folder) == upload.resolve()
    assert upload.stat().st_mtime > time.time() - 60
    assert upload.read_bytes() == b"pixels"


def test_a_data_folder_behind_a_link_works(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    real = (folder / "abc" / "scan.png").resolve()
    assert accepted(tmp_path / "link" / "abc" / "scan.png", tmp_path / "link") == real


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "{folder}/../secret.png",
        "{folder}/abc/../../secret.png",
        "{folder}/link.png",
        "{folder}/inner.png",
        "{folder}/linked/secret.png",
        "{folder}/linked-inside/scan.png",
        "{folder}",
        "{folder}/abc",
        "{folder}/pipe",
        "{folder}/missing.png",
        "{folder}/abc/scan.png\0.svg",
        "http://127.0.0.1/scan.png",
        "file://{folder}/abc/scan.png",
        "",
        None,
        {"path": "/etc/passwd"},
        ["/etc/passwd"],
    ],
)
def test_anything_else_is_refused_in_the_same_words(
    folder: Path, tmp_path: Path, path: object
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    (folder / "link.png").symlink_to(secret)
    (folder / "inner.png").symlink_to(folder / "abc" / "scan.png")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "linked-inside").symlink_to(folder / "abc")
    os.mkfifo(folder / "pipe")
    named = path.format(folder=folder) if isinstance(path, str) else path
    with pytest.raises(UnreadableFile) as refusal:
        accepted(named, folder)  # type: ignore[arg-type]
    assert str(refusal.value).startswith("This upload is not here any more. Expected:")
    assert "secret" not in str(refusal.value)


def test_a_folder_with_a_similar_name_is_another_folder(folder: Path) -> None:
    neighbour = folder.with_name("uploads-of-others") / "scan.png"
    neighbour.parent.mkdir()
    neighbour.write_bytes(b"x")
    with pytest.raises(UnreadableFile):
        accepted(neighbour, folder)


def test_temporaries_go_within_a_minute_and_uploads_when_their_time_is_over(folder: Path) -> None:
    (folder / "abc" / "empty.png").touch()
    (folder / "tmp123").write_bytes(b"broken off")
    (folder / "tmp456").touch()
    (folder / "empty" / "emptier").mkdir(parents=True)
    janitor = Janitor(folder, keep_seconds=1800)
    start = time.time()

    assert janitor.sweep(start + PARTIAL_SECONDS - 5) == 0
    janitor.sweep(start + 60)
    assert files_in(folder) == {folder / "abc" / "scan.png", folder / "abc" / "empty.png"}

    accepted(folder / "abc" / "scan.png", folder)
    os.utime(folder / "abc" / "scan.png", (start + 1000, start + 1000))
    janitor.sweep(start + 1900)
    assert files_in(folder) == {folder / "abc" / "scan.png"}

    janitor.sweep(start + 2900)
    janitor.sweep(time.time() + 2900)
    assert list(folder.iterdir()) == []


def test_what_pages_need_is_spared(folder: Path) -> None:
    janitor = Janitor(folder, keep_seconds=1, spared=files_in(folder))
    janitor.sweep(time.time() + 1e6)
    assert (folder / "abc" / "scan.png").is_file()


def test_a_start_finds_an_empty_folder(folder: Path) -> None:
    wipe(folder)
    assert list(folder.iterdir()) == []
    wipe(folder / "new")
    assert (folder / "new").is_dir()
