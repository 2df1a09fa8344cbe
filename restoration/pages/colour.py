"""Colour profiles, and the one conversion that is made on the way in: CMYK to sRGB."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_PROFILE = 16_000_000
"""Bytes; the largest press profiles have about 4 MB."""
_ROWS = 2048


def profile_channels(icc: bytes) -> int | None:
    """Channels of the colour space that a profile describes: 1, 3 or 4 (ICC.1:2022, 7.2.6)."""
    return {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}.get(icc[16:20])


def cmyk_notice(icc: bytes | None) -> str:
    """What is said to the user of a page that `cmyk_to_rgb` converts."""
    if _usable(icc):
        return "CMYK was converted to sRGB through the colour profile in the file."
    if icc is not None:
        return "CMYK was converted to RGB by the plain formula; its colour profile is unusable."
    return "CMYK was converted to RGB by the plain formula; the file has no colour profile."


def cmyk_to_rgb(inks: NDArray[Any], icc: bytes | None) -> NDArray[Any]:
    """(H, W, 4) uint8 or uint16, 0 = no ink, to sRGB (H, W, 3) of the same type.

    With a usable profile: relative colorimetric with black point compensation, by LittleCMS.
    Without one: R = (1 - C)(1 - K), and so on, which is what viewers show.
    """
    peak = int(np.iinfo(inks.dtype).max)
    convert = _profile_transform(icc) if icc is not None and _usable(icc) else None
    rgb = np.empty((*inks.shape[:2], 3), inks.dtype)
    for top in range(0, inks.shape[0], _ROWS):
        part = np.ascontiguousarray(inks[top : top + _ROWS])
        if convert is not None:
            rgb[top : top + _ROWS] = convert(part)
            continue
        light = peak - part.astype(np.float32)
        product = light[..., :3] * light[..., 3:] / np.float32(peak)
        rgb[top : top + _ROWS] = (product + 0.5).astype(inks.dtype)
    return rgb


@lru_cache(maxsize=16)
def _usable(icc: bytes | None) -> bool:
    if icc is None or profile_channels(icc) != 4:
        return False
    try:
        _profile_transform(icc)(np.zeros((1, 1, 4), np.uint8))
    except Exception:  # LittleCMS reports a damaged profile through several unrelated classes
        return False
    return True


def _profile_transform(icc: bytes) -> Any:  # noqa: ANN401 - a callable from array to array
    import imagecodecs

    srgb = imagecodecs.cms_profile("srgb")

    def transform(part: NDArray[Any]) -> NDArray[Any]:
        return imagecodecs.cms_transform(
            part,
            icc,
            srgb,
            colorspace="cmyk",
            outcolorspace="rgb",
            intent=imagecodecs.CMS.INTENT.RELATIVE_COLORIMETRIC,
            flags=imagecodecs.CMS.FLAGS.BLACKPOINTCOMPENSATION,
        )

    return transform
