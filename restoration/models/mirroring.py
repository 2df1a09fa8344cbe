"""Images extended to the sizes that a network takes."""

from __future__ import annotations

import torch
from torch import Tensor


def mirrored(x: Tensor, multiple: int) -> Tensor:
    """Extend (N, C, H, W) at the bottom and right to multiples, mirroring about the edge pixel.

    An image smaller than what is added is mirrored back and forth, where torch's own padding
    stops with an error.
    """
    for axis in (2, 3):
        size = x.shape[axis]
        if size % multiple:
            period = max(1, 2 * (size - 1))
            steps = torch.arange(-(-size // multiple) * multiple, device=x.device) % period
            x = x.index_select(axis, torch.minimum(steps, period - steps))
    return x
