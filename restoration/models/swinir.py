"""Load a SwinIR checkpoint, official or of the same make.

The network is in `swinir_network`, the catalogue of official checkpoints in `swinir_catalogue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from restoration.errors import BadWeights
from restoration.models.swinir_config import RECOMPUTED, REMEDY, read_config
from restoration.models.swinir_network import SwinIR
from restoration.models.weights import WRAPPERS, read_state_dict


def load_swinir(source: str | Path | Mapping[str, Tensor]) -> SwinIR:
    """Build the network that a checkpoint was made for; NCHW in [0, 1], any size.

    `source` is a `.pth` or `.safetensors` file or a state dict, bare or under `params_ema`,
    `params` or `state_dict`. Variant, depth, width, window and scale are read off the tensors.
    The result is in evaluation mode, float32, on the CPU, its parameters frozen.

    Raises BadWeights for a file that is no SwinIR, is cut short, or holds NaN or infinity.
    """
    state = _unwrapped(source) if isinstance(source, Mapping) else read_state_dict(Path(source))
    state = {name: t for name, t in state.items() if not name.endswith(RECOMPUTED)}
    config = read_config(state)
    with torch.device("meta"):
        network = SwinIR(config)
    _refuse_mismatch(network, state)
    network.to_empty(device="cpu").load_state_dict(state)
    _refuse_non_finite(network)
    _keep_chunks_in_the_heap()
    # nn.Module.to takes a memory format, though its type stubs do not say so.
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network.eval().requires_grad_(False)


def is_swinir(state: Mapping[str, Tensor]) -> bool:
    """Whether these tensors carry SwinIR's names; they may still not be whole."""
    return "conv_first.weight" in state and any(
        name.endswith("attn.relative_position_bias_table") for name in state
    )


def _unwrapped(source: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    for wrapper in WRAPPERS:
        inner = source.get(wrapper)
        if isinstance(inner, Mapping):
            return inner
    return source


def _refuse_mismatch(network: SwinIR, state: Mapping[str, Tensor]) -> None:
    """Compare names and shapes with those that the configuration asks for."""
    wanted = {name: tuple(p.shape) for name, p in network.state_dict().items()}
    found = {name: tuple(t.shape) for name, t in state.items()}
    if wanted == found:
        return
    missing = sorted(wanted.keys() - found.keys())
    unknown = sorted(found.keys() - wanted.keys())
    reshaped = sorted(n for n in wanted.keys() & found.keys() if wanted[n] != found[n])
    faults = (("missing", missing), ("unknown", unknown), ("of another shape", reshaped))
    raise BadWeights(
        "These weights do not make one whole SwinIR",
        actual="; ".join(f"{len(n)} {what}, such as {n[0]}" for what, n in faults if n),
        expected=f"{len(wanted)} parameters for {network.config}",
        remedy=REMEDY,
    )


def _refuse_non_finite(network: SwinIR) -> None:
    for name, parameter in network.named_parameters():
        if not torch.isfinite(parameter).all():
            bad = int((~torch.isfinite(parameter)).sum())
            raise BadWeights(
                "These weights hold numbers that are not finite",
                actual=f"{bad} of {parameter.numel()} in {name}",
                expected="finite parameters",
                remedy=REMEDY,
            )


def _keep_chunks_in_the_heap() -> None:
    """Make the C allocator keep the blocks of a chunk instead of handing them back each time.

    glibc learns from the largest block that was freed, up to 32 MiB, how large a block it should
    keep; without this, a tenth of the time can go into page faults. Elsewhere it does nothing.
    """
    torch.empty(31 << 20, dtype=torch.uint8)
