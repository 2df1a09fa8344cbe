"""Compare SwinIR here with the official network: equality, speed and memory, in one run.

    git clone https://github.com/JingyunLiang/SwinIR
    python bench/swinir.py --reference SwinIR [--size 256] [--threads 2] [--rounds 5]

Both get the same random weights (SwinIR-M, colour denoising, seed 0) and the same image. They are
timed in turn, so that a busy machine slows both; a ratio is that of two neighbours in time, and
the figure is the median of the ratios. Processor seconds are recorded too: they depend less on
what else runs. Memory is the peak above the process with the network loaded, each in a process of
its own. The record goes to bench/records/swinir-<processor>.json, which docs/swinir.md quotes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from restoration.engine import run
from restoration.errors import Cancelled
from restoration.models.network import Network
from restoration.models.swinir import load_swinir
from restoration.models.swinir_schedule import run_whole
from restoration.progress import Progress

RECORDS = Path(__file__).parent / "records"
PAGE, PAGE_TILES = 2048, 3
Net = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Timing:
    """One network on one device, seconds by round."""

    seconds: list[float]
    processor_seconds: list[float]
    median_seconds: float
    times_official: float
    """Median of the official network's seconds over this one's, round by round."""
    times_official_processor: float
    max_difference: float
    """From the official float32 output, on pixels in [0, 1]."""


def main() -> None:
    """Print the table and write the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=Path, required=True, help="official checkout")
    parser.add_argument("--size", type=int, default=256, help="side of the image, in pixels")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("-o", "--output", type=Path, help="the record's file")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    output = options.output or RECORDS / f"swinir-{_slug(_processor())}.json"
    record: dict[str, Any] = {
        "model": "SwinIR-M, colour denoising, random weights (seed 0)",
        "size": options.size,
        "threads": options.threads,
        "torch": torch.__version__,
        "load_before": os.getloadavg()[0],
        "cpu": {"device": _processor()}
        | compare(options.reference, "cpu", options.size, options.rounds),
    }
    if torch.cuda.is_available():
        record["cuda"] = {"device": torch.cuda.get_device_name()} | compare(
            options.reference, "cuda", 1024, options.rounds
        )
    record["peak_mb"] = {
        f"{name}, {what}": peak_megabytes(options.reference, name, what, options)
        for name, what in (
            ("official", "image"),
            ("fp32", "image"),
            ("bf16", "image"),
            ("fp32", "page"),
            ("bf16", "page"),
        )
    }
    record["page"] = f"{PAGE} x {PAGE}, the first {PAGE_TILES} tiles; all tiles are of one size"
    record["load_after"] = os.getloadavg()[0]
    print(json.dumps(record["peak_mb"], indent=1))
    output.parent.mkdir(exist_ok=True)
    output.write_text(json.dumps(record, indent=1) + "\n")


def compare(reference: Path, device: str, size: int, rounds: int) -> dict[str, Any]:
    """Time every contender in turn on one device."""
    official = official_network(reference)
    contenders: dict[str, Net] = {"official": official.to(device)}
    state = official.state_dict()
    if device == "cuda":
        contenders["official, autocast bf16"] = _autocast(official)
    else:
        whole = load_swinir(state)
        whole.schedule = lambda pixels: run_whole
        contenders["fp32, whole image"] = whole
    contenders["fp32"] = load_swinir(state).to(device)
    contenders["bf16"] = load_swinir(state).to(device, torch.bfloat16)
    pixels = torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(0)).to(device)
    wall: dict[str, list[float]] = {name: [] for name in contenders}
    spent: dict[str, list[float]] = {name: [] for name in contenders}
    outputs = {}
    for number in range(-1, rounds):
        for name, net in contenders.items():
            outputs[name], seconds, processor = _timed(net, pixels)
            if number >= 0:
                wall[name].append(round(seconds, 3))
                spent[name].append(round(processor, 3))
                print(f"{device} round {number + 1} {name:24} {seconds:7.2f} s", file=sys.stderr)
    timings = {}
    for name in contenders:
        difference = (outputs[name].float() - outputs["official"]).abs().max().item()
        timings[name] = Timing(
            wall[name],
            spent[name],
            statistics.median(wall[name]),
            round(_median_ratio(wall["official"], wall[name]), 2),
            round(_median_ratio(spent["official"], spent[name]), 2),
            difference,
        )
        print(
            f"{device} {name:24} {timings[name].median_seconds:7.2f} s  "
            f"{timings[name].times_official:5.2f} x  "
            f"{timings[name].times_official_processor:5.2f} x in processor time  "
            f"max difference {difference:.1e}"
        )
    return {name: asdict(timing) for name, timing in timings.items()}


