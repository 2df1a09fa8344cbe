"""The simulated annotation study on which the two-part model was fitted twice: see its golden."""

from pathlib import Path

import numpy as np

from evaluation.studies.analysing.simulation import Annotations, simulated_annotations

FILE = Path("tests/evaluation/studies/analysing/golden/two_part_votes.csv.gz")
DESIGN = Annotations(
    severe=(-2.0, -0.3, -1.0, 0.5),
    quality=(1.2, 0.0, 0.15, -0.4),
    raters=90,
    images=90,
    per_rater=40,
)

if __name__ == "__main__":
    votes = simulated_annotations(DESIGN, np.random.default_rng(20240717))
    votes.to_csv(FILE, index=False, compression={"method": "gzip", "mtime": 0})
