"""An analysis as a page or a report shows it: sentences first, then figures with their data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from evaluation.figures.browser import figure_record
from evaluation.studies.analysing.analysis import Analysis
from evaluation.studies.analysing.figures.budget_figures import budget_figure, target_figure
from evaluation.studies.analysing.figures.detection_figure import detection_figure
from evaluation.studies.analysing.figures.preferences_figure import preferences_figure
from evaluation.studies.analysing.figures.rankings_figure import rankings_figure
from evaluation.studies.analysing.figures.raters_figure import exclusion_figure, raters_figure
from evaluation.studies.analysing.figures.strategy_figures import (
    model_figure,
    quality_assurance_figure,
    severe_figure,
)
from evaluation.studies.analysing.mark_maps import mark_maps
from evaluation.studies.analysing.methods import methods_paragraph
from evaluation.studies.analysing.sentences import answer, strategy_answer
from evaluation.studies.analysing.shown_tables import shown_tables


@dataclass(frozen=True)
class Section:
    """One figure, what it shows in a sentence, and the table behind it."""

    table: str
    title: str
    words: str
    draw: Callable[..., go.Figure]
    has_panels: bool = False
    """Whether `draw` can set its panels below each other, for a narrow screen."""


RESULTS = (
    Section(
        "rankings",
        "Rankings by method",
        "Dots are scores with 95 % intervals, each panel in its own unit. An orange diamond marks "
        "a condition whose rank depends on the method: do not build on it.",
        rankings_figure,
        has_panels=True,
    ),
    Section(
        "preferences",
        "Preferences",
        "How often raters preferred one to the other, ties counted half, with 95 % intervals for "
        "other raters, and for other images where there are at least eight.",
        preferences_figure,
    ),
    Section(
        "detection",
        "Real or synthetic",
        "A dot in the gray zone with its whole interval shows that raters cannot tell.",
        detection_figure,
    ),
    Section(
        "raters",
        "Raters",
        "Bias is harmless once corrected. Inconsistency is not: such votes say little.",
        raters_figure,
    ),
    Section(
        "without_flagged",
        "With and without the raters to look at",
        "How far the mean scores would move if the raters with a reason were left out. Nobody is "
        "left out unless you ask.",
        exclusion_figure,
    ),
)
STRATEGIES = (
    Section(
        "budgets",
        "Error against money",
        "How far mean scores are from the reference when an arm spends so much: compare arms at "
        "the same spending.",
        budget_figure,
    ),
    Section(
        "stages",
        "Instructions and severe errors",
        "A severe error is an annotation that missed its object, or a vote off by half the scale. "
        "Of the others, the median and the quartiles are shown.",
        severe_figure,
        has_panels=True,
    ),
    Section(
        "providers",
        "Providers",
        "The same by who supplied the raters.",
        severe_figure,
        has_panels=True,
    ),
    Section(
        "quality_assurance",
        "Where quality assurance pays",
        "The same annotation before and after, by image characteristic, with 95 % intervals for "
        "other raters. A kind with fewer than eight images speaks of these images only.",
        quality_assurance_figure,
    ),
    Section(
        "model",
        "Two-part model",
        "Each effect with the others held fixed: on the odds of a severe error, and on quality "
        "where there was none.",
        model_figure,
    ),
    Section(
        "votes_to_target",
        "Votes to a target",
        "Votes that one item needs until its 95 % interval is this narrow.",
        target_figure,
    ),
)


def presented(analysis: Analysis) -> dict[str, Any]:
    """As JSON: answer, facts, sections with figures, maps of defects, tables, refusals, methods."""
    return {
        "facts": analysis.facts,
        "answer": list(answer(analysis)),
        "results": _sections(analysis, RESULTS),
        "marks": mark_maps(analysis),
        "strategy_answer": list(strategy_answer(analysis)),
        "strategies": _sections(analysis, STRATEGIES),
        "raters": _flagged(analysis),
        "shown_tables": shown_tables(analysis),
        "refusals": analysis.refusals,
        "notes": list(analysis.notes),
        "methods": methods_paragraph(analysis),
    }


def _sections(analysis: Analysis, sections: tuple[Section, ...]) -> list[dict[str, Any]]:
    return [
        {
            "table": section.table,
            "title": section.title,
            "words": section.words,
            "figure": figure_record(section.draw(analysis.tables[section.table])),
            "narrow": figure_record(section.draw(analysis.tables[section.table], narrow=True))
            if section.has_panels
            else None,
        }
        for section in sections
        if _is_drawn(analysis, section)
    ]


def _is_drawn(analysis: Analysis, section: Section) -> bool:
    table = analysis.tables.get(section.table)
    if table is None or table.empty:
        return False
    if section.table == "raters":
        return bool(table["inconsistency"].notna().any())
    return section.draw is not severe_figure or len(table) > 1


def _flagged(analysis: Analysis) -> list[dict[str, str]]:
    """Raters with a reason to be looked at."""
    table = analysis.tables.get("raters")
    if table is None:
        return []
    rows = table.loc[table["reasons"] != "", ["rater", "reasons"]]
    return [{"rater": str(row.rater), "reasons": str(row.reasons)} for row in rows.itertuples()]
