"""Clean images that everybody has: the bundled samples' originals and some of scikit-image's."""

from __future__ import annotations

from pathlib import Path

from restoration.samples import SAMPLES

PHOTOGRAPHS = ("astronaut.png", "camera.png", "chelsea.png", "coins.png", "page.png", "rocket.jpg")
"""Of the files that scikit-image's package holds, all free to use (its data/README.txt); none of
them is among the bundled samples."""


def sample_images() -> tuple[Path, ...]:
    """Twelve files of independent pictures: pages, photographs, a micrograph, the moon."""
    import skimage.data

    folder = Path(str(skimage.data.__file__)).parent
    return (*(sample.clean_path for sample in SAMPLES), *(folder / name for name in PHOTOGRAPHS))


SAMPLE_RUN = Path(__file__).parents[1] / "assets" / "runs" / "samples"
"""A finished run on them, made by `python -m bench.sample_run`."""
