"""Packed files that somebody hands in: read within a budget, whatever they hold or claim."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from typing import Any, Protocol

from restoration.errors import TooLarge

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What Python raises while it unpacks a zip or gzip that is damaged, has a password
(RuntimeError), or is packed in a way that it does not know (NotImplementedError, a RuntimeError).
"""


class Budget:
    """How much may still come out; what is unpacked counts, not what a header claims."""

    def __init__(
        self, most_bytes: int, problem: str, remedy: str, most_files: int | None = None
    ) -> None:
        """`problem` and `remedy` are what the refusal says; None does not limit the files."""
        self._most = most_bytes
        self._most_files = most_files
        self._problem = problem
        self._remedy = remedy
        self._taken = 0
        self._files = 0

    def take(self, size: int) -> None:
        """Count bytes. Raises TooLarge beyond what may come."""
        self._taken += size
        if self._taken > self._most:
            self._refuse()

    def begin_file(self) -> None:
        """Count a file. Raises TooLarge beyond as many as may come."""
        self._files += 1
        if self._most_files is not None and self._files > self._most_files:
            self._refuse()

    def _refuse(self) -> None:
        many = "" if self._most_files is None else f"{self._files} files, "
        most = "" if self._most_files is None else f" and {self._most_files} files"
        raise TooLarge(
            self._problem,
            actual=f"{many}{self._taken / 1e6:.0f} MB so far",
            expected=f"at most {self._most / 1e6:.0f} MB{most} unpacked",
            remedy=self._remedy,
        )


class Readable(Protocol):
    """What an opened zip entry, a gzip file and a plain file have in common."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


class Metered(io.RawIOBase):
    """A stream whose bytes count against a budget; reading raises TooLarge beyond it."""

    def __init__(self, packed: Readable, budget: Budget) -> None:
        self._packed = packed
        self._budget = budget

    def readable(self) -> bool:
        """Always, as Python's buffers ask."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - unnamed before Python 3.12
        """Fill a writable buffer as far as there is something; how many bytes."""
        view = memoryview(buffer).cast("B")
        piece = self._packed.read(len(view))
        self._budget.take(len(piece))
        view[: len(piece)] = piece
        return len(piece)
