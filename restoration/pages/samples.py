"""Stored samples to pixels and back: exact for 1, 8 and 16 bits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restoration.errors import NotWritten, UnreadableFile, UnsupportedFile
from restoration.pages.orientation import upright
from restoration.pages.page import Page, PageInfo, SampleType

Stored = NDArray[Any]
"""(H, W, C) of bool, uint8, uint16 or float32; C = 2 and 4 end in alpha."""

PEAK: dict[SampleType, int] = {
    SampleType.BIT: 1,
    SampleType.UINT8: 255,
    SampleType.UINT16: 65535,
}

# A float page may go above its white by this factor (unclipped noise, ringing) before the next
# larger scale is the better explanation.
_OVERSHOOT = 4.0
_FLOAT_SCALES = (1.0, 255.0, 65535.0)


def to_page(stored: Stored, info: PageInfo, orientation: int) -> Page:
    """Turn what a file holds upright and scale it to [0, 1]; alpha apart.

    `stored` is (H, W) or (H, W, C) before the orientation. Raises `UnreadableFile` if its size
    is not the header's, `UnsupportedFile` for NaN or infinite samples.
    """
    stored = upright(stored if stored.ndim == 3 else stored[..., np.newaxis], orientation)
    if stored.shape[:2] != (info.height, info.width):
        raise UnreadableFile(
            "The pixels do not fit the header",
            actual=f"{stored.shape[1]} x {stored.shape[0]}",
            expected=f"{info.width} x {info.height}",
        )
    if stored.dtype == np.float32:
        info = _with_scale(stored, info)
        peak = info.value_scale
    else:
        peak = float(np.iinfo(stored.dtype).max) if stored.dtype != np.bool_ else 1.0
    colour = stored.shape[2] - (stored.shape[2] + 1) % 2
    alpha = None
    if colour < stored.shape[2]:
        alpha = _scaled(stored[..., colour], peak)
    return Page(_scaled(stored[..., :colour], peak), info, alpha)


def to_stored(pixels: NDArray[np.float32], samples: SampleType, scale: float = 1.0) -> Stored:
    """Quantise [0, 1] to `samples`, clipped and rounded half up; float is scaled, not clipped.

    Raises `NotWritten` for NaN or infinite pixels.
    """
    if not np.isfinite(pixels).all():
        raise NotWritten(
            "The page has pixels that are not numbers",
            actual="NaN or infinity",
            remedy="Restore it again with another model or in fp32",
        )
    if samples is SampleType.FLOAT32:
        return pixels * np.float32(scale) if scale != 1.0 else pixels
    if samples is SampleType.BIT:
        return pixels >= 0.5
    levels = np.clip(pixels, 0.0, 1.0)
    levels *= np.float32(PEAK[samples])
    levels += np.float32(0.5)
    return levels.astype(np.uint8 if samples is SampleType.UINT8 else np.uint16)


def _scaled(samples: Stored, peak: float) -> NDArray[np.float32]:
    if samples.dtype == np.uint8:
        # A table divides once per level, not once per pixel.
        return (np.arange(256, dtype=np.float32) / np.float32(peak))[samples]
    pixels = samples.astype(np.float32)
    if peak != 1.0:
        pixels /= np.float32(peak)
    return pixels


def _with_scale(stored: Stored, info: PageInfo) -> PageInfo:
    """Find the value that stands for white in a float page, from its largest value."""
    largest = float(stored.max())
    smallest = float(stored.min())
    if not (np.isfinite(largest) and np.isfinite(smallest)):
        raise UnsupportedFile(
            "The page has samples that are not numbers",
            actual="NaN or infinity",
            expected="finite values",
            remedy="Fill the missing values before restoring",
        )
    scale = next((s for s in _FLOAT_SCALES if largest <= _OVERSHOOT * s), largest)
    if scale == 1.0:
        return replace(info, value_scale=1.0)
    notice = f"White was taken to be {scale:g}, judged from the largest sample, {largest:g}."
    return replace(info, value_scale=scale, notices=(*info.notices, notice))
