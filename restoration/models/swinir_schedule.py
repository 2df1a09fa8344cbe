"""Running a Swin layer over an image: a few windows at a time on a CPU, all at once elsewhere.

Everything between two shifts of the window grid happens within one window. A layer may therefore
be carried through, from its first normalisation to the end of its MLP, for a few windows before
the next few are touched: what lies between stays in the processor's cache, the result is the
same, and memory does not grow with the image. `docs/swinir.md` has the figure and the times.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from threading import Barrier

import torch
from torch import Tensor

from restoration.models.swinir_layers import SwinLayer, WindowGroup

CHUNK_BYTES = 2 << 20
"""Size of the largest intermediate, the queries, keys and values of a chunk: about a core's L2.

Half of it costs a tenth more processor time, because the matrix products get short; twice as
much gains nothing."""

Chunk = tuple[Tensor, Tensor]
"""Pixel numbers (windows, M * M) and the attention bias that those windows share."""


def run_whole(layer: SwinLayer, stream: Tensor, groups: Iterable[WindowGroup]) -> Tensor:
    """Apply `layer` to all windows at once; (pixels, C) float32 to a new tensor of that shape.

    For GPUs, which want large operations, and for training, which needs the graph.
    """
    groups = tuple(groups)
    done = [
        layer(_gather(stream, group.pixels), layer.attn.bias(group.mask)).flatten(0, 1)
        for group in groups
    ]
    order = torch.cat([group.pixels.flatten() for group in groups])
    return torch.empty_like(stream).index_copy(0, order, torch.cat(done))


def run_chunked(layer: SwinLayer, stream: Tensor, groups: Iterable[WindowGroup]) -> Tensor:
    """Apply `layer` in place, a few windows at a time; no gradient is recorded.

    Windows do not overlap, so threads need not wait for each other within a layer. Each thread
    computes alone: two threads that share every small operation would wait at its end, which
    costs little on an idle machine and a great deal on a busy one.
    """
    weight = layer.attn.qkv.weight
    bytes_per_pixel = weight.shape[0] * weight.element_size()
    chunks: list[Chunk] = []
    for group in groups:
        bias = layer.attn.bias(group.mask)
        windows = max(1, CHUNK_BYTES // (group.pixels.shape[1] * bytes_per_pixel))
        chunks += [(pixels, bias) for pixels in group.pixels.split(windows)]
    threads = min(torch.get_num_threads(), len(chunks))
    # One iterator for all threads: whoever is free takes the next chunk.
    waiting = iter(chunks)
    if threads == 1:
        _work_off(layer, stream, waiting)
    else:
        pool = _lone_threads(torch.get_num_threads(), os.getpid())
        for thread in [pool.submit(_work_off, layer, stream, waiting) for _ in range(threads)]:
            thread.result()
    return stream


@torch.inference_mode()
def _work_off(layer: SwinLayer, stream: Tensor, chunks: Iterator[Chunk]) -> None:
    for pixels, bias in chunks:
        done = layer(_gather(stream, pixels), bias)
        stream.index_copy_(0, pixels.flatten(), done.flatten(0, 1))


def _gather(stream: Tensor, pixels: Tensor) -> Tensor:
    """(windows, M * M, C) copies of the rows of the stream."""
    return stream.index_select(0, pixels.flatten()).view(*pixels.shape, -1)


@lru_cache(maxsize=2)
def _lone_threads(count: int, process: int) -> ThreadPoolExecutor:
    """`count` threads in each of which torch computes with one thread.

    `process` is the id of this process: a fork copies the executor but not its threads.
    """
    pool = ThreadPoolExecutor(
        count, thread_name_prefix="swin", initializer=torch.set_num_threads, initargs=(1,)
    )
    everyone = Barrier(count)
    for thread in [pool.submit(everyone.wait) for _ in range(count)]:
        thread.result()
    # The initialisers also set the number for threads yet to come; only the pool was meant.
    torch.set_num_threads(count)
    return pool
