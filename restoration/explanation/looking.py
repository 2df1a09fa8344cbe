"""4. Look for similar places: window attention, held against patch similarity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from restoration.explanation.ablations import Part
from restoration.explanation.attention_field import AttentionField
from restoration.explanation.colours import CHOSEN, INPUT, LIMIT
from restoration.explanation.examined import Examined
from restoration.explanation.inside import Inside
from restoration.explanation.look import look_at
from restoration.explanation.section import Chart, Choice, Figure, Section, Series
from restoration.explanation.similarity import patch_distance, rank_correlation
from restoration.pages.page import Pixels

SAMPLES = 160
"""Pixels over which attention and similarity are compared; each has 63 others to look at."""
PLACES = 9


def looking(examined: Examined) -> Section:
    """What a pixel attends to, at places chosen now and any place later."""
    subject = examined.subject
    inside = examined.inside
    if inside is None or inside.field is None:
        return _no_attention(examined)
    field = inside.field
    points = telling_points(subject.truth)
    agreement, by_position = _agreement(field, subject.truth)
    breadth = _breadth(inside, subject.truth)
    choices = [
        Choice(
            "restored",
            "Restored",
            examined.restored,
            f"{examined.psnr:.1f} dB: every pixel a mean of places chosen by content",
            examined.psnr,
        )
    ]
    loss = None
    for each in examined.of(Part.CONTENT):
        image = each.run(subject.noisy, examined.level)
        score = subject.score(image)
        loss = examined.psnr - score
        choices.append(Choice(each.id, each.label, image, f"{each.caption}: {score:.1f} dB", score))
    labels = [place.label for place in field.places]
    numbers = tuple(float(n) for n in range(1, len(labels) + 1))
    return Section(
        4,
        "attention",
        "Look for similar places",
        _sentence(labels, agreement, by_position),
        Figure(loss, "dB", "lost when pixels no longer look at content"),
        tuple(choices),
        (
            Chart(
                "Does attention follow likeness?",
                "recorded layer",
                "rank correlation with patch similarity",
                (
                    Series("attention", numbers, tuple(agreement), CHOSEN),
                    Series("position alone", numbers, tuple(by_position), INPUT),
                ),
            ),
            Chart(
                "How many pixels count",
                "recorded layer",
                "effective number of pixels, of 64",
                (
                    Series("on flat ground", numbers, breadth[0], CHOSEN),
                    Series("on detail", numbers, breadth[1], LIMIT),
                ),
            ),
        ),
        note="Patch similarity: 5 x 5 patches of the truth (Buades et al. 2005). Click the "
        "picture to ask another pixel.",
        data={
            "loss": loss,
            "layers": labels,
            "agreement": agreement,
            "agreementOfPosition": by_position,
            "breadthFlat": breadth[0],
            "breadthDetail": breadth[1],
            "points": [look_at(field, subject.truth, x, y) for x, y in points],
        },
    )


def _sentence(labels: list[str], agreement: list[float], by_position: list[float]) -> str:
    """What attention is for, and whether it follows likeness here more than nearness does."""
    idea = (
        "Each pixel is mended with others of its window, and how much each counts is worked out "
        "from the content: places that look alike should count most."
    )
    best = max(range(len(labels)), key=lambda index: agreement[index] - by_position[index])
    figures = f"{agreement[best]:.2f} against {by_position[best]:.2f} by position alone"
    if agreement[best] > by_position[best]:
        return f"{idea} In {labels[best].lower()} they do: rank correlation {figures}."
    return f"{idea} In this network they hardly do yet: rank correlation {figures} at best."


def telling_points(truth: Pixels) -> list[tuple[int, int]]:
    """Places that show different things, (x, y): the most and least detail of each third."""
    detail = _detail(truth)
    height, width = detail.shape
    margin = min(8, height // 4, width // 4)
    points = []
    for left in np.linspace(margin, width - margin, 4)[:3]:
        columns = slice(int(left), int(left) + max(1, (width - 2 * margin) // 3))
        part = detail[margin : height - margin, columns]
        order = np.argsort(part, axis=None)
        for share in (0.02, 0.6, 0.98):
            row, column = np.unravel_index(int(order[int(share * (len(order) - 1))]), part.shape)
            points.append((int(column) + columns.start, int(row) + margin))
    return points[:PLACES]


def _detail(truth: Pixels) -> NDArray[np.float32]:
    """(H, W) local standard deviation over 5 x 5 pixels."""
    gray = truth.mean(axis=2)
    mean = uniform_filter(gray, 5)
    return np.asarray(np.sqrt(np.maximum(uniform_filter(gray**2, 5) - mean**2, 0)), np.float32)


def _agreement(field: AttentionField, truth: Pixels) -> tuple[list[float], list[float]]:
    """For each layer the rank correlation with likeness: of attention, and of position alone.

    Over the most detailed half of the image: on flat ground all patches are alike.
    """
    height, width = truth.shape[:2]
    detail = _detail(truth)
    candidates = np.flatnonzero(detail.ravel() > np.median(detail))
    drawn = np.random.default_rng(0).choice(candidates, min(SAMPLES, len(candidates)), False)
    attention, position = [], []
    for index in range(len(field.places)):
        looked, biased, alike = [], [], []
        for number in drawn:
            y, x = divmod(int(number), width)
            weights, pixels = field.look(index, x, y)
            rows, columns = np.divmod(pixels, field.width)
            numbers = np.minimum(rows, height - 1) * width + np.minimum(columns, width - 1)
            here = int(np.flatnonzero(pixels == y * field.width + x)[0])
            elsewhere = np.arange(len(pixels)) != here
            looked.append(weights.mean(axis=0)[elsewhere])
            biased.append(field.bias[index, :, here].mean(axis=0)[elsewhere])
            alike.append(-patch_distance(truth, x, y, numbers)[elsewhere])
        attention.append(rank_correlation(np.stack(looked), np.stack(alike)))
        position.append(rank_correlation(np.stack(biased), np.stack(alike)))
    return attention, position


def _breadth(inside: Inside, truth: Pixels) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean effective number of pixels by layer, on the flattest and most detailed quarters."""
    detail = _detail(truth)
    flat = detail <= np.quantile(detail, 0.25)
    busy = detail >= np.quantile(detail, 0.75)
    height, width = detail.shape
    maps = [each[:height, :width] for each in inside.breadth]
    return tuple(float(m[flat].mean()) for m in maps), tuple(float(m[busy].mean()) for m in maps)


def _no_attention(examined: Examined) -> Section:
    subject = examined.subject
    by_similarity = examined.architecture == "nlm"
    return Section(
        4,
        "attention",
        "Look for similar places",
        f"{examined.name} averages by the likeness of patches itself: the weights shown are its "
        "idea, fixed by a formula."
        if by_similarity
        else f"{examined.name} has no attention: it applies the same filters everywhere, and the "
        "content decides only which of them answer. What looks alike is shown where you click.",
        Figure(None, "dB", f"attention does not apply to {examined.name}"),
        (
            Choice(
                "restored", "Restored", examined.restored, f"{examined.psnr:.1f} dB", examined.psnr
            ),
            Choice("truth", "Truth", subject.truth, "where likeness is measured"),
        ),
        note="Patch similarity: 5 x 5 patches of the truth (Buades et al. 2005). Choose a SwinIR "
        "to see attention beside it.",
        data={
            "points": [look_at(None, subject.truth, x, y) for x, y in telling_points(subject.truth)]
        },
    )
