"""Signals during training: stop cleanly, and do not count time spent suspended."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Self

STOPPING = (signal.SIGTERM, signal.SIGINT)


class Interruption:
    """While entered, SIGTERM and Ctrl-C ask for a stop, and SIGCONT marks the step as suspended.

    Outside the main thread, where Python takes no signals, it stays silent.
    """

    def __init__(self) -> None:
        self.stop = False
        """Whether a signal has asked to stop."""
        self._suspended = False
        self._former: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (*STOPPING, signal.SIGCONT):
                self._former[number] = signal.signal(number, self._receive)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def was_suspended(self) -> bool:
        """Whether the process was suspended since the last call."""
        suspended, self._suspended = self._suspended, False
        return suspended

    def _receive(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGCONT:
            self._suspended = True
        else:
            self.stop = True
