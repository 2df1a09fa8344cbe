"""Random crops of photographs, varied so that a few hundred stand for many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restoration.training.images import Photograph

Patch = NDArray[np.float32]
"""(size, size, C), [0, 1]."""

LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
SMALLEST_SCALE = 0.5
"""Photographs are only ever made smaller: enlarging would teach that detail is blurred."""


def random_patch(photograph: Photograph, size: int, gray: bool, rng: np.random.Generator) -> Patch:
    """Cut one patch of `size` pixels a side, shrunk, turned and recoloured at random.

    Returns (size, size, 3), or (size, size, 1) for `gray`; the photograph's shorter side must
    be at least `size`.
    """
    crop = _turned(_scaled_crop(photograph, size, rng), rng)
    patch = _recoloured(crop.astype(np.float32) / np.float32(255), rng)
    return patch @ LUMA[:, None] if gray else np.ascontiguousarray(patch)


def _scaled_crop(photograph: Photograph, size: int, rng: np.random.Generator) -> Photograph:
    height, width = photograph.shape[:2]
    scale = rng.uniform(SMALLEST_SCALE, 1.0) if rng.random() < 0.5 else 1.0
    side = min(round(size / scale), height, width)
    top, left = rng.integers(height - side + 1), rng.integers(width - side + 1)
    crop = photograph[top : top + side, left : left + side]
    if side == size:
        return crop
    return np.asarray(Image.fromarray(crop).resize((size, size), Image.Resampling.BICUBIC))


def _turned(patch: Photograph, rng: np.random.Generator) -> Photograph:
    """One of the eight symmetries of the square."""
    turned = np.rot90(patch, int(rng.integers(4)))
    return turned[:, ::-1] if rng.random() < 0.5 else turned


def _recoloured(patch: Patch, rng: np.random.Generator) -> Patch:
    """Permuted channels, rotated hue, other saturation, other gamma; each in some patches only."""
    if rng.random() < 0.5:
        patch = patch[..., rng.permutation(3)]
    if rng.random() < 0.3:
        patch = patch @ _hue_rotation(rng.uniform(-np.pi, np.pi))
    if rng.random() < 0.4:
        luma = patch @ LUMA[:, None]
        patch = (patch - luma) * np.float32(rng.uniform(0.5, 2.0)) + luma
    patch = patch.clip(0, 1)
    if rng.random() < 0.3:
        patch = np.power(patch, np.float32(np.exp(rng.uniform(-0.4, 0.4))))
    return patch


def _hue_rotation(angle: float) -> NDArray[np.float32]:
    """(3, 3) rotation about the gray axis (Rodrigues' formula with axis (1, 1, 1) / sqrt 3)."""
    cross = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3)
    mean = np.full((3, 3), 1 / 3)
    rotation = np.cos(angle) * np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * mean
    return rotation.T.astype(np.float32)
