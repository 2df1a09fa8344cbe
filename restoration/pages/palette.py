"""Palettes: colours looked up, gray palettes kept gray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restoration.pages.colour import profile_channels


@dataclass(frozen=True)
class Palette:
    """(N, 3) colours of uint8 or uint16."""

    colours: NDArray[Any]

    @property
    def gray(self) -> bool:
        """Whether every entry has three equal parts."""
        return bool((self.colours == self.colours[:, :1]).all())

    def fitting(self, icc: bytes | None) -> bytes | None:
        """The profile that still describes the resolved page; an RGB one does not fit gray."""
        return None if icc and self.gray and profile_channels(icc) != 1 else icc

    def resolve(self, indices: NDArray[Any]) -> NDArray[Any]:
        """(H, W) indices to (H, W, 1) or (H, W, 3); indices past the end take the last colour."""
        colours = self.colours[:, :1] if self.gray else self.colours
        return colours[np.minimum(indices, len(colours) - 1)]
