"""Downstream use: a segmenter taught with real fields, or with synthetic ones beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from evaluation.synthesis.segmenter import MULTIPLE, Segmenter
from restoration.synthesis.batches import Batches
from restoration.synthesis.conditions import Condition, Polygons
from restoration.synthesis.fields import Field
from restoration.synthesis.generator import Generator
from restoration.synthesis.recipe import Recipe
from restoration.synthesis.tissues import Tissue

BATCH = 8
RATE = 1e-3
SMALLEST_WEIGHT = 0.02
"""Share of pixels below which a rare class is not weighted up any further."""


@dataclass(frozen=True)
class Synthetic:
    """Where synthetic crops come from."""

    generator: Generator
    condition: Condition


@dataclass(frozen=True)
class Segmented:
    """How a segmenter did on held-out fields."""

    dice: tuple[float, ...]
    """By class code, over the pixels of all fields."""
    iou: tuple[float, ...]
    positive_error: float | None
    """Mean over fields of how far the share of the last class of nuclei among all classes of
    nuclei is off, 0 to 1; None for a tissue with a single such class."""


def train_segmenter(
    fields: Sequence[Field],
    tissue: Tissue,
    synthetic: Synthetic | None,
    steps: int,
    seed: int,
    crop: int = 64,
) -> Segmenter:
    """Teach a segmenter the region maps; every arm sees the same number of crops.

    Without `synthetic` all crops are real. With it every second step draws crops from the maps of
    the same fields, turned, mirrored and with noise of their own. Cross entropy weighted by the
    inverse root of class shares, Adam, rate falling to nothing.
    """
    torch.manual_seed(seed)
    segmenter = Segmenter(len(tissue.classes)).train()
    optimiser = torch.optim.Adam(segmenter.parameters(), lr=RATE)
    weights = _class_weights(fields, tissue)
    truth = Batches(fields, tissue, Recipe((Polygons(),), crop=crop, batch=BATCH), seed)
    told = None
    if synthetic:
        recipe = Recipe((synthetic.condition,), crop=crop, batch=BATCH)
        told = Batches(fields, tissue, recipe, seed)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * (1 - step / steps)
        labels, image = truth[step]
        if told is not None and synthetic is not None and step % 2:
            # The same seed and step draw the same crops of the map, here with noise in them.
            with torch.no_grad():
                image = synthetic.generator(told[step].told)
        loss = F.cross_entropy(segmenter(image), labels.long(), weights)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
    return segmenter.eval()


def judge_segmenter(segmenter: Segmenter, fields: Sequence[Field], tissue: Tissue) -> Segmented:
    """Dice and IoU of each class and the error of the positive share, on whole fields."""
    classes = len(tissue.classes)
    confusion = np.zeros((classes, classes), np.int64)
    errors = []
    for field in fields:
        found = _segment(segmenter, field.image)
        own = np.bincount(
            field.polygons.ravel().astype(np.int64) * classes + found.ravel(),
            minlength=classes**2,
        ).reshape(classes, classes)
        confusion += own
        errors.append(abs(_share(own.sum(axis=1), tissue) - _share(own.sum(axis=0), tissue)))
    hit = np.diag(confusion).astype(float)
    both = confusion.sum(axis=0) + confusion.sum(axis=1)
    dice = np.divide(2 * hit, both, out=np.ones_like(hit), where=both > 0)
    iou = np.divide(hit, both - hit, out=np.ones_like(hit), where=both > 0)
    has_positive = len(tissue.nuclei_codes) > 1
    return Segmented(
        tuple(map(float, dice)),
        tuple(map(float, iou)),
        float(np.mean(errors)) if has_positive else None,
    )


def _segment(segmenter: Segmenter, image: NDArray[np.uint8]) -> NDArray[np.int64]:
    height, width = image.shape[:2]
    padding = ((0, -height % MULTIPLE), (0, -width % MULTIPLE), (0, 0))
    padded = np.pad(image, padding, mode="edge")
    with torch.inference_mode():
        pixels = torch.from_numpy(padded).permute(2, 0, 1)[None].float() / 255
        scores: Tensor = segmenter(pixels)
    return scores[0, :, :height, :width].argmax(dim=0).numpy()


def _share(pixels: NDArray[np.int64], tissue: Tissue) -> float:
    """Share of the last class of nuclei among all classes of nuclei; 0 where there is none."""
    every = pixels[list(tissue.nuclei_codes)].sum()
    return float(pixels[tissue.nuclei_codes[-1]] / every) if every else 0.0


def _class_weights(fields: Sequence[Field], tissue: Tissue) -> Tensor:
    counts = np.sum(
        [np.bincount(each.polygons.ravel(), minlength=len(tissue.classes)) for each in fields],
        axis=0,
    )
    shares = np.maximum(counts / counts.sum(), SMALLEST_WEIGHT)
    weights = shares**-0.5
    return torch.tensor(weights / weights.mean(), dtype=torch.float32)
