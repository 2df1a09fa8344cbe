"""The methods paragraph for a paper: what was computed, how, with which versions."""

from __future__ import annotations

import platform
from importlib.metadata import version

from evaluation.studies.analysing import budget, choice_scale
from evaluation.studies.analysing.analysis import EDITION, Analysis
from evaluation.studies.analysing.clustered import LEAST_CONTENTS
from evaluation.studies.analysing.detection import MARGIN

LIBRARIES = ("numpy", "scipy", "pandas", "evalica", "torch")
CLUSTERED = (
    "Errors of means are clustered by rater, and by image where there are at least "
    f"{LEAST_CONTENTS} (Cameron, Gelbach and Miller, 2011; Satterthwaite's degrees of freedom)."
)


def methods_paragraph(analysis: Analysis) -> str:
    """Plain text, only of what this analysis contains."""
    facts, tables = analysis.facts, analysis.tables
    given = [f"{facts['votes']:,} votes"] if facts["votes"] or not facts["marks"] else []
    given += [f"{facts['marks']:,} marks"] if facts["marks"] else []
    said = [f"{facts['raters']} raters gave {' and '.join(given)} on {facts['items']:,} stimuli."]
    if facts["excluded"]:
        said.append(f"Left out: {', '.join(facts['excluded'])}.")
    if "items" in tables:
        low, high = facts["scale"]
        said.append(
            f"Mean opinion scores on the scale {low:g} to {high:g} are given with bounded "
            "95 % intervals (Student on the logit); scores were also corrected for the bias and "
            "inconsistency of raters (ITU-T P.910 Annex E) and screened (ITU-R BT.500-15, "
            "population standard deviation)."
        )
    if "preferences" in tables:
        said.append(
            "Preferences count ties as half; p values are corrected by Holm's method. Scales of "
            "choices are Bradley-Terry and Thurstone case V in just-objectionable differences "
            f"(1 JOD = 75 %), with intervals from {choice_scale.DRAWS} bootstrap draws of raters "
            f"(seed {choice_scale.SEED})."
        )
    if "agreement" in tables:
        said.append(
            "Agreement is Krippendorff's alpha (interval distance; jackknife over items on the log "
            "variance ratio) and intraclass correlation (Shrout and Fleiss, 1979; limits of "
            "McGraw and Wong, 1996, where no vote is missing)."
        )
    if "detection" in tables:
        said.append(
            "Telling real from synthetic is reported as balanced accuracy and d' (log-linear "
            f"correction); equivalence to guessing by two one-sided tests, margin {MARGIN:g}."
        )
    if "quality_assurance" in tables:
        said.append(
            "The effect of quality assurance is the paired difference in quality of the same "
            "annotation before and after; a severe error is a quality of exactly 0."
        )
    if "budgets" in tables:
        said.append(
            f"Equal-budget curves are means of {budget.DRAWS} draws against "
            f"{tables['budgets']['reference'].iloc[0]} (seed {budget.SEED})."
        )
    if "model" in tables:
        said.append(
            "The two-part mixed model is zero-inflated beta with random intercepts of rater and "
            "image, correlated between the parts (Raedsch et al., 2023), fitted by Laplace's "
            "approximation; priors normal(0, 10) on coefficients and half-Cauchy(1) on standard "
            "deviations."
        )
    if "marks" in tables:
        said.append(
            "Maps of defects count each rater once at a place, of those who judged the picture."
        )
    if facts["votes"]:
        said.append(CLUSTERED)
    named = ", ".join(f"{name} {version(name).split('+')[0]}" for name in LIBRARIES)
    said.append(
        f"Computed with Restore & Rate (analysis edition {EDITION}), Python "
        f"{platform.python_version()}, {named}."
    )
    return " ".join(said)
