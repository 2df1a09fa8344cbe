"""5. Windows must talk to each other: the shift, and what becomes of window borders without it."""

from __future__ import annotations

import numpy as np

from restoration.explanation.ablations import Part
from restoration.explanation.colours import CHOSEN, LIMIT
from restoration.explanation.examined import Examined
from restoration.explanation.section import Chart, Choice, Figure, Section, Series, Style
from restoration.models.swinir_network import SwinIR
from restoration.pages.page import Pixels


def reach(examined: Examined) -> Section:
    """The model with and without what carries information over a distance."""
    subject = examined.subject
    whole = Choice(
        "restored", "As it is", examined.restored, f"{examined.psnr:.1f} dB", examined.psnr
    )
    techniques = examined.of(Part.REACH)
    if not techniques:
        return Section(
            5,
            "shift",
            "Windows must talk",
            f"{examined.name} knows no windows: it treats every place alike, and there is no "
            "border to hide.",
            Figure(None, "dB", f"does not apply to {examined.name}"),
            (whole,),
        )
    technique = techniques[0]
    image = technique.run(subject.noisy, examined.level)
    score = subject.score(image)
    loss = examined.psnr - score
    off = Choice(
        technique.id, technique.label, image, f"{technique.caption}: {score:.1f} dB", score
    )
    module = None if examined.network is None else examined.network.module
    if not isinstance(module, SwinIR):
        return Section(
            5,
            "shift",
            "Far places must talk",
            "A U-Net has no windows. It sees far through its coarse scales; without them a pixel "
            f"knows its nearest neighbours alone, and {loss:.1f} dB are lost.",
            Figure(loss, "dB", "lost without the coarse scales"),
            (whole, off),
            note="Switched off in the trained network.",
            data={"losses": {technique.id: loss}},
        )
    window = module.config.window
    kept, lost = (step_energy(each - subject.noisy, window) for each in (examined.restored, image))
    ratio_kept, ratio_lost = border_ratio(kept), border_ratio(lost)
    offsets = tuple(float(n) for n in range(window))
    return Section(
        5,
        "shift",
        "Windows must talk",
        f"Attention stays within windows of {window} x {window} pixels. Every second layer shifts "
        "them by half, so that news crosses the borders. Without the shift, what the model "
        f"changes jumps {ratio_lost:.2f} times as much at a border as inside ({ratio_kept:.2f} "
        "times with it).",
        Figure(loss, "dB", "lost without the shift"),
        (whole, off),
        (
            Chart(
                "Jumps of the correction, by place within a window",
                "pixels from the window's border",
                "energy of steps, over its mean",
                (
                    Series("with the shift", offsets, tuple(kept), CHOSEN, Style.BARS),
                    Series("without", offsets, tuple(lost), LIMIT, Style.BARS),
                ),
            ),
        ),
        note="Switched off in the trained network. The paper gives no figure for the shift; Swin "
        "Transformer's own ablations (Liu et al. 2021, table 4) lead one to expect a loss.",
        data={
            "losses": {technique.id: loss},
            "borderRatio": ratio_kept,
            "borderRatioWithoutShift": ratio_lost,
        },
    )


def step_energy(change: Pixels, window: int) -> list[float]:
    """Mean squared step of (H, W, C) across lines by their place in a window; mean 1.

    The first is across window borders.
    """
    energy = np.zeros(window)
    counts = np.zeros(window)
    for axis in (0, 1):
        steps = np.square(np.diff(change, axis=axis), dtype=np.float64)
        by_line = steps.mean(axis=(1 - axis, 2))
        # Step i lies between pixels i and i + 1: the line before pixel i + 1.
        places = np.arange(1, len(by_line) + 1) % window
        energy += np.bincount(places, by_line, minlength=window)
        counts += np.bincount(places, minlength=window)
    means = energy / np.maximum(counts, 1)
    return [float(value) for value in means / max(float(means.mean()), 1e-12)]


def border_ratio(energy: list[float]) -> float:
    """Step energy at the border over that at the other lines."""
    return energy[0] / max(float(np.mean(energy[1:])), 1e-12)
