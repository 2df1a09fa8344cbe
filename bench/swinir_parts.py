"""The parts of a Swin layer that decided how SwinIR is computed on a CPU, timed one by one.

    python -m bench.swinir_parts

SwinIR-M's sizes (180 features, 6 heads, windows of 8 x 8), one thread, the best of many calls:
matrix products as PyTorch gives them out and by oneDNN, with what might be fused or packed, and
the attention of windows in one operation and as two products.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

WIDTH, HEADS, PIXELS, WINDOWS = 180, 6, 64, 15
REPEATS = 40
PRODUCTS = (("qkv", 180, 540), ("proj", 180, 180), ("fc1", 180, 360), ("fc2", 360, 180))


def main() -> None:
    """Print both tables."""
    torch.set_num_threads(1)
    with torch.inference_mode():
        for dtype in (torch.float32, torch.bfloat16):
            for name, inputs, outputs in PRODUCTS:
                print(f"{dtype} {name:5}", products(dtype, inputs, outputs))
            print(f"{dtype} attention", attention(dtype))


def products(dtype: torch.dtype, inputs: int, outputs: int) -> str:
    """GFLOP/s of one product with its bias, in several ways."""
    x = torch.randn(WINDOWS * PIXELS, inputs, dtype=dtype)
    weight, bias = torch.randn(outputs, inputs, dtype=dtype), torch.randn(outputs, dtype=dtype)
    onednn = torch.ops.mkldnn._linear_pointwise
    packed = torch.ops.mkldnn._reorder_linear_weight(weight, len(x))
    operations = 2 * len(x) * inputs * outputs
    ways: dict[str, Callable[[], Tensor]] = {
        "PyTorch": lambda: F.linear(x, weight, bias),
        "oneDNN": lambda: onednn(x, weight, bias, "none", [], ""),
        "oneDNN, packed": lambda: onednn(x, packed, bias, "none", [], ""),
        "oneDNN, then GELU": lambda: F.gelu(onednn(x, weight, bias, "none", [], "")),
        "oneDNN with GELU": lambda: onednn(x, weight, bias, "gelu", [], "none"),
    }
    return ", ".join(f"{way} {operations / best(call) / 1e9:.0f}" for way, call in ways.items())


def attention(dtype: torch.dtype) -> str:
    """Microseconds per pixel of the attention of one layer, in two ways."""
    size = WIDTH // HEADS
    qkv = torch.randn(WINDOWS, PIXELS, 3, HEADS, size).to(dtype).permute(2, 0, 3, 1, 4)
    query, key, value = qkv
    bias = torch.randn(1, HEADS, PIXELS, PIXELS).to(dtype)
    scale = size**-0.5

    def fused() -> Tensor:
        return F.scaled_dot_product_attention(query, key, value, attn_mask=bias, scale=scale)

    def two_products() -> Tensor:
        return (query @ key.transpose(-1, -2)).mul_(scale).add_(bias).softmax(-1) @ value

    ways = {"one operation": fused, "two products": two_products}
    return ", ".join(
        f"{way} {1e6 * best(call) / (WINDOWS * PIXELS):.2f} us" for way, call in ways.items()
    )


def best(call: Callable[[], Tensor]) -> float:
    """Seconds of the fastest of many calls."""
    call()
    seconds = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


if __name__ == "__main__":
    main()