def _timed(net: Net, pixels: Tensor) -> tuple[Tensor, float, float]:
    """The output, elapsed seconds and processor seconds of one call."""
    with torch.inference_mode():
        _wait(pixels)
        wall, processor = time.perf_counter(), time.process_time()
        restored = net(pixels)
        _wait(pixels)
        return restored, time.perf_counter() - wall, time.process_time() - processor


def _wait(pixels: Tensor) -> None:
    if pixels.is_cuda:
        torch.cuda.synchronize()


def _median_ratio(official: list[float], other: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(official, other, strict=True))


def _autocast(net: nn.Module) -> Net:
    def call(pixels: Tensor) -> Tensor:
        with torch.autocast("cuda", torch.bfloat16):
            return net(pixels)

    return call


def official_network(reference: Path) -> nn.Module:
    """SwinIR-M for colour denoising from the official checkout, seeded."""
    _stand_in_for_timm()
    sys.path.insert(0, str(reference))
    try:
        from models.network_swinir import SwinIR
    finally:
        sys.path.remove(str(reference))
    torch.manual_seed(0)
    return SwinIR(
        upscale=1,
        in_chans=3,
        img_size=128,
        window_size=8,
        img_range=1.0,
        depths=[6] * 6,
        embed_dim=180,
        num_heads=[6] * 6,
        mlp_ratio=2,
        upsampler="",
        resi_connection="1conv",
    ).eval()


def _stand_in_for_timm() -> None:
    """Supply the three names that the official network takes from timm, where it is missing."""
    try:
        import timm.models.layers  # noqa: F401
    except ImportError:
        layers: Any = ModuleType("timm.models.layers")
        # In evaluation, stochastic depth passes everything.
        layers.DropPath = lambda probability: nn.Identity()
        layers.to_2tuple = lambda x: x if isinstance(x, tuple) else (x, x)
        layers.trunc_normal_ = nn.init.trunc_normal_
        for name in ("timm", "timm.models"):
            sys.modules[name] = ModuleType(name)
        sys.modules["timm.models.layers"] = layers


def peak_megabytes(reference: Path, name: str, what: str, options: argparse.Namespace) -> int:
    """Peak memory of one network on one image, or on a page in tiles, on the CPU."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (reference, name, what, options.size, options.threads))


def _peak(reference: Path, name: str, what: str, size: int, threads: int) -> int:
    torch.set_num_threads(threads)
    net = official_network(reference)
    if name != "official":
        net = load_swinir(net.state_dict())
        net.to(torch.bfloat16 if name == "bf16" else torch.float32)
    idle = _resident("VmRSS")
    # Linux starts the peak anew from here.
    Path("/proc/self/clear_refs").write_text("5")
    if what == "image":
        with torch.inference_mode():
            net(torch.rand(1, 3, size, size))
    else:
        _restore_first_tiles(net)
    return round((_resident("VmHWM") - idle) / 1024)


def _restore_first_tiles(net: nn.Module) -> None:
    done = 0

    def report(progress: Progress) -> None:
        nonlocal done
        if done == PAGE_TILES:
            raise Cancelled
        done += 1

    page = np.random.default_rng(0).random((PAGE, PAGE, 3), np.float32)
    try:
        run(Network(net, net.descriptor, takes_level=False), page, report=report)
    except Cancelled:
        return


def _resident(field: str) -> int:
    """A memory figure of this process from Linux, in KiB."""
    found = re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


def _processor() -> str:
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.processor()


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"\((R|TM)\)", "", name).lower()).strip("-")


if __name__ == "__main__":
    main()
