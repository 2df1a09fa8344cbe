"""Read a supplied file and see that it is the one meant, by the names and shapes in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from restoration.errors import BadWeights
from restoration.models.weights import read_state_dict

_SHOWN = 3


def read_shaped(
    path: Path, expected: Mapping[str, tuple[int, ...]], what: str, *, prefix: str = ""
) -> dict[str, Tensor]:
    """The float32 tensors `expected`, by name less `prefix`; nothing in the file is run.

    A network's `classifier` is left out; any other tensor besides those expected tells that the
    file is of something else. Raises BadWeights with what was found, and what `read_state_dict`
    raises.
    """
    found = {
        name.removeprefix(prefix): tensor
        for name, tensor in read_state_dict(path).items()
        if not name.startswith("classifier.")
    }
    shapes = {name: tuple(tensor.shape) for name, tensor in found.items()}
    if shapes != dict(expected):
        raise BadWeights(
            f"{path.name} is a file of another kind",
            actual=_described(shapes, expected),
            expected=f"{what}: {_listed(expected)}",
            remedy=f"Put the file as it is published at {path}",
        )
    return {name: found[name].float() for name in expected}


def _described(
    shapes: Mapping[str, tuple[int, ...]], expected: Mapping[str, tuple[int, ...]]
) -> str:
    """Of what differs first: tensors that do not belong, those of other shapes, those missing."""
    others = {name: shape for name, shape in shapes.items() if expected.get(name) != shape}
    if others:
        return f"{len(shapes)} tensors, among them {_listed(others)}"
    missing = {name: shape for name, shape in expected.items() if name not in shapes}
    return f"{len(shapes)} tensors, without {_listed(missing)}"


def _listed(shapes: Mapping[str, tuple[int, ...]]) -> str:
    shown = [
        f"{name[:60]} {' x '.join(map(str, shape)) or 'a number'}"
        for name, shape in list(shapes.items())[:_SHOWN]
    ]
    more = f" and {len(shapes) - _SHOWN} more" if len(shapes) > _SHOWN else ""
    return ", ".join(shown) + more
