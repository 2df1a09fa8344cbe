"""The most memory that a piece of work took."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


class PeakMemory:
    """Measures from its making on: of the device where that is CUDA, else of this process.

    Where the system cannot start the count anew (not Linux), the peak is that of the process so
    far, an upper bound.
    """

    def __init__(self, device: str) -> None:
        self._on_cuda = device.startswith("cuda")
        if self._on_cuda:
            import torch

            torch.cuda.reset_peak_memory_stats()
        elif _RESET.exists():
            try:
                _RESET.write_text(_RESET_PEAK)
            except OSError:  # forbidden in some containers: then the bound is what there is
                return

    def megabytes(self) -> float:
        """The most that was held at one time, in MB of a million bytes."""
        if self._on_cuda:
            import torch

            return torch.cuda.max_memory_allocated() / 1e6
        if _STATUS.exists():
            (line,) = (
                line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:")
            )
            return int(line.split()[1]) * 1024 / 1e6
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
