"""Tell an architecture from the names and shapes of its tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from restoration.errors import BadWeights
from restoration.models.card import Task
from restoration.models.dncnn import DnCNN, dncnn_from, is_dncnn
from restoration.models.ffdnet import FFDNet, ffdnet_from, is_ffdnet
from restoration.models.foreign import load_foreign
from restoration.models.restorer import Descriptor, LevelKind
from restoration.models.swinir import is_swinir, load_swinir
from restoration.models.unet import UNet, is_unet, unet_from

State = Mapping[str, Tensor]


@dataclass(frozen=True)
class Detected:
    """A network built from a state dict, and what the state dict tells about it."""

    architecture: str
    module: nn.Module
    descriptor: Descriptor
    """Levels are those of the architecture; the card of known weights narrows them."""
    task: Task
    takes_level: bool


@dataclass(frozen=True)
class Architecture:
    """How one architecture is recognised and built."""

    name: str
    matches: Callable[[State], bool]
    build: Callable[[State], Detected]


def detect(state: State) -> Detected:
    """Build the network that `state` belongs to.

    Raises BadWeights where no architecture fits, or where one does and the tensors are not whole.
    """
    for architecture in ARCHITECTURES:
        if architecture.matches(state):
            return architecture.build(state)
    foreign = load_foreign(state)
    if foreign is not None:
        facts = foreign.descriptor
        return Detected(foreign.architecture, foreign, facts, _task(facts.scale), takes_level=False)
    names = list(state)
    raise BadWeights(
        "No architecture known here has these tensors",
        actual=f"{len(names)} tensors: {', '.join(names[:4])}{', ...' if len(names) > 4 else ''}",
        expected=", ".join(architecture.name for architecture in ARCHITECTURES),
        remedy="pip install spandrel adds about forty architectures",
    )


def _dncnn(state: State) -> Detected:
    module: DnCNN = dncnn_from(state)
    # bf16 costs 0.09 dB on CBSD68 at sigma 25, and FFDNet 0.02 dB.
    descriptor = Descriptor(channels=(module.channels,), halo=module.halo, dtypes=("fp32", "bf16"))
    return Detected("DnCNN", module, descriptor, Task.DENOISE, module.takes_level)


def _ffdnet(state: State) -> Detected:
    module: FFDNet = ffdnet_from(state)
    descriptor = Descriptor(
        channels=(module.channels,),
        halo=module.halo,
        multiple=module.multiple,
        dtypes=("fp32", "bf16"),
        level=LevelKind.SIGMA,
        level_range=(0.0, 75.0),
    )
    return Detected("FFDNet", module, descriptor, Task.DENOISE, module.takes_level)


def _unet(state: State) -> Detected:
    module: UNet = unet_from(state)
    channels = module.config.channels
    descriptor = Descriptor(
        channels=(1, 3) if channels == 3 else (channels,),
        halo=module.halo,
        multiple=module.config.multiple,
        dtypes=("fp32", "bf16"),
        level=LevelKind.SIGMA,
        level_range=(0.0, 75.0),
    )
    return Detected("U-Net", module, descriptor, Task.DENOISE, module.takes_level)


def _swinir(state: State) -> Detected:
    module = load_swinir(state)
    config = module.config
    task = Task.JPEG if config.scale == 1 and config.value_range != 1 else _task(config.scale)
    return Detected("SwinIR", module, module.descriptor, task, takes_level=False)


def _task(scale: int) -> Task:
    return Task.SUPER_RESOLUTION if scale > 1 else Task.DENOISE


ARCHITECTURES = (
    Architecture("DnCNN", is_dncnn, _dncnn),
    Architecture("FFDNet", is_ffdnet, _ffdnet),
    Architecture("SwinIR", is_swinir, _swinir),
    Architecture("U-Net", is_unet, _unet),
)
"""No two match the same tensors, so their order is only that of the error message."""
