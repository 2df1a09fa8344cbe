"""Everything that is learnt from the votes of one study, as plain tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evaluation.studies.analysing import parts
from evaluation.studies.analysing.quality import ANNOTATION, with_quality
from evaluation.studies.analysing.votes import Phase, VoteTable, compared, scored
from restoration.errors import OutOfRange, RestorationError

EDITION = 4
"""Goes up when the same votes would give other tables: a cached analysis is then not used."""


@dataclass(frozen=True)
class Part:
    """One table of the analysis."""

    name: str
    make: Callable[[parts.Votes], pd.DataFrame]
    is_live: bool = True
    """Quick enough to be made anew after each vote."""
    is_of_marks: bool = False
    """Made from the defects marked, and not from votes."""


PARTS = (
    Part("rankings", parts.rankings_of),
    Part("preferences", parts.preferences_of),
    Part("differences", parts.differences_of),
    Part("items", parts.items_of),
    Part("agreement", parts.agreement_of),
    Part("raters", parts.raters_of),
    Part("without_flagged", parts.without_flagged_of),
    Part("detection", parts.detection_of),
    Part("arms", lambda votes: parts.strategy_of(votes, "arm")),
    Part("stages", lambda votes: parts.strategy_of(votes, "stage")),
    Part("providers", lambda votes: parts.strategy_of(votes, "provider")),
    Part("stage_differences", lambda votes: parts.severe_differences_of(votes, "stage")),
    Part("provider_differences", lambda votes: parts.severe_differences_of(votes, "provider")),
    Part("quality_assurance", parts.quality_assurance_of),
    Part("marks", parts.marks_of, is_of_marks=True),
    Part("mark_boxes", parts.mark_boxes_of, is_of_marks=True),
    Part("budgets", parts.budgets_of, is_live=False),
    Part("budget_differences", parts.budget_differences_of, is_live=False),
    Part("votes_to_target", parts.votes_to_target_of, is_live=False),
    Part("model", parts.model_of, is_live=False),
)


@dataclass(frozen=True)
class Analysis:
    """What was found; every table can be exported as it is."""

    facts: dict[str, Any]
    """votes, raters, items, conditions, protocol, excluded."""
    tables: dict[str, pd.DataFrame]
    """By name of the part."""
    refusals: dict[str, str]
    """Part or method to the reason why it has no answer."""
    notes: tuple[str, ...]
    """What had to be assumed."""

    def record(self) -> dict[str, Any]:
        """As JSON: every missing value is null."""
        return {
            "edition": EDITION,
            "facts": self.facts,
            "notes": list(self.notes),
            "refusals": self.refusals,
            "tables": {name: _records(table) for name, table in self.tables.items()},
        }


def analyse(
    table: VoteTable,
    *,
    protocol: str | None = None,
    excluded: frozenset[str] = frozenset(),
    live_only: bool = False,
    known: Analysis | None = None,
) -> Analysis:
    """Analyse the votes of a study: opinions, annotations, and real-or-synthetic side by side.

    protocol: which opinion scale to analyse where a study has several; default: the one with most
    votes, and all votes on pairs. excluded: raters to leave out; nothing is deleted. live_only:
    the quick tables only; `known` takes such an analysis of the same votes and adds the others.
    A part that has no answer becomes a refusal with its reason, the others go on.
    """
    unknown = excluded - set(table.votes["rater"]) - set(table.marks["rater"])
    if unknown:
        raise OutOfRange("There is no such rater to leave out", actual=", ".join(sorted(unknown)))
    votes = table.votes[~table.votes["rater"].isin(excluded)]
    marks = table.marks[~table.marks["rater"].isin(excluded)]
    if votes.empty and marks.empty:
        raise OutOfRange("No votes are left to analyse", expected="at least one rater kept")
    chosen, notes = _opinions(votes, protocol)
    judged = with_quality(votes[votes["protocol"] != parts.DETECTION])
    given = parts.Votes(votes, chosen, judged, marks)
    tables = dict(known.tables) if known else {}
    refusals = dict(known.refusals) if known else {}
    for part in PARTS:
        if part.is_live if known else live_only and not part.is_live:
            continue
        if votes.empty and not part.is_of_marks:
            continue
        try:
            made = part.make(given)
        except RestorationError as refused:
            refusals[part.name] = str(refused)
            continue
        refusals.update(made.attrs.pop("refusals", {}))
        if len(made):
            tables[part.name] = made.reset_index(drop=True)
    facts = _facts(votes, chosen, marks, excluded)
    return Analysis(facts, tables, refusals, (*table.notes, *notes))


def votes_hash(table: VoteTable, *settings: object) -> str:
    """Hex digest that is the same for the same votes, settings and edition of the analysis."""
    rows = pd.util.hash_pandas_object(table.votes, index=False).to_numpy()
    marked = pd.util.hash_pandas_object(table.marks.astype("str"), index=False).to_numpy()
    rest = json.dumps([EDITION, list(table.notes), *map(str, settings)])
    return hashlib.sha256(rows.tobytes() + marked.tobytes() + rest.encode()).hexdigest()


def _opinions(votes: pd.DataFrame, protocol: str | None) -> tuple[pd.DataFrame, list[str]]:
    """Votes on pairs, and on the one scale that is analysed."""
    pairs = compared(votes)
    scores = scored(votes)
    scores = scores[~scores["protocol"].isin([ANNOTATION, parts.DETECTION])]
    counts = scores["protocol"].value_counts()
    if protocol is not None and protocol not in counts.index:
        raise OutOfRange(
            "The study has no scores of this protocol",
            actual=protocol,
            expected="one of " + ", ".join(map(str, counts.index)),
        )
    if counts.empty:
        return pairs, []
    taken = str(counts.index[0]) if protocol is None else protocol
    left = [str(name) for name in counts.index if name != taken]
    notes = [f"Scores of {taken} were analysed; also collected: {', '.join(left)}."] if left else []
    return pd.concat([scores[scores["protocol"] == taken], pairs]), notes


def _facts(
    votes: pd.DataFrame, opinions: pd.DataFrame, marks: pd.DataFrame, excluded: frozenset[str]
) -> dict[str, Any]:
    counted = votes[votes["phase"] == Phase.VOTE]
    scores = scored(opinions)
    compared_conditions = opinions if len(opinions) else marks
    return {
        "votes": len(counted),
        "raters": len({*counted["rater"], *marks["rater"]}),
        "items": len({*counted["item"], *marks["item"]}),
        "conditions": int(compared_conditions["condition"].nunique()),
        "contents": int(opinions["content"].nunique()),
        "marks": int((marks["kind"] != "").sum()),
        "protocol": str(scores["protocol"].iloc[0]) if len(scores) else "",
        "scale": [float(scores["scale_min"].iloc[0]), float(scores["scale_max"].iloc[0])]
        if len(scores)
        else None,
        "excluded": sorted(excluded),
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = json.loads(table.to_json(orient="records", double_precision=15))
    return list(rows)
