"""Write docs/models.md: the card of every network that ships, with pictures of what it does.

    python -m bench.model_cards

The pictures show crops of a bundled photograph: the damaged one, the best classical filter there,
the network, and the clean original. The first row is the middle of the photograph; the second is
where the network errs most.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import uniform_filter

from restoration.api import load_model
from restoration.batch import page_reader
from restoration.degradations import Degradation, DegradationKind, degrade
from restoration.fidelity import psnr
from restoration.models.card import ModelCard, Score, Task
from restoration.models.catalogue import cards
from restoration.models.classical_catalogue import CLASSICAL_CARDS
from restoration.pages.page import Pixels
from restoration.samples import sample_by_id
from restoration.training.augmentation import LUMA

DOCS = Path(__file__).parents[1] / "docs"
SIDE = 144
GAP = 8
JPEG_QUALITY, SIGMA = 20, 25

HEAD = """\
# The networks that ship

Each of these has a card beside its weights (`assets/weights/*.json`); this page shows the cards,
and is written by `python -m bench.model_cards`. How they were trained, and what did not ship, is
told in [Training your own](training.md).
"""


def main() -> None:
    """Draw every picture and write the page."""
    clean = page_reader().read(sample_by_id("photograph").clean_path, 0).pixels
    parts = [HEAD]
    for card in cards():
        if card.weights is None or card.weights.url is not None:
            continue
        picture, caption = drawn(card, clean @ LUMA[:, None] if card.channels == (1,) else clean)
        path = DOCS / "images" / f"model-{card.id}.png"
        Image.fromarray(picture).save(path, optimize=True)
        parts.append("\n".join(described(card, f"images/{path.name}", caption)))
    (DOCS / "models.md").write_text("\n".join(parts), encoding="utf-8")


def drawn(card: ModelCard, clean: Pixels) -> tuple[np.ndarray, str]:
    """Two rows of four crops as (H, W, 3) uint8, and a sentence with their scores."""
    damage = (
        Degradation(DegradationKind.JPEG, JPEG_QUALITY)
        if card.task is Task.JPEG
        else Degradation(DegradationKind.GAUSSIAN, SIGMA)
    )
    damaged = degrade(clean, damage)
    answers = {
        each.id: load_model(each.id, device="cpu", dtype="fp32").restore(damaged, damage.level)
        for each in (*CLASSICAL_CARDS, card)
    }
    scores = {id: psnr(_stored(answer.pixels), clean) for id, answer in answers.items()}
    best = max((each.id for each in CLASSICAL_CARDS), key=lambda id: scores[id])
    shown = [damaged, answers[best].pixels, answers[card.id].pixels, clean]
    height, width = clean.shape[:2]
    corners = [((height - SIDE) // 2, (width - SIDE) // 2), worst_corner(shown[2], clean)]
    rows = [_side_by_side([picture[y:, x:][:SIDE, :SIDE] for picture in shown]) for y, x in corners]
    gap = np.full((GAP, rows[0].shape[1], 3), 255, np.uint8)
    noise = "JPEG quality 20" if card.task is Task.JPEG else f"Gaussian noise, sigma {SIGMA}"
    caption = (
        f"{noise} ({psnr(_stored(damaged), clean):.2f} dB), `{best}` ({scores[best]:.2f} dB), "
        f"`{card.id}` ({scores[card.id]:.2f} dB), the original. "
        "Below: the place where the network errs most."
    )
    return np.concatenate([rows[0], gap, rows[1]]), caption


def worst_corner(restored: Pixels, clean: Pixels) -> tuple[int, int]:
    """Top left corner (row, column) of the crop with the largest squared error."""
    error = uniform_filter(np.square(restored - clean).mean(axis=-1), SIDE, mode="constant")
    half = SIDE // 2
    inside = error[half : error.shape[0] - half, half : error.shape[1] - half]
    row, column = np.unravel_index(inside.argmax(), inside.shape)
    return int(row), int(column)


def described(card: ModelCard, picture: str, caption: str) -> Iterator[str]:
    """Lines of Markdown."""
    assert card.training is not None
    assert card.weights is not None
    record = card.training
    megabytes = (card.weights.bytes or 0) / 1e6
    yield f"## {card.id}\n"
    yield f"{card.title}. Source: {card.source}."
    yield f"{card.parameters:,} parameters, {megabytes:.1f} MB.\n"
    yield f"![{card.id} beside the best classical filter]({picture})\n"
    yield f"{caption}\n"
    yield f"* **Does badly:** {card.limits}"
    yield f"* **Licence:** {card.licence}"
    yield f"* **Data:** {card.training_data}; {record.photographs} photographs."
    origin = f"began at {record.began_at}; " if record.began_at else ""
    yield (
        f"* **Training:** {origin}{record.steps} steps, {record.patches} patches, "
        f"{record.minutes:.0f} minutes on {record.device}, seed {record.seed}. {record.recipe}."
    )
    if card.bf16_loss is not None:
        yield f"* **bf16** costs {card.bf16_loss:.3f} dB (`bench/precision.py`)."
    yield from _score_table(card.scores)
    yield ""


def _score_table(scores: tuple[Score, ...]) -> Iterator[str]:
    """One line for each set of images and metric, one column for each damage."""
    damages = list(dict.fromkeys(score.degradation for score in scores))
    lines: dict[tuple[str, str, str], dict[str, float]] = {}
    for score in scores:
        line = lines.setdefault((score.dataset, score.metric, score.protocol), {})
        line[score.degradation] = score.value
    protocols = list(dict.fromkeys(protocol for _, _, protocol in lines))
    yield f"\n| images | metric | {' | '.join(damages)} | protocol |"
    yield "|---|---|" + "---|" * len(damages) + "---|"
    for (dataset, metric, protocol), values in lines.items():
        digits, unit = (4, "") if metric == "SSIM" else (2, " dB")
        figures = " | ".join(
            f"{values[damage]:.{digits}f}{unit}" if damage in values else "" for damage in damages
        )
        yield f"| {dataset} | {metric} | {figures} | {protocols.index(protocol) + 1} |"
    yield ""
    for number, protocol in enumerate(protocols, 1):
        yield f"{number}. {protocol}"


def _stored(pixels: Pixels) -> Pixels:
    return np.rint(pixels.clip(0, 1) * 255).astype(np.float32) / np.float32(255)


def _side_by_side(crops: list[Pixels]) -> np.ndarray:
    gap = np.full((SIDE, GAP, 3), 255, np.uint8)
    parts: list[np.ndarray] = []
    for crop in crops:
        colour = np.broadcast_to(crop, (SIDE, SIDE, 3))
        parts += [np.rint(colour.clip(0, 1) * 255).astype(np.uint8), gap]
    return np.concatenate(parts[:-1], axis=1)


if __name__ == "__main__":
    main()
