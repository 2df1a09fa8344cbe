"""Architectures that are not ours, through spandrel where the user has installed it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from torch import Tensor, nn

from restoration.errors import BadWeights
from restoration.models.restorer import Descriptor

FOREIGN_HALO = 32
"""How far such a network looks is not known; the engine measures the seams of every page."""


class Foreign(nn.Module):
    """A network that spandrel recognised; called with pixels alone, output clipped to [0, 1]."""

    def __init__(self, found: object, architecture: str, descriptor: Descriptor) -> None:
        super().__init__()
        self._call = found
        self.model: nn.Module = found.model  # type: ignore[attr-defined]
        self.architecture = architecture
        self.descriptor = descriptor

    def forward(self, x: Tensor) -> Tensor:
        """Restore (N, C, H, W), [0, 1]; spandrel pads to the sizes that the network can take."""
        return self._call(x)  # type: ignore[operator]


def load_foreign(state: Mapping[str, Tensor]) -> Foreign | None:
    """The network that spandrel recognises in `state`; None where it is not installed or cannot.

    Only fp32 is taken as proven: networks that build masks while running fail in bf16 at sizes
    other than the one they were trained at. Raises BadWeights for a network that needs a mask or
    has other channels than a page.
    """
    if find_spec("spandrel") is None:
        return None
    from spandrel import ImageModelDescriptor, ModelLoader, UnsupportedModelError

    try:
        found = ModelLoader(device="cpu").load_from_state_dict(dict(state))
    except UnsupportedModelError:
        return None
    name = found.architecture.name
    if not isinstance(found, ImageModelDescriptor) or found.input_channels != found.output_channels:
        raise BadWeights(
            f"This {name} does not turn an image into an image",
            actual=f"purpose {found.purpose}, {found.input_channels} channels in and "
            f"{found.output_channels} out",
            expected="as many channels out as in, and no mask",
        )
    if found.input_channels not in (1, 3):
        raise BadWeights(
            f"This {name} takes images of another kind",
            actual=f"{found.input_channels} channels",
            expected="1 (gray) or 3 (colour)",
        )
    descriptor = Descriptor(
        channels=(found.input_channels,),
        halo=FOREIGN_HALO,
        scale=found.scale,
        multiple=max(1, found.size_requirements.multiple_of),
    )
    return Foreign(found, name, descriptor)
