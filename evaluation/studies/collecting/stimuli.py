"""Stimuli: PNG files named by their SHA-256, so that what was seen is what was scored."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from restoration.errors import NotWritten, UnreadableFile

Picture = NDArray[np.uint8]
"""(H, W) or (H, W, 3), display-referred (sRGB as stored), 0-255."""

PNG_START = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Stimulus:
    """One picture as it was stored."""

    sha256: str
    width: int
    height: int


class StimulusFolder:
    """The pictures of all studies of an installation; what is in it never changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the picture is, or would be."""
        return self.folder / sha256[:2] / f"{sha256}.png"

    def add(self, source: Picture | Path | bytes) -> Stimulus:
        """Store a picture: pixels as they are, or the bytes of a PNG as they are.

        Raises UnreadableFile for what is no 8-bit gray or RGB picture, NotWritten.
        """
        if isinstance(source, np.ndarray):
            data = encoded(source)
        else:
            data = source if isinstance(source, bytes) else _bytes_of(source)
        picture = decoded(data)
        sha256 = hashlib.sha256(data).hexdigest()
        self._write(self.path(sha256), data)
        return Stimulus(sha256, picture.shape[1], picture.shape[0])

    def bytes_of(self, sha256: str) -> bytes:
        """The PNG; raises UnreadableFile where it is missing or not what its name says."""
        data = _bytes_of(self.path(sha256))
        if hashlib.sha256(data).hexdigest() != sha256:
            raise UnreadableFile(
                "A stimulus is not what it was",
                actual=f"other bytes than {sha256}",
                remedy="Copy it back from an archive of the study",
            )
        return data

    def picture(self, sha256: str) -> Picture:
        """The pixels; raises UnreadableFile."""
        return decoded(self.bytes_of(sha256))

    def _write(self, path: Path, data: bytes) -> None:
        if path.exists():
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f".{secrets.token_hex(8)}.part")
            with unfinished.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except OSError as error:
            raise NotWritten(
                "A stimulus could not be stored",
                actual=error.strerror or str(error),
                remedy="Make room on the disk of the data folder",
            ) from error


def encoded(picture: Picture) -> bytes:
    """(H, W), (H, W, 1) or (H, W, 3) uint8 as PNG without metadata; raises UnreadableFile."""
    if picture.ndim == 3 and picture.shape[2] == 1:
        picture = picture[..., 0]
    is_colour = picture.ndim == 3 and picture.shape[2] == 3
    if picture.dtype != np.uint8 or not (picture.ndim == 2 or is_colour) or 0 in picture.shape:
        raise UnreadableFile(
            "This array is no picture that can be rated",
            actual=f"{picture.dtype} of shape {picture.shape}",
            expected="uint8 of shape (H, W), (H, W, 1) or (H, W, 3)",
        )
    return bytes(imagecodecs.png_encode(np.ascontiguousarray(picture), level=4))


def decoded(data: bytes) -> Picture:
    """The pixels of a PNG of 8-bit gray or RGB; raises UnreadableFile."""
    expected = "an 8-bit gray or RGB PNG"
    if not data.startswith(PNG_START):
        raise UnreadableFile("This stimulus is no PNG", expected=expected)
    try:
        picture = imagecodecs.png_decode(data)
    except (imagecodecs.PngError, ValueError) as error:
        raise UnreadableFile("This PNG is damaged", actual=str(error)[:100]) from error
    is_shown = picture.ndim == 2 or (picture.ndim == 3 and picture.shape[2] == 3)
    if picture.dtype != np.uint8 or not is_shown:
        raise UnreadableFile(
            "This PNG cannot be shown exactly",
            actual=f"{picture.dtype} of shape {picture.shape}",
            expected=expected,
            remedy="Convert it first: a screen shows 8 bits and no transparency",
        )
    return picture


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"The stimulus {path.name} cannot be read", actual=error.strerror or str(error)
        ) from error
