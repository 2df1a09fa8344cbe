"""Single planes of an image: luma in the two conventions, and half the size."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from restoration.fidelity import Image

Plane = NDArray[np.floating]

_FULL_RANGE = np.array([0.299, 0.587, 0.114])
_STUDIO_GAIN = np.array([65.481, 128.553, 24.966]) / 255
_STUDIO_BLACK = 16 / 255


def studio_luma(image: Image) -> Plane:
    """(H, W) Y of ITU-R BT.601 in studio range, 16/255 to 235/255, not rounded.

    The Y channel of published super-resolution and JPEG tables. A gray image is returned as it
    is, which is how those tables score gray images.
    """
    if image.shape[2] == 1:
        return image[..., 0]
    return image @ _STUDIO_GAIN.astype(image.dtype) + image.dtype.type(_STUDIO_BLACK)


def luma(image: Image) -> Plane:
    """(H, W) Y of ITU-R BT.601 in full range, 0 to 1; a gray image is returned as it is."""
    return image[..., 0] if image.shape[2] == 1 else image @ _FULL_RANGE.astype(image.dtype)


def halved(plane: Plane, beyond: Literal["edge", "constant"]) -> Plane:
    """(H, W) to (ceil(H / 2), ceil(W / 2)) by means of 2 x 2 pixels.

    `beyond` says what completes an odd side: the last row again, or zeros.
    """
    even = np.pad(plane, [(0, length % 2) for length in plane.shape], mode=beyond)
    rows = even[0::2] + even[1::2]
    return (rows[:, 0::2] + rows[:, 1::2]) / 4
