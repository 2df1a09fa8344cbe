"""Read weights files without ever running what is in them."""

from __future__ import annotations

import hashlib
import pickle
import struct
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from restoration.errors import BadWeights

WRAPPERS = ("params_ema", "params", "state_dict")
"""Keys under which training programs put the weights, the one to prefer first."""

_EXPECTED = "a .safetensors file, or a .pth or .pt file that holds tensors only"
_SNIFFED = 512


class Container(Enum):
    """How a weights file stores its tensors, told by its first bytes and not by its name."""

    SAFETENSORS = "safetensors"
    TORCH = "PyTorch"


def read_state_dict(path: Path) -> dict[str, Tensor]:
    """The tensors of a `.safetensors`, `.pth` or `.pt` file, on the CPU, by name.

    Unwraps `params_ema`, `params` or `state_dict`, and the `module.` that data-parallel training
    puts before names. Raises BadWeights for a file that is not weights, is cut short, holds
    anything but tensors, or holds numbers that are not finite.
    """
    reader = _read_torch if _container(path) is Container.TORCH else _read_safetensors
    stored = reader(path)
    state = _unwrapped(stored, path)
    _refuse_what_is_not_finite(state, path)
    return state


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path: Path, expected: str) -> None:
    """Raise BadWeights unless the file's SHA-256 is the expected one."""
    actual = sha256_of(path)
    if actual != expected:
        raise BadWeights(
            f"{path.name} is not the file that was published or pinned",
            actual=f"sha-256 {actual}",
            expected=f"sha-256 {expected}",
            remedy=f"Delete {path} and run again to fetch it anew",
        )


def _container(path: Path) -> Container:
    try:
        with path.open("rb") as file:
            start = file.read(_SNIFFED)
    except OSError as failure:
        raise BadWeights(
            f"{path.name} cannot be opened",
            actual=failure.strerror or str(failure),
            expected=_EXPECTED,
        ) from failure
    if start.startswith((b"PK\x03\x04", b"\x80\x02")):
        return Container.TORCH
    if start[8:9] == b"{" and struct.unpack("<Q", start[:8])[0] <= path.stat().st_size:
        return Container.SAFETENSORS
    raise BadWeights(
        f"{path.name} is not a weights file", actual=_described(start), expected=_EXPECTED
    )


def _described(start: bytes) -> str:
    """What a file is that is no weights file, for a person."""
    if not start:
        return "an empty file"
    if start.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer: the weights themselves were not fetched"
    if start.lstrip()[:1] == b"<":
        return "a web page: the download was probably refused"
    return f"a file that starts with {start[:8]!r}"


def _read_safetensors(path: Path) -> object:
    try:
        return load_file(path)
    except (OSError, SafetensorError, ValueError) as damage:
        raise _damaged(path, str(damage)) from damage


def _read_torch(path: Path) -> object:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as refusal:
        raise BadWeights(
            f"{path.name} holds more than tensors, and was not opened further",
            actual=_first_sentence(str(refusal)),
            expected=_EXPECTED,
            remedy="Ask its author for a .safetensors file: loading this one could run a program",
        ) from refusal
    except (OSError, RuntimeError, EOFError, ValueError, KeyError) as damage:
        raise _damaged(path, str(damage)) from damage


def _damaged(path: Path, why: str) -> BadWeights:
    return BadWeights(
        f"{path.name} is damaged or cut short",
        actual=f"{path.stat().st_size} bytes; {_first_sentence(why)}",
        expected=_EXPECTED,
        remedy="Fetch the file again",
    )


def _first_sentence(message: str) -> str:
    return message.strip().split("\n")[0].split(". ")[0][:200]


def _unwrapped(stored: object, path: Path) -> dict[str, Tensor]:
    if isinstance(stored, Mapping):
        for wrapper in WRAPPERS:
            if isinstance(stored.get(wrapper), Mapping):
                stored = stored[wrapper]
                break
    if not isinstance(stored, Mapping) or not stored:
        raise BadWeights(
            f"{path.name} holds no named tensors",
            actual=f"a {type(stored).__name__}",
            expected="a state dict",
        )
    others = [str(name) for name, value in stored.items() if not isinstance(value, Tensor)]
    if others:
        raise BadWeights(
            f"{path.name} is not a bare state dict",
            actual=f"entries {', '.join(others[:4])} that are not tensors",
            expected=f"tensors by name, or under {', '.join(WRAPPERS)}",
        )
    return {str(name).removeprefix("module."): tensor for name, tensor in stored.items()}


def _refuse_what_is_not_finite(state: Mapping[str, Tensor], path: Path) -> None:
    for name, tensor in state.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            count = int((~torch.isfinite(tensor)).sum())
            raise BadWeights(
                f"{path.name} holds numbers that are not finite",
                actual=f"{count} of {tensor.numel()} in {name} are NaN or infinite",
                expected="finite weights",
                remedy="The training behind them diverged; use an earlier checkpoint",
            )
