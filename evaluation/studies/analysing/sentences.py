"""The answer first: what an analysis says, in sentences with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from evaluation.studies.analysing.analysis import Analysis
from evaluation.studies.analysing.clustered import LEAST_CONTENTS
from evaluation.studies.analysing.conditions import Method
from evaluation.studies.analysing.detection import MARGIN
from evaluation.studies.analysing.marks import ANY
from evaluation.studies.analysing.preferences import ALPHA
from evaluation.studies.analysing.quality_assurance import ALL, Verdict

MOST_NAMED = 3
FEW_RATERS = 8
"""Below this, clustered intervals are too short in simulations."""
PERCENT = "\u00a0%"
"""The sign stays on the line of its number."""


def answer(analysis: Analysis) -> tuple[str, ...]:
    """What raters prefer, whether to trust them, what they can tell and what they marked."""
    said = [_preferred(analysis), _trust(analysis), _detected(analysis), _marked(analysis)]
    found = tuple(sentence for sentence in said if sentence)
    rests_on = _rests_on(analysis)
    if found and rests_on:
        found = (*found, rests_on)
    return found or ("The votes do not compare anything yet.",)


def strategy_answer(analysis: Analysis) -> tuple[str, ...]:
    """Which strategy is worth its money; no sentence where nothing was varied."""
    said = [_stages(analysis), _quality_assurance(analysis), _budget(analysis)]
    return tuple(sentence for sentence in said if sentence)


def interval(low: float, high: float, digits: int = 2) -> str:
    """ "0.31 to 0.52"."""
    return f"{low:.{digits}f} to {high:.{digits}f}"


def percent(value: float) -> str:
    """ "73 %"; one digit after the point below ten."""
    digits = 1 if 0 < value < 0.095 else 0
    return f"{100 * value:.{digits}f}{PERCENT}"


def percents(low: float, high: float) -> str:
    """ "68 to 78 %"."""
    digits = 1 if high < 0.095 else 0
    return f"{100 * low:.{digits}f} to {100 * high:.{digits}f}{PERCENT}"


def best_condition(analysis: Analysis) -> str | None:
    """First by the scale of the votes on pairs, else by plain means."""
    ranks = analysis.tables.get("rankings")
    if ranks is None:
        return None
    pairs = analysis.tables.get("preferences")
    by_pairs = pairs is not None and pairs["source"].iloc[0] == "votes on pairs"
    for method in (Method.JOD, Method.PLAIN) if by_pairs else (Method.PLAIN, Method.JOD):
        rows = ranks[ranks["method"] == str(method)]
        if len(rows):
            return str(rows.sort_values("rank")["condition"].iloc[0])
    return None


def _preferred(analysis: Analysis) -> str | None:
    best = best_condition(analysis)
    if best is None:
        return None
    pairs = analysis.tables.get("preferences")
    if pairs is None:
        return _scored_higher(analysis, best)
    mine = pairs[(pairs["first"] == best) | (pairs["second"] == best)]
    if mine.empty:
        return f"{best} comes first, but no pair with it was judged by two raters yet."
    is_sure = mine["p_holm"] < ALPHA
    is_first = mine["first"] == best
    others = mine["second"].where(is_first, mine["first"])
    sure = mine[is_sure & is_first].sort_values("share")
    words = [
        f"to {row['second']} ({percent(row['share'])}, {percents(row['low'], row['high'])})"
        for row in sure.to_dict("records")
    ]
    unsure, above = sorted(others[~is_sure]), sorted(others[is_sure & ~is_first])
    said = [f"{_listed(unsure)} cannot be told apart from it"] if unsure else []
    said += [f"face to face they prefer {_listed(above)}"] if above else []
    if words:
        return "; ".join([f"Raters prefer {best} {_listed(words)}", *said]) + "."
    return f"{best} comes first by all comparisons together, but {' and '.join(said)}."


def _scored_higher(analysis: Analysis, best: str) -> str | None:
    table = analysis.tables.get("differences")
    if table is None:
        return None
    mine = table[(table["first"] == best) | (table["second"] == best)]
    is_sure = (mine["p_holm"] < ALPHA) & (mine["first"] == best)
    sure = mine[is_sure].sort_values("difference")
    unsure = sorted(mine["second"].where(mine["first"] == best, mine["first"])[~is_sure])
    if mine.empty:
        return f"{best} scores highest, but was judged by one rater only."
    if sure.empty:
        return f"{best} scores highest, but cannot be told apart from {_listed(unsure)}."
    near = sure.iloc[0]
    rest = f"; {_listed(unsure)} cannot be told apart from it" if unsure else ""
    return (
        f"{best} scores highest: {near['difference']:.2f} points above {near['second']} "
        f"({interval(near['low'], near['high'])}){rest}."
    )


def _trust(analysis: Analysis) -> str | None:
    raters = analysis.tables.get("raters")
    if raters is None:
        return None
    flagged = int((raters["reasons"] != "").sum())
    who = (
        f"{flagged} of {len(raters)} raters have"
        if flagged
        else f"none of {len(raters)} raters has"
    )
    looked = f"{who} a reason to be looked at"
    agreement = analysis.tables.get("agreement")
    if agreement is None:
        return f"{looked[0].upper()}{looked[1:]}."
    alpha = agreement.iloc[0]
    return (
        f"Agreement is {_strength(alpha['value'])} (Krippendorff's alpha {alpha['value']:.2f}, "
        f"{interval(alpha['low'], alpha['high'])}); {looked}."
    )


def _strength(alpha: float) -> str:
    """Krippendorff's own limits: 0.8 reliable, 0.667 for tentative conclusions."""
    if alpha >= 0.8:
        return "high"
    return "fair" if alpha >= 0.667 else "low for single votes, so only means can be used"


