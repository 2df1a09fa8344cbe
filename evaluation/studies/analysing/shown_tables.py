"""Tables that a page shows as they are: figures as text, nothing where nothing is known."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evaluation.studies.analysing.analysis import Analysis

AGREEMENT = {"measure": "Measure", "value": "Value", "low": "Low", "high": "High"}
RATERS = {
    "rater": "Rater",
    "votes": "Votes",
    "bias": "Bias, points",
    "inconsistency": "Inconsistency, points",
    "agreement": "Correlation with the others",
    "outlier": "Choices off, ranges",
    "gold": "Known answers right",
    "repeats": "Repeats alike",
    "seconds": "Median seconds",
    "reasons": "Reason to look",
}
SHARES = {"gold", "repeats"}


def shown_tables(analysis: Analysis) -> list[dict[str, Any]]:
    """title, table (its name), columns and rows of text, for agreement and for the raters."""
    raters = analysis.tables.get("raters")
    count = 0 if raters is None else len(raters)
    wanted = (
        ("agreement", "Agreement between raters", AGREEMENT),
        ("raters", f"All {count} raters", RATERS),
    )
    return [
        {"title": title, "table": name, **_as_text(analysis.tables[name], names)}
        for name, title, names in wanted
        if name in analysis.tables
    ]


def _as_text(table: pd.DataFrame, names: dict[str, str]) -> dict[str, Any]:
    known = [name for name in names if name in table and table[name].notna().any()]
    rows = [[_cell(name, row[name]) for name in known] for row in table.to_dict("records")]
    return {"columns": [names[name] for name in known], "rows": rows}


def _cell(name: str, value: Any) -> str:  # noqa: ANN401
    if pd.isna(value):
        return "–"
    if isinstance(value, str):
        return value
    if name in SHARES:
        return f"{100 * value:.0f} %"
    return f"{value:.0f}" if name == "votes" else f"{value:.2f}"
