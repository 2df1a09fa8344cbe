"""DnCNN: a plain stack of convolutions that predicts the noise."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from restoration.models.convolutions import convolution_chain, load_chain, read_chain, weight_dtype


class DnCNN(nn.Module):
    """3x3 convolutions with ReLU between them; the output is the input less what they predict.

    As released with KAIR: batch normalisation is merged into the convolutions, 17 of them for one
    noise level and 20 for the blind models (sigma 0 to 55).
    Source: Zhang et al., Beyond a Gaussian denoiser, TIP 2017, section III.
    """

    takes_level = False
    multiple = 1

    def __init__(self, channels: int = 3, width: int = 64, depth: int = 20) -> None:
        super().__init__()
        self.channels = channels
        self.halo = depth
        self.model = convolution_chain(channels, width, channels, depth)

    def forward(self, x: Tensor) -> Tensor:
        """Restore (N, C, H, W), [0, 1] plus unclipped noise; same shape and dtype out.

        The convolutions run in the dtype of the weights, the subtraction in that of `x`.
        """
        noise: Tensor = self.model(x.to(weight_dtype(self.model)))
        return x - noise.to(x.dtype)


def is_dncnn(state: Mapping[str, Tensor]) -> bool:
    """Whether the state dict is a chain of 3x3 convolutions with as many channels out as in."""
    chain = read_chain(state)
    return chain is not None and chain.channels_out == chain.channels_in


def dncnn_from(state: Mapping[str, Tensor]) -> DnCNN:
    """Build a DnCNN from its state dict, in evaluation mode.

    Raises BadWeights where names or shapes do not fit together.
    """
    chain = read_chain(state)
    assert chain is not None, "is_dncnn holds"
    network = DnCNN(chain.channels_in, chain.width, chain.depth)
    return load_chain(network, state, "DnCNN")
