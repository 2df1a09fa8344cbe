"""Make the sample study that ships: simulated raters, so that a visitor sees every figure filled.

    python -m bench.make_sample_study

Nobody was asked anything: the effects below are invented, and every id says "simulated". The
numbers say nothing about a real model or provider.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from evaluation.studies.analysing.samples import SAMPLE_STUDY

CONDITIONS = {"do nothing": 2.0, "variant 1": 3.1, "variant 2": 3.7, "variant 3": 3.8}
STAGES = {"text": 0.0, "extended text": 0.1, "pictures": 1.1}
ARM_NOISE = {"text": 0.95, "extended text": 0.85, "pictures": 0.6}
ARM_COST = {"text": 0.10, "extended text": 0.11, "pictures": 0.13}
PROVIDERS = {"provider A": 0.0, "provider B": 0.9}
KINDS = ("motion blur", "underexposed", "text overlay", "overlapping objects")
QA_HELPS = {"motion blur": 0.09, "underexposed": 0.06}
CONTENTS = 12
SEED = 20240717


def main() -> None:
    """Write the file."""
    generator = np.random.default_rng(SEED)
    parts = [ratings(generator), pairs(generator), detection(generator), annotations(generator)]
    votes = pd.concat(parts, ignore_index=True)
    votes["rater"] = "simulated-" + votes["rater"]
    votes["time"] = pd.Timestamp("2026-01-05T09:00:00").isoformat()
    Path(SAMPLE_STUDY).parent.mkdir(parents=True, exist_ok=True)
    votes.to_csv(SAMPLE_STUDY, index=False, compression={"method": "gzip", "mtime": 0})


def ratings(generator: np.random.Generator) -> pd.DataFrame:
    """ACR under three versions of the instructions, twelve raters each, two of them erratic."""
    quality = {
        (k, name): mean + generator.normal(0, 0.25)
        for k in range(CONTENTS)
        for name, mean in CONDITIONS.items()
    }
    rows = []
    for number, stage in enumerate(np.repeat(list(STAGES), 12)):
        erratic = number in (5, 17)
        bias = generator.normal(0, 0.35)
        noise = 1.8 if erratic else ARM_NOISE[stage] * generator.uniform(0.8, 1.2)
        seconds = generator.uniform(5, 9) * (0.25 if number == 5 else 1)
        for (content, name), mean in quality.items():
            for phase in ["vote", *(["repeat"] if generator.random() < 0.06 else [])]:
                score = np.clip(np.rint(mean + bias + generator.normal(0, noise)), 1, 5)
                rows.append(
                    {
                        "item": f"image {content + 1} / {name}",
                        "content": f"image {content + 1}",
                        "condition": name,
                        "rater": f"acr-{number + 1:02}",
                        "score": score,
                        "scale_min": 1,
                        "scale_max": 5,
                        "arm": f"ratings, {stage}",
                        "protocol": "acr",
                        "phase": phase,
                        "seconds": round(float(generator.gamma(6, seconds / 6)), 1),
                        "cost": ARM_COST[stage],
                    }
                )
        for gold in range(5):
            truth = 1 + gold
            score = np.clip(np.rint(truth + generator.normal(0, noise)), 1, 5)
            rows.append(
                {
                    "item": f"gold {gold + 1}",
                    "condition": "gold",
                    "rater": f"acr-{number + 1:02}",
                    "score": score,
                    "scale_min": 1,
                    "scale_max": 5,
                    "arm": f"ratings, {stage}",
                    "protocol": "acr",
                    "phase": "gold",
                    "truth": truth,
                }
            )
    return pd.DataFrame(rows)


def pairs(generator: np.random.Generator) -> pd.DataFrame:
    """Every pair of conditions on every image, sides drawn, by fourteen raters; one guesses."""
    rows = []
    names = list(CONDITIONS)
    for number in range(14):
        for content in range(CONTENTS):
            for a in range(len(names)):
                for b in range(a):
                    first, second = (a, b) if generator.random() < 0.5 else (b, a)
                    apart = CONDITIONS[names[first]] - CONDITIONS[names[second]]
                    felt = generator.normal(apart if number != 3 else 0, 1.0)
                    choice = "tie" if abs(felt) < 0.12 else "item" if felt > 0 else "other"
                    rows.append(
                        {
                            "item": f"image {content + 1} / {names[first]}",
                            "content": f"image {content + 1}",
                            "condition": names[first],
                            "other": f"image {content + 1} / {names[second]}",
                            "other_condition": names[second],
                            "rater": f"pairs-{number + 1:02}",
                            "preference": choice,
                            "arm": "pairs",
                            "protocol": "pc",
                            "seconds": round(float(generator.gamma(6, 0.8)), 1),
                            "cost": 0.06,
                        }
                    )
    return pd.DataFrame(rows)


def detection(generator: np.random.Generator) -> pd.DataFrame:
    """Real or synthetic, for two generators of which one is found out more easily."""
    rows = []
    kinds = ("real", "generator 1", "generator 2")
    for number in range(16):
        for image in range(36):
            kind = kinds[image % 3]
            felt = generator.normal({"real": 0, "generator 1": 0.25, "generator 2": 1.2}[kind])
            rows.append(
                {
                    "item": f"field {image + 1}",
                    "condition": kind,
                    "rater": f"real-{number + 1:02}",
                    "score": float(felt > 0.4),
                    "scale_min": 0,
                    "scale_max": 1,
                    "protocol": "real-or-synthetic",
                    "truth": "real" if kind == "real" else "synthetic",
                    "seconds": round(float(generator.gamma(5, 1.1)), 1),
                }
            )
    return pd.DataFrame(rows)


def annotations(generator: np.random.Generator) -> pd.DataFrame:
    """Outlines scored by Dice: three stages, two providers, half after quality assurance."""
    rows = []
    kinds_of = [[kind for kind in KINDS if generator.random() < 0.3] for _ in range(40)]
    hard = generator.normal(0, 0.5, len(kinds_of))
    for number in range(48):
        stage = list(STAGES)[number % 3]
        provider = list(PROVIDERS)[(number // 3) % 2]
        skill = generator.normal(0, 0.5)
        for image in generator.permutation(len(kinds_of))[:22]:
            kinds = kinds_of[image]
            level = skill - hard[image] - 0.35 * len(kinds) + PROVIDERS[provider]
            missed = generator.random() < _logistic(-1.3 - level - STAGES[stage])
            mean = _logistic(1.7 + 0.5 * level + 0.15 * STAGES[stage])
            dice = 0.0 if missed else float(generator.beta(14 * mean, 14 * (1 - mean)))
            checked = generator.random() < 0.5
            gain = sum(QA_HELPS.get(kind, 0.0) for kind in kinds) + generator.normal(0, 0.03)
            found = missed and generator.random() < 2 * max(gain, 0)
            after = 0.75 if found else dice if missed else float(np.clip(dice + gain, 0.02, 0.99))
            rows.append(
                {
                    "item": f"outline {image + 1}",
                    "condition": "outline",
                    "rater": f"annotator-{number + 1:02}",
                    "score": round(after if checked else dice, 4),
                    "before": round(dice, 4) if checked else np.nan,
                    "scale_min": 0,
                    "scale_max": 1,
                    "arm": f"outlines, {stage}",
                    "protocol": "annotation",
                    "stage": stage,
                    "provider": provider,
                    "qa": "yes" if checked else "no",
                    "characteristics": ";".join(kinds),
                    "seconds": round(float(generator.gamma(5, 9)), 1),
                    "cost": 0.35 + (0.12 if checked else 0),
                }
            )
    return pd.DataFrame(rows)


def _logistic(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


if __name__ == "__main__":
    main()
