"""Votes of simulated raters whose truth is known: for tests, planning and the sample study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Crossed:
    """A rating study in which every rater scores every condition on every content."""

    effects: tuple[float, ...]
    """True mean of each condition, on a scale from 1 to 5."""
    contents: int = 10
    raters: int = 20
    content_sd: float = 0.4
    rater_sd: float = 0.3
    """Of the raters' biases."""
    interaction_sd: float = 0.2
    """Of each rater's own liking, and each content's own suitability, for a condition."""
    noise_sd: float = 0.6


def simulated_scores(design: Crossed, generator: np.random.Generator) -> pd.DataFrame:
    """Continuous scores, not rounded and not cut, so that the true means stay what they are."""
    conditions, contents, raters = len(design.effects), design.contents, design.raters
    score = (
        np.array(design.effects)[:, None, None]
        + generator.normal(0, design.content_sd, contents)[None, :, None]
        + generator.normal(0, design.rater_sd, raters)[None, None, :]
        + generator.normal(0, design.interaction_sd, (conditions, contents))[:, :, None]
        + generator.normal(0, design.interaction_sd, (conditions, raters))[:, None, :]
        + generator.normal(0, design.noise_sd, (conditions, contents, raters))
    )
    condition, content, rater = np.indices(score.shape).reshape(3, -1)
    return pd.DataFrame(
        {
            "item": [f"c{k}/m{c}" for c, k in zip(condition, content, strict=True)],
            "content": [f"c{k}" for k in content],
            "condition": [f"m{c}" for c in condition],
            "rater": [f"r{k}" for k in rater],
            "score": score.ravel(),
            "scale_min": -20.0,
            "scale_max": 26.0,
            "protocol": "acr",
        }
    )


@dataclass(frozen=True)
class Annotations:
    """An annotation study under the two-part model, with known coefficients."""

    severe: tuple[float, ...]
    """Intercept, effect of each further stage, and of the characteristic, on the logit."""
    quality: tuple[float, ...]
    raters: int = 60
    images: int = 60
    per_rater: int = 30
    rater_sd: tuple[float, float] = (0.7, 0.4)
    image_sd: tuple[float, float] = (0.6, 0.3)
    correlation: float = -0.5
    phi: float = 12.0
    provider: tuple[float, float] | None = None
    """Effect of the second of two providers on the two parts; None: there is one provider."""
    qa: tuple[float, float] | None = None
    """Effect of quality assurance, which every second annotation of a rater gets."""


def simulated_annotations(design: Annotations, generator: np.random.Generator) -> pd.DataFrame:
    """Each rater works at one stage, for one provider; a third of the images has `blur`."""
    stages = len(design.severe) - 1
    rater = np.repeat(np.arange(design.raters), design.per_rater)
    image = np.concatenate(
        [generator.permutation(design.images)[: design.per_rater] for _ in range(design.raters)]
    )
    stage = rater % stages
    blur = (image % 3 == 0).astype(float)
    design_matrix = np.column_stack(
        [np.ones(len(rater)), *[(stage == k).astype(float) for k in range(1, stages)], blur]
    )
    second = (rater // stages) % 2
    assured = np.tile(np.arange(design.per_rater) % 2, design.raters)
    apart = np.outer(second, design.provider or (0.0, 0.0))
    apart = apart + np.outer(assured, design.qa or (0.0, 0.0))
    of_raters = _correlated(design.rater_sd, design.correlation, design.raters, generator)
    of_images = _correlated(design.image_sd, design.correlation, design.images, generator)
    random = of_raters[rater] + of_images[image] + apart
    severe = generator.random(len(rater)) < _logistic(
        design_matrix @ np.array(design.severe) + random[:, 0]
    )
    mean = _logistic(design_matrix @ np.array(design.quality) + random[:, 1])
    quality = generator.beta(mean * design.phi, (1 - mean) * design.phi)
    return pd.DataFrame(
        {
            "item": [f"i{k}" for k in image],
            "rater": [f"r{k}" for k in rater],
            "score": np.where(severe, 0.0, np.clip(quality, 1e-6, 1 - 1e-6)),
            "scale_min": 0.0,
            "scale_max": 1.0,
            "stage": [f"stage {k + 1}" for k in stage],
            "provider": np.where(second > 0, "crowd", "company") if design.provider else "",
            "qa": np.where(assured > 0, "yes", "no") if design.qa else "",
            "characteristics": np.where(blur > 0, "blur", ""),
            "protocol": "annotation",
        }
    )


def _correlated(
    sd: tuple[float, float], correlation: float, count: int, generator: np.random.Generator
) -> np.ndarray:
    both = correlation * sd[0] * sd[1]
    return generator.multivariate_normal([0, 0], [[sd[0] ** 2, both], [both, sd[1] ** 2]], count)


def _logistic(value: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-value))
