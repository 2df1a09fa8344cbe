"""A neural network as a restorer: arrays in and out, on a device, in a precision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, cast

import torch
from torch import Tensor, nn

from restoration.errors import UsageError
from restoration.models.restorer import Batch, Descriptor

GPU_BATCH = 8
"""Tiles at a time: one tile of a small network does not fill a GPU."""
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


class LevelNetwork(Protocol):
    """A network that is told the noise level.

    It takes (N, C, H, W) float32 pixels of any size and one sigma (0-255) for each image, or
    None; it computes in the dtype of its weights and returns float32.
    """

    def __call__(self, x: Tensor, sigma: Tensor | None) -> Tensor:
        """Restore (N, C, H, W)."""
        ...


@dataclass(frozen=True)
class Network:
    """A network, placed on a device and set to a precision by `place`."""

    module: nn.Module
    descriptor: Descriptor
    takes_level: bool
    """Whether the module follows `LevelNetwork`; otherwise it is called with pixels alone."""
    device: str = "cpu"
    dtype: str = "fp32"

    def __call__(self, batch: Batch, level: float | None) -> Batch:
        """Restore (N, H, W, C) tiles; (N, H * scale, W * scale, C) float32, unclipped.

        An array in this order is a channels-last tensor already, which is the order in which
        convolutions are fastest; nothing is copied on the CPU.
        """
        with torch.inference_mode():
            pixels = torch.from_numpy(batch).permute(0, 3, 1, 2).to(self.device)
            restored = self._run(pixels, level).float()
            return restored.permute(0, 2, 3, 1).contiguous().cpu().numpy()

    def _run(self, pixels: Tensor, level: float | None) -> Tensor:
        if not self.takes_level:
            return cast(Tensor, self.module(pixels))
        sigma = None if level is None else pixels.new_full((pixels.shape[0],), level)
        return cast(LevelNetwork, self.module)(pixels, sigma)


def place(
    module: nn.Module,
    descriptor: Descriptor,
    *,
    takes_level: bool,
    device: str = "auto",
    dtype: str = "auto",
) -> Network:
    """Move `module` to a device and precision.

    "auto" takes CUDA, then Apple's MPS, then the CPU; and bf16 where the model is proven in it and
    the processor computes in it, otherwise fp32. Raises UsageError for a device that is not there
    or a precision that the model was not proven in.
    """
    chosen_device = choose_device(device)
    chosen_dtype = choose_dtype(dtype, descriptor, chosen_device)
    module = module.eval().requires_grad_(False).to(chosen_device, DTYPES[chosen_dtype])
    module.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # not in its stubs
    batch = 1 if chosen_device == "cpu" else GPU_BATCH
    return Network(
        module, replace(descriptor, batch=batch), takes_level, chosen_device, chosen_dtype
    )


def choose_device(asked: str) -> str:
    """The device to run on; raises UsageError where the one asked for is not there."""
    there = ["cpu"]
    if torch.backends.mps.is_available():
        there.insert(0, "mps")
    if torch.cuda.is_available():
        there.insert(0, "cuda")
    if asked == "auto":
        return there[0]
    if asked.partition(":")[0] not in there:
        raise UsageError(
            "This device is not on this machine",
            actual=asked,
            expected=" or ".join(there),
            remedy="Choose auto to take the fastest one there is",
        )
    return asked


def choose_dtype(asked: str, descriptor: Descriptor, device: str) -> str:
    """The precision to compute in; raises UsageError for one that the model is not proven in."""
    if asked == "auto":
        return "bf16" if "bf16" in descriptor.dtypes and _computes_bf16(device) else "fp32"
    if asked not in descriptor.dtypes:
        raise UsageError(
            "This model was not proven in this precision",
            actual=asked,
            expected=" or ".join(descriptor.dtypes),
        )
    return asked


def _computes_bf16(device: str) -> bool:
    """Whether bf16 is arithmetic there, not an emulation that is slower than fp32."""
    if device.startswith("cuda"):
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device == "cpu":
        return bool(
            torch.backends.cpu.get_cpu_capability()
            and (torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())
        )
    return False
