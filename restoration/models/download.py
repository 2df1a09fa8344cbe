"""Fetch official weights: resumable, verified, and never landed half."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from restoration.errors import BadWeights, UnknownModel
from restoration.models.card import WeightsFile
from restoration.models.weights import sha256_of, verify
from restoration.progress import Progress, Report, silent

PINS = "pins.json"
"""SHA-256 of files whose publisher names none, as they were when first fetched."""

ATTEMPTS = 5
SECONDS_WITHOUT_DATA = 30
_BLOCK = 1 << 20


def fetch(
    weights: WeightsFile, folder: Path, *, offline: bool = False, report: Report = silent
) -> Path:
    """The file of `weights` in `folder`, downloaded if it is not there, and verified.

    A download that was cut goes on where it stopped. Only a complete file of the right SHA-256
    gets its final name. Raises UnknownModel if it cannot be fetched, with the address and the
    place to put it by hand; BadWeights if what is there, or came, is not the file expected.
    """
    target = folder / weights.file
    if not target.exists():
        if offline:
            raise _cannot_fetch(weights, folder, "fetching is switched off (RR_OFFLINE)")
        _make_folder(weights, folder)
        with _locked(folder / (weights.file + ".lock")):
            if not target.exists():
                _download(weights, target, report)
    verify(target, weights.sha256 or _pinned(weights, target))
    return target


def _download(weights: WeightsFile, target: Path, report: Report) -> None:
    assert weights.url is not None, "only files with an address are fetched"
    part = target.with_name(target.name + ".part")
    if weights.sha256 is None:
        # Nothing would show that an old part belongs to another version of the file.
        part.unlink(missing_ok=True)
    failure = "no answer"
    for _ in range(ATTEMPTS):
        try:
            _continue(weights, part, report)
            break
        except urllib.error.HTTPError as refusal:
            if refusal.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.unlink(missing_ok=True)
                continue
            raise _cannot_fetch(weights, target.parent, f"answer {refusal.code}") from refusal
        except (OSError, http.client.HTTPException) as cut:
            failure = str(cut) or type(cut).__name__
    else:
        raise _cannot_fetch(weights, target.parent, failure)
    if weights.sha256 is not None:
        try:
            verify(part, weights.sha256)
        except BadWeights:
            part.unlink()
            raise
    os.replace(part, target)


def _continue(weights: WeightsFile, part: Path, report: Report) -> None:
    """Append to `part` what is missing of the file; raises OSError when cut short."""
    have = part.stat().st_size if part.exists() else 0
    assert weights.url is not None
    request = urllib.request.Request(weights.url, headers={"Range": f"bytes={have}-"})  # noqa: S310 - catalogue addresses only
    with urllib.request.urlopen(request, timeout=SECONDS_WITHOUT_DATA) as answer:  # noqa: S310
        if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
            have = 0
        whole = have + int(answer.headers.get("Content-Length") or 0)
        with part.open("ab" if have else "wb") as file:
            while block := answer.read(_BLOCK):
                file.write(block)
                have += len(block)
                report(Progress(have / max(whole, have), f"fetching {weights.file}"))
            file.flush()
            os.fsync(file.fileno())
    if have < whole:
        raise OSError(f"cut after {have} of {whole} bytes")


def _pinned(weights: WeightsFile, target: Path) -> str:
    """The SHA-256 that the file had when it was first used, which may be now."""
    pins_file = target.parent / PINS
    with _locked(target.parent / (PINS + ".lock")):
        pins = json.loads(pins_file.read_text()) if pins_file.exists() else {}
        if weights.file not in pins:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            pins[weights.file] = {"sha256": sha256_of(target), "url": weights.url, "first": now}
            unfinished = pins_file.with_suffix(".part")
            unfinished.write_text(json.dumps(pins, indent=1, sort_keys=True))
            os.replace(unfinished, pins_file)
        return str(pins[weights.file]["sha256"])


def _make_folder(weights: WeightsFile, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as refusal:
        raise _cannot_fetch(weights, folder, f"the folder cannot be made: {refusal}") from refusal


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other processes out; the lock goes with the process that holds it."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _cannot_fetch(weights: WeightsFile, folder: Path, why: str) -> UnknownModel:
    return UnknownModel(
        f"The weights {weights.file} are not on this machine and could not be fetched",
        actual=why,
        expected=f"{weights.url}",
        remedy=f"Fetch that address with a browser and save it as {folder / weights.file}",
    )
