"""6. A convolution at the end of each block: neighbours, wherever they are."""

from __future__ import annotations

from restoration.explanation.ablations import Part
from restoration.explanation.examined import Examined
from restoration.explanation.published import BLOCK_CONVOLUTION
from restoration.explanation.section import Choice, Figure, Section
from restoration.models.swinir_network import SwinIR


def blocks(examined: Examined) -> Section:
    """Blocks without their convolution, with its centre alone, and without their skip."""
    subject = examined.subject
    choices = [
        Choice("restored", "As it is", examined.restored, f"{examined.psnr:.1f} dB", examined.psnr)
    ]
    losses: dict[str, float] = {}
    for each in examined.of(Part.CONVOLUTION):
        image = each.run(subject.noisy, examined.level)
        score = subject.score(image)
        losses[each.id] = examined.psnr - score
        choices.append(Choice(each.id, each.label, image, f"{each.caption}: {score:.1f} dB", score))
    if not losses:
        return Section(
            6,
            "convolution",
            "A convolution keeps neighbours together",
            f"{examined.name} has no blocks that end in a convolution.",
            Figure(None, "dB", f"does not apply to {examined.name}"),
            tuple(choices),
            published=BLOCK_CONVOLUTION,
        )
    swin = examined.network is not None and isinstance(examined.network.module, SwinIR)
    if swin:
        sentence = (
            "Attention knows what is alike, a convolution knows who is next to whom, and treats "
            f"every place the same. Passing it by costs {losses['no-convolution']:.1f} dB in this "
            f"trained network, keeping its centre alone {losses['one-by-one']:.1f} dB."
        )
    else:
        sentence = (
            "This network is made of convolutions throughout: without its blocks "
            f"{losses['no-convolution']:.1f} dB are lost, with the centres of their second "
            f"convolutions alone {losses['one-by-one']:.1f} dB."
        )
    return Section(
        6,
        "convolution",
        "A convolution keeps neighbours together",
        sentence,
        Figure(losses["no-convolution"], "dB", "lost without the convolutions of the blocks"),
        tuple(choices),
        published=BLOCK_CONVOLUTION,
        note="Measured: switched off in the trained network. Published: trained anew without the "
        "part, so that the rest could make up for it; the losses are therefore far smaller, and "
        "only their sign and order compare.",
        data={"losses": losses},
    )
