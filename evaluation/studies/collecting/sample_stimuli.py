"""Stimuli for whoever has none at hand: the sample scans and what models make of them."""

from __future__ import annotations

import numpy as np

from evaluation.studies.collecting.creation import StimulusSpec
from evaluation.studies.collecting.items import Role
from evaluation.studies.collecting.stimuli import Picture
from restoration.api import load_model
from restoration.batch import page_reader
from restoration.fidelity import psnr
from restoration.pages import Pixels
from restoration.progress import Progress, Report, silent
from restoration.samples import SAMPLES

MODELS = ("unet-denoise", "wavelet", "median")
CHARACTERISTICS = {
    "book-page": ("noise", "text"),
    "invoice": ("compression", "text"),
    "note": ("noise", "handwriting"),
    "moon": ("noise", "low contrast"),
    "tissue": ("noise", "fine texture"),
    "photograph": ("noise", "fine texture"),
}
HEIGHT, WIDTH = 400, 560
"""Of the part that is shown: two fit beside each other on a laptop."""


def sample_stimuli(report: Report = silent) -> list[StimulusSpec]:
    """Each sample scan: the clean original as reference, the scan itself, and restorations."""
    models = {id: load_model(id) for id in MODELS}
    specs = []
    for number, sample in enumerate(SAMPLES):
        report(Progress(number / len(SAMPLES), f"restoring {sample.title}"))
        scan = _middle(page_reader().read(sample.path, 0).pixels)
        clean = _middle(page_reader().read(sample.clean_path, 0).pixels)
        made = {"identity": scan}
        made |= {id: model.restore(scan).pixels for id, model in models.items()}
        said = CHARACTERISTICS.get(sample.id, ())
        specs.append(
            StimulusSpec(_seen(clean), sample.id, "original", Role.REFERENCE, characteristics=said)
        )
        for id, pixels in made.items():
            metrics = {"psnr": round(float(psnr(clean, np.clip(pixels, 0, 1))), 3)}
            specs.append(
                StimulusSpec(_seen(pixels), sample.id, id, characteristics=said, metrics=metrics)
            )
    return specs


def _middle(pixels: Pixels) -> Pixels:
    top = max(0, (pixels.shape[0] - HEIGHT) // 2)
    left = max(0, (pixels.shape[1] - WIDTH) // 2)
    return np.ascontiguousarray(pixels[top : top + HEIGHT, left : left + WIDTH])


def _seen(pixels: Pixels) -> Picture:
    return np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
