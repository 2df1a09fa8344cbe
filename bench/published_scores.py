"""Do known networks score here what their papers say?

    python -m bench.published_scores --images SHARED/data/test --peers SHARED/peers

Runs FFDNet and DnCNN for colour (KAIR's weights) through the benchmark runner on all of CBSD68
and Kodak24 at sigma 15, 25 and 50, in float32, and sets the mean PSNR beside the published one.
Takes about a quarter of an hour of two idle cores. Writes bench/records/published_scores.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from evaluation.benchmark.session import Wish, run_benchmark
from evaluation.benchmark.summary import means
from evaluation.published import published_on
from restoration.progress import Progress

RECORD = Path(__file__).parent / "records" / "published_scores.json"
SETS = {"CBSD68": "cbsd68", "Kodak24": "kodak24_500"}
NETWORKS = {"FFDNet": "ffdnet_color.pth", "CDnCNN": "dncnn_color_blind.pth"}
"""As in the table of their authors, whose CDnCNN is the blind colour network."""
DAMAGE = ("gaussian:15", "gaussian:25", "gaussian:50")
TOLERANCE = 0.05


def main() -> None:
    """Run, compare, print, record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, required=True, help="folder of the test sets")
    parser.add_argument("--peers", type=Path, required=True, help="folder of the weights")
    options = parser.parse_args()
    figures = [
        figure
        for set in SETS
        for figure in measured(set, options.images / SETS[set], options.peers)
    ]
    worst = max(abs(figure["difference"]) for figure in figures)
    record = {
        "protocol": "SwinIR's: seed 0 for every image, unclipped noise, PSNR of 8-bit RGB, float32",
        "tolerance_db": TOLERANCE,
        "largest_difference_db": round(worst, 3),
        "figures": figures,
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))
    raise SystemExit(worst > TOLERANCE)


def measured(set: str, images: Path, peers: Path) -> list[dict[str, object]]:
    """One figure for each network and level of noise."""
    names = {str((peers / file).resolve()): network for network, file in NETWORKS.items()}
    with tempfile.TemporaryDirectory() as output:
        wish = Wish(
            images, tuple(names), DAMAGE, Path(output) / "run", metrics=("psnr",), dtype="fp32"
        )
        plan, rows = run_benchmark(wish, lambda listing: None, tell)
    return [
        compared(set, len(plan.images), names[mean.model], mean.degradation, mean.metrics["psnr"])
        for mean in means(rows, plan.metrics)
    ]


def compared(set: str, images: int, network: str, damage: str, psnr: float) -> dict[str, object]:
    """A measured mean beside the published one."""
    (there,) = (
        each for each in published_on(set, damage, channels="RGB") if each.method == network
    )
    return {
        "set": set,
        "images": images,
        "network": network,
        "degradation": damage,
        "psnr": round(psnr, 3),
        "published": there.value,
        "difference": round(psnr - there.value, 3),
        "source": there.source,
    }


def tell(progress: Progress) -> None:
    """One line that is written over."""
    print(f"\r{progress.done:6.1%} {progress.doing:90.90}", end="", file=sys.stderr)


if __name__ == "__main__":
    main()
