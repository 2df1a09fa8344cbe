"""The folder uploads live in: what a handler may take from it, and when things in it go."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from restoration.errors import UnreadableFile
from restoration.settings import Settings

PARTIAL_SECONDS = 45.0
"""An upload nobody has added to for this long was broken off; it is gone within a minute."""


def upload_folder(settings: Settings) -> Path:
    """Where uploads of this installation are, as an absolute path."""
    return (settings.data_dir / "uploads").resolve()


def accepted(path: str | Path, folder: Path) -> Path:
    """`path`, if it is a file that was uploaded; the only way a handler takes a client's path.

    A client can name any path it likes in its request. Taken is a regular file inside `folder`
    that is reached through no symbolic link below it. Its time of last use is renewed, so that
    the janitor leaves it alone; its content is not touched. Raises UnreadableFile otherwise,
    with the same words whether the file exists or not: the answer gives nothing away.
    """
    refusal = UnreadableFile(
        "This upload is not here any more",
        expected="a file that was uploaded on this page a short while ago",
        remedy="Upload the file again",
    )
    root = folder.resolve()
    try:
        named = Path(os.path.abspath(path))
        real = named.resolve(strict=True)
        if not real.is_relative_to(root) or not stat.S_ISREG(real.lstat().st_mode):
            raise refusal
        if named not in (real, folder.absolute() / real.relative_to(root)):
            raise refusal
        os.utime(real)
    except (OSError, ValueError, TypeError):
        raise refusal from None
    return real


def wipe(folder: Path) -> None:
    """Empty `folder`, making it if needed: what a crash left behind goes at the next start."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


@dataclass(frozen=True)
class Janitor:
    """Removes what is no longer used from an upload folder.

    A finished upload stays `keep_seconds` after it was last used. Files directly in the folder
    are Gradio's temporaries (uploads under way or broken off, and an empty file for every file
    a handler receives); they and empty folders go after PARTIAL_SECONDS. `spared` are the files
    the pages themselves need, such as images that are part of a page.
    """

    folder: Path
    keep_seconds: float
    spared: frozenset[Path] = frozenset()

    def sweep(self, now: float | None = None) -> int:
        """Remove what is due at `now` (seconds since the epoch); the number of things removed."""
        moment = time.time() if now is None else now
        return sum(1 for path in self._due(moment) if _removed(path))

    def _due(self, now: float) -> Iterator[Path]:
        for parent, folders, files in os.walk(self.folder, topdown=False):
            for name in files:
                path = Path(parent, name)
                limit = PARTIAL_SECONDS if path.parent == self.folder else self.keep_seconds
                if path not in self.spared and _idle_seconds(path, now) > limit:
                    yield path
            for name in folders:
                path = Path(parent, name)
                if _idle_seconds(path, now) > PARTIAL_SECONDS:
                    yield path


def files_in(folder: Path) -> frozenset[Path]:
    """Every file below `folder`."""
    return frozenset(path for path in folder.rglob("*") if path.is_file())


def _idle_seconds(path: Path, now: float) -> float:
    try:
        return now - path.lstat().st_mtime
    except OSError:
        return 0.0


def _removed(path: Path) -> bool:
    try:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()  # refuses a folder that holds anything, so a late arrival is safe
        else:
            path.unlink()
    except OSError:
        return False
    return True
