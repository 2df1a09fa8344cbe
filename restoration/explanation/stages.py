"""3. Shallow features carry the coarse picture; blocks add the fine correction (long skip)."""

from __future__ import annotations

import numpy as np

from restoration.explanation.ablations import Part
from restoration.explanation.bands import CENTRES, power, ring_sums, spectra
from restoration.explanation.colours import CHOSEN
from restoration.explanation.examined import Examined
from restoration.explanation.inside import Inside, Stage
from restoration.explanation.section import Chart, Choice, Figure, Section, Series, Style
from restoration.pages.page import Pixels

COARSE = 0.125
"""Cycles per pixel below which detail counts as coarse: eight pixels and more."""
CLEAR = 0.05
"""A difference of shares that is worth a word."""
_SHADES = (1, 7, 2, 4, 6, 3, 5)


def stages(examined: Examined) -> Section:
    """Feature spectra after each part, a stepper through them, and the long skip off."""
    inside = examined.inside
    if inside is None:
        return _not_here(examined)
    subject = examined.subject
    shares = [coarse_share(stage.features, stage.stride) for stage in inside.stages]
    choices: list[Choice] = []
    for number, (stage, share) in enumerate(zip(inside.stages, shares, strict=True)):
        caption = (
            f"{100 * share:.0f} % of the features' power is coarse"
            if stage.stride * COARSE < 0.5
            else "at this size there is room for coarse detail alone"
        )
        value = None
        if stage.exit is not None:
            value = subject.score(stage.exit)
            caption += f"; if the network stopped here: {value:.1f} dB"
        picture = activity(stage, subject.noisy.shape) if stage.exit is None else stage.exit
        choices.append(Choice(f"stage-{number}", stage.label, picture, caption, value))
    losses = {}
    for each in examined.of(Part.LONG_SKIP):
        image = each.run(subject.noisy, examined.level)
        score = subject.score(image)
        losses[each.id] = examined.psnr - score
        choices.append(Choice(each.id, each.label, image, f"{each.caption}: {score:.1f} dB", score))
    added = None if inside.added is None else coarse_share(inside.added, 1)
    return Section(
        3,
        "stages",
        "The coarse picture takes a short way",
        _sentence(inside, shares, added),
        Figure(
            next(iter(losses.values()), None), "dB", "lost without the long skip past the blocks"
        ),
        tuple(choices),
        (_chart(inside),),
        note="Pictures after each block show what the last layers would make of it; where they "
        "cannot, how active the features are. The skip is switched off in the trained network.",
        data={
            "coarseShares": dict(zip([s.label for s in inside.stages], shares, strict=True)),
            "coarseShareAdded": added,
            "losses": losses,
        },
    )


def coarse_share(features: Pixels, stride: int) -> float:
    """Share of the power of (H, W, F) features, means taken off, below `COARSE`."""
    sums = ring_sums(np.square(np.abs(spectra(features))))
    coarse = np.array(CENTRES) / stride < COARSE
    return float(sums[coarse].sum() / max(sums.sum(), 1e-12))


def activity(stage: Stage, shape: tuple[int, ...]) -> Pixels:
    """(H, W, 1) root mean square over the features, mean taken off, enlarged to the image."""
    centred = stage.features - stage.features.mean(axis=(0, 1))
    strength = np.sqrt(np.square(centred).mean(axis=2))
    strength = strength / max(float(np.quantile(strength, 0.99)), 1e-12)
    image = strength.repeat(stage.stride, axis=0).repeat(stage.stride, axis=1)
    return np.clip(image[: shape[0], : shape[1], None], 0, 1).astype(np.float32)


def _sentence(inside: Inside, shares: list[float], added: float | None) -> str:
    if added is None:
        return (
            "The network looks at the picture at several sizes: coarse scales see far, fine ones "
            "keep edges, and skips carry the fine ones past the coarse."
        )
    if added < shares[0] - CLEAR:
        return (
            f"After the first convolution {100 * shares[0]:.0f} % of the power is coarse; of what "
            f"the blocks add only {100 * added:.0f} %. The coarse picture goes past them by the "
            "long skip, and they work on fine detail."
        )
    return (
        f"After the first convolution {100 * shares[0]:.0f} % of the power is coarse; of what the "
        f"blocks add {100 * added:.0f} %. The paper describes blocks that work on fine detail "
        "alone; in this network they work on the coarse picture as well."
    )


def _chart(inside: Inside) -> Chart:
    series = []
    for number, stage in enumerate(inside.stages):
        spectrum = power(stage.features)
        level = 10 * np.log10(np.maximum(spectrum / spectrum.mean(), 1e-6))
        x = tuple(centre / stage.stride for centre in CENTRES)
        series.append(
            Series(stage.label, x, tuple(map(float, level)), _SHADES[number % len(_SHADES)])
        )
    if inside.added is not None:
        spectrum = power(inside.added)
        level = 10 * np.log10(np.maximum(spectrum / spectrum.mean(), 1e-6))
        series.append(
            Series("what the blocks add", CENTRES, tuple(map(float, level)), CHOSEN, Style.DASHED)
        )
    return Chart(
        "Where the power of the features lies",
        "cycles per pixel",
        "power over its mean, dB",
        tuple(series),
        ((COARSE, "coarse"),),
    )


def _not_here(examined: Examined) -> Section:
    image = examined.restored
    return Section(
        3,
        "stages",
        "The coarse picture takes a short way",
        f"{examined.name} has no features to step through: this idea belongs to networks.",
        Figure(None, "dB", f"does not apply to {examined.name}"),
        (Choice("restored", "Restored", image, f"{examined.psnr:.1f} dB", examined.psnr),),
        note="Choose a SwinIR or the U-Net to see it.",
    )
