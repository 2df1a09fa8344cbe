"""What may be asked, and what answers clicks: the part that loads no network.

The web server imports this alone; the work itself happens in its worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from restoration.explanation.attention_field import open_field
from restoration.explanation.look import look_at
from restoration.models.catalogue import is_here
from restoration.page_restoration import AUTO
from restoration.progress import Report, silent

BROWSER = Path(__file__).parent / "browser"
"""Style sheet and script of the article."""
STORY, OVERVIEW, TRUTH = "story.html", "page.png", "truth.npy"
PREFERRED = ("swinir-s-color-dn-25", "swinir-m-color-dn", "unet-denoise", "nlm")
"""What is explained unless a model is named: the first that is on this machine."""


@dataclass(frozen=True)
class Question:
    """What is to be explained."""

    source: Path
    model: str = AUTO
    """Id, alias or weights file; auto takes the best of this machine for explaining."""
    reference: Path | None = None
    """The clean original of the file, where there is one."""
    page: int = 0
    place: tuple[int, int] | None = None
    """Corner of the crop (x, y); chosen where left out."""


def preferred() -> str:
    """The model that is explained unless another is named."""
    return next(model for model in PREFERRED if is_here(model))


def explain_for_web(
    question: Question, folder: Path, address: str, report: Report = silent
) -> dict[str, int]:
    """Explain into `folder`, with all that answers clicks later: the work of a job.

    `address` is where the web app will serve this explanation. Returns the size of the page and
    the place and size of the crop, in pixels.
    """
    from restoration.explanation.of_file import write_for_web

    return write_for_web(question, folder, address, report)


def look(folder: Path, x: int, y: int) -> dict[str, object]:
    """What pixel (x, y) of a stored explanation attends to; raises OutOfRange."""
    return look_at(open_field(folder), np.load(folder / TRUTH, mmap_mode="r"), x, y)
