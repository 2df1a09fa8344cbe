"""Errors that a person can act on: what is wrong, what was found, what was expected, what to do."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit status of the command lines, one for each error class."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    UNREADABLE = 3
    UNSUPPORTED = 4
    TOO_LARGE = 5
    UNKNOWN_MODEL = 6
    BAD_WEIGHTS = 7
    CANCELLED = 8
    NOT_WRITTEN = 9
    WORKER_LOST = 10
    OUT_OF_RANGE = 11


class RestorationError(Exception):
    """Base of every error that reaches a user.

    The parts are kept apart so that a page can lay them out and a test can read them.
    `problem` is a sentence without its full stop; the others are optional phrases.
    """

    exit_code = ExitCode.UNEXPECTED

    def __init__(
        self,
        problem: str,
        *,
        actual: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.actual = actual
        self.expected = expected
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [self.problem.rstrip(".") + "."]
        if self.actual:
            parts.append(f"Found: {self.actual.rstrip('.')}.")
        if self.expected:
            parts.append(f"Expected: {self.expected.rstrip('.')}.")
        if self.remedy:
            parts.append(self.remedy.rstrip(".") + ".")
        return " ".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.problem, self.actual, self.expected, self.remedy)


def _rebuild(
    kind: type[RestorationError],
    problem: str,
    actual: str | None,
    expected: str | None,
    remedy: str | None,
) -> RestorationError:
    return kind(problem, actual=actual, expected=expected, remedy=remedy)


class UsageError(RestorationError):
    """The command or request was put together wrongly."""

    exit_code = ExitCode.USAGE


class UnreadableFile(RestorationError):
    """The file is empty, cut short, damaged, or not what its name says."""

    exit_code = ExitCode.UNREADABLE


class UnsupportedFile(RestorationError):
    """The file is sound, but of a kind that is refused by name."""

    exit_code = ExitCode.UNSUPPORTED


class TooLarge(RestorationError):
    """A file, page or page count is over a limit; nothing was decoded."""

    exit_code = ExitCode.TOO_LARGE


class UnknownModel(RestorationError):
    """No model has this id, or its weights are not on this machine."""

    exit_code = ExitCode.UNKNOWN_MODEL


class BadWeights(RestorationError):
    """A weights file is damaged, of another architecture, or not the one that was pinned."""

    exit_code = ExitCode.BAD_WEIGHTS


class Cancelled(RestorationError):
    """The person asked to stop."""

    exit_code = ExitCode.CANCELLED

    def __init__(self, problem: str = "Stopped as asked", **parts: str | None) -> None:
        super().__init__(problem, **parts)


class NotWritten(RestorationError):
    """The output could not be stored (disk full, no permission, format cannot hold it)."""

    exit_code = ExitCode.NOT_WRITTEN


class WorkerLost(RestorationError):
    """A worker process ended or ran out of time or memory."""

    exit_code = ExitCode.WORKER_LOST


class OutOfRange(RestorationError, ValueError):
    """A level, seed or option is outside the range for which the method holds."""

    exit_code = ExitCode.OUT_OF_RANGE
