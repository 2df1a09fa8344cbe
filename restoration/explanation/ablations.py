"""Techniques of a network switched off one at a time, in the trained network itself.

A part is left out by a hook or by weights set aside for the time of a run; nothing is trained
again. The loss therefore says how much this network leans on the part, which is more than it
would lose had it been trained without: published ablations do train anew.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum

from restoration.explanation.switches import (
    centre_alone,
    forward,
    plain,
    residual_blocks,
    unshifted,
    without_block_convolution,
    without_block_skip,
    without_coarse_scales,
    without_content,
    without_long_skip,
    without_unet_blocks,
    without_unet_skips,
)
from restoration.models.network import Network
from restoration.models.swinir_network import SwinIR
from restoration.models.unet import ResidualBlock as UNetBlock
from restoration.models.unet import UNet
from restoration.pages.page import Pixels


class Part(Enum):
    """The idea that an ablation belongs to; the value is the section it stands in."""

    LONG_SKIP = 3
    CONTENT = 4
    REACH = 5
    CONVOLUTION = 6


@dataclass(frozen=True)
class Ablation:
    """One technique, and how to run a network without it."""

    id: str
    part: Part
    label: str
    caption: str
    run: Callable[[Pixels, float | None], Pixels]
    """Restore (H, W, C) without the technique."""


def ablations(network: Network) -> tuple[Ablation, ...]:
    """What can be switched off in this network; empty for an architecture not known here."""
    module = network.module
    if isinstance(module, SwinIR):
        return _of_swinir(network, module)
    if isinstance(module, UNet):
        return _of_unet(network, module)
    return ()


def _of_swinir(network: Network, module: SwinIR) -> tuple[Ablation, ...]:
    def within(off: Callable[[SwinIR], AbstractContextManager[None]]) -> Callable[..., Pixels]:
        def run(pixels: Pixels, level: float | None) -> Pixels:
            with off(module):
                return plain(network, pixels, level)

        return run

    def without_shift(pixels: Pixels, level: float | None) -> Pixels:
        return forward(network, module, pixels, unshifted(module, pixels.shape[:2]))

    return (
        Ablation(
            "no-long-skip",
            Part.LONG_SKIP,
            "Without the long skip",
            "The shallow features no longer reach the end",
            within(without_long_skip),
        ),
        Ablation(
            "no-content",
            Part.CONTENT,
            "Without looking at content",
            "Queries set to zero: each pixel averages by position alone",
            within(without_content),
        ),
        Ablation(
            "no-shift",
            Part.REACH,
            "Without the shift",
            "Every layer uses the same windows, so that neighbours across a border never meet",
            without_shift,
        ),
        Ablation(
            "no-convolution",
            Part.CONVOLUTION,
            "Without the convolution",
            "The convolution at the end of each block is passed by",
            within(without_block_convolution),
        ),
        Ablation(
            "one-by-one",
            Part.CONVOLUTION,
            "Its centre alone",
            "Each 3x3 convolution keeps its middle weights: it no longer sees neighbours",
            within(lambda each: centre_alone(block.conv for block in residual_blocks(each))),
        ),
        Ablation(
            "no-block-skip",
            Part.CONVOLUTION,
            "Without the skip around blocks",
            "Each block replaces its input in place of correcting it",
            within(without_block_skip),
        ),
    )


def _of_unet(network: Network, module: UNet) -> tuple[Ablation, ...]:
    def within(off: Callable[[UNet], AbstractContextManager[None]]) -> Callable[..., Pixels]:
        def run(pixels: Pixels, level: float | None) -> Pixels:
            with off(module):
                return plain(network, pixels, level)

        return run

    return (
        Ablation(
            "no-long-skip",
            Part.LONG_SKIP,
            "Without the skips",
            "What was seen at full size no longer reaches the way up",
            within(without_unet_skips),
        ),
        Ablation(
            "no-coarse",
            Part.REACH,
            "Without the coarse scales",
            "Nothing is seen further than a few pixels away",
            within(without_coarse_scales),
        ),
        Ablation(
            "one-by-one",
            Part.CONVOLUTION,
            "Their centres alone",
            "The second 3x3 convolution of each block keeps its middle weights alone",
            within(
                lambda each: centre_alone(
                    block.second for block in each.modules() if isinstance(block, UNetBlock)
                )
            ),
        ),
        Ablation(
            "no-convolution",
            Part.CONVOLUTION,
            "Without the blocks",
            "Every residual block passes its input on unchanged",
            within(without_unet_blocks),
        ),
    )