def _detected(analysis: Analysis) -> str | None:
    table = analysis.tables.get("detection")
    if table is None:
        return None
    row = table.iloc[0]
    found = (
        f"accuracy {percent(row['accuracy'])}, {percents(row['low'], row['high'])}; "
        f"d' {row['sensitivity']:.2f}"
    )
    margin = f"within {percent(0.5 - MARGIN)} to {percent(0.5 + MARGIN)}"
    equivalent = row["p_equivalent"] < ALPHA
    if row["p"] < ALPHA:
        small = (
            f"yet equivalent to guessing {margin}" if equivalent else "not equivalent to guessing"
        )
        return f"Raters tell synthetic from real ({found}): {small}."
    if equivalent:
        return f"Raters cannot tell synthetic from real ({found}): equivalent to guessing {margin}."
    return (
        f"It is open whether raters can tell synthetic from real ({found}): neither a difference "
        f"from guessing nor equivalence {margin} is shown, more votes are needed."
    )


def _marked(analysis: Analysis) -> str | None:
    table = analysis.tables.get("marks")
    if table is None:
        return None
    whole = table[table["kind"] == ANY]
    if not whole["marked"].any():
        return f"No rater marked a defect in any of {len(whole)} pictures."
    most = whole.iloc[0]
    own = table[(table["item"] == most["item"]) & (table["kind"] != ANY) & (table["marked"] > 0)]
    kinds = [f"{row['kind']} by {row['marked']}" for row in own.to_dict("records")]
    return (
        f"Defects were marked most often in {most['content']}, {most['condition']}: by "
        f"{most['marked']} of {most['raters']} raters ({_listed(kinds)})."
    )


def _stages(analysis: Analysis) -> str | None:
    table = analysis.tables.get("stages")
    if table is None or len(table) < 2:
        return None
    ordered = table.sort_values("severe")
    least, most = ordered.iloc[0], ordered.iloc[-1]
    apart = _stages_apart(analysis, most, least)
    return (
        f"Severe errors are rarest with the instructions “{least['stage']}” "
        f"({percent(least['severe'])}, {percents(least['severe_low'], least['severe_high'])}) and "
        f"most frequent with “{most['stage']}” ({percent(most['severe'])}, "
        f"{percents(most['severe_low'], most['severe_high'])}){apart}."
    )


def _stages_apart(analysis: Analysis, most: pd.Series, least: pd.Series) -> str:
    table = analysis.tables.get("stage_differences", pd.DataFrame(columns=["first", "second"]))
    rows = table[(table["first"] == most["stage"]) & (table["second"] == least["stage"])]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    points = f"{100 * row['low']:.0f} to {100 * row['high']:.0f} points"
    return f": {points} apart" if row["p_holm"] < ALPHA else f", which may be chance ({points})"


def _quality_assurance(analysis: Analysis) -> str | None:
    table = analysis.tables.get("quality_assurance")
    if table is None or table.empty:
        return None
    whole = table[table["characteristic"] == ALL]
    kinds = table[table["characteristic"] != ALL]
    row = whole.iloc[0] if len(whole) else kinds.iloc[0]
    on = f" on these {row['images']} images" if row["images"] < LEAST_CONTENTS else ""
    few = f", as {row['raters']} raters say" if row["raters"] < FEW_RATERS else ""
    change = (
        f"Quality assurance changes the mean quality by {row['change']:+.3f} "
        f"({row['low']:+.3f} to {row['high']:+.3f}){on}{few}"
    )
    pays = [_kind(each) for each in kinds[kinds["verdict"] == Verdict.PAYS].to_dict("records")]
    if pays:
        return f"{change}; it improves images marked {_listed(pays)}."
    if kinds.empty:
        return f"{change}; no kinds of image were told apart."
    return f"{change}; for no kind of image is an improvement shown."


def _kind(row: Mapping[Any, Any]) -> str:
    """A kind of image, and what little its verdict rests on."""
    few = row["images"] < LEAST_CONTENTS
    return f"{row['characteristic']} (only these {row['images']})" if few else row["characteristic"]


MONEY = {"cost": "money", "seconds": "time", "votes": "number of votes"}


def _budget(analysis: Analysis) -> str | None:
    table = analysis.tables.get("budget_differences")
    if table is None or table.empty:
        return None
    row = table.sort_values("ratio").iloc[0]
    found = (
        f"“{row['first']}” has {row['ratio']:.2f} times the error of “{row['second']}” "
        f"({interval(row['low'], row['high'])})"
    )
    same = f"or the same {MONEY[row['unit']]}"
    if row["p_holm"] < ALPHA:
        return f"F{same}, {found}."
    return f"No arm is shown to give nearer scores f{same}: {found}."


def _rests_on(analysis: Analysis) -> str | None:
    """Said where raters or images are too few to stand for others."""
    if "rankings" not in analysis.tables:
        return None
    images, raters = analysis.facts["contents"], analysis.facts["raters"]
    which = "this one image" if images == 1 else f"these {images} images"
    said = [f"this holds for {which} only"] if images < LEAST_CONTENTS else []
    if raters < FEW_RATERS:
        count = "one rater is" if raters == 1 else f"{raters} raters are"
        said.append(f"{count} few, and intervals may be too short")
    joined = "; ".join(said)
    return f"{joined[0].upper()}{joined[1:]}." if said else None


def _listed(words: Sequence[str]) -> str:
    """ "a, b and c", or "a, b, c and 4 more"."""
    shown = list(words)
    if len(shown) > MOST_NAMED + 1:
        shown = [*shown[:MOST_NAMED], f"{len(shown) - MOST_NAMED} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
