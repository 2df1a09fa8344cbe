"""2. Predict the correction, not the picture: the global residual."""

from __future__ import annotations

import numpy as np

from restoration.explanation.examined import Examined
from restoration.explanation.section import Choice, Figure, Section
from restoration.models.swinir_network import SwinIR
from restoration.models.unet import UNet
from restoration.pages.page import Pixels

HAVE_IT = (SwinIR, UNet)


def correction(examined: Examined) -> Section:
    """Input, correction and their sum; and the answer without the skip from input to output."""
    subject = examined.subject
    change = examined.restored - subject.noisy
    gain = _gain(change)
    choices = [
        Choice(
            "input",
            "Input",
            subject.noisy,
            f"{subject.score(subject.noisy):.1f} dB: what the model is given",
            subject.score(subject.noisy),
        ),
        Choice(
            "correction",
            "Correction",
            np.clip(0.5 + gain * change, 0, 1).astype(np.float32),
            f"what the model adds, {gain:g} times stronger around gray",
        ),
        Choice(
            "restored",
            "Restored",
            examined.restored,
            f"{examined.psnr:.1f} dB: input plus correction",
            examined.psnr,
        ),
        Choice("truth", "Truth", subject.truth, "what the results are scored against"),
    ]
    share = float(np.sqrt(np.mean(change**2) / max(np.mean(subject.noisy**2), 1e-12)))
    module = None if examined.network is None else examined.network.module
    if not isinstance(module, HAVE_IT):
        return Section(
            2,
            "correction",
            "Predict the correction, not the picture",
            f"{examined.name} has no such skip inside; what it changed is small all the same: "
            f"{100 * share:.0f} % of the picture's strength.",
            Figure(100 * share, "%", "of the picture's strength was changed"),
            tuple(choices),
            note="Networks of today predict this small change and add it to their input.",
            data={"shareOfPicture": share},
        )
    alone = subject.score(change)
    choices.append(
        Choice(
            "no-skip",
            "Without the skip",
            np.clip(change, 0, 1),
            f"{alone:.1f} dB: the network's own answer is no picture at all",
            alone,
        )
    )
    return Section(
        2,
        "correction",
        "Predict the correction, not the picture",
        f"The network only works out what to change, {100 * share:.0f} % of the picture's "
        "strength, and adds it to its input. Whatever it leaves alone stays exactly as it was.",
        Figure(examined.psnr - alone, "dB", "lost without the skip from input to output"),
        tuple(choices),
        note="Switched off in the trained network. A network trained without the skip would have "
        "to draw the whole picture itself.",
        data={"shareOfPicture": share, "loss": examined.psnr - alone},
    )


def _gain(change: Pixels) -> float:
    reach = 3 * float(change.std())
    return float(max((gain for gain in (1, 2, 5, 10, 20) if gain * reach <= 0.5), default=1))
