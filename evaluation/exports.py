"""Tables to take away: CSV, Parquet and LaTeX."""

from __future__ import annotations

import io
from collections.abc import Callable

import pandas as pd

from evaluation.comparison.leaderboard import Leaderboard
from evaluation.figures.labels import decimals, with_unit
from evaluation.figures.theme import short_name
from evaluation.metrics import metric
from evaluation.overview import board_records

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "σ": r"$\sigma$",
}


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """CSV in UTF-8; texts that a spreadsheet would take for a formula get an apostrophe first."""
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].astype(object).map(_disarmed, na_action="ignore")
    return safe.to_csv(index=False).encode()


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Parquet, exact."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def board_frame(board: Leaderboard) -> pd.DataFrame:
    """The leaderboard as a table."""
    return pd.DataFrame(board_records(board)).assign(
        metric=board.metric, degradations=" ".join(board.degradations)
    )


def board_latex(board: Leaderboard) -> str:
    """The leaderboard as a LaTeX table (booktabs); best in bold, with those not told apart from
    it, and how that was decided in the caption."""
    lines = [
        r"\begin{tabular}{lrrrr}",
        r"\toprule",
        rf"Model & {_tex(with_unit(board.metric))} & 95\,\% interval & "
        r"Gain over input & s/MP \\",
        r"\midrule",
    ]
    figure = f"{{:.{decimals(board.metric)}f}}".format
    best = board_records(board)[0]["model"] if board.standings else ""
    for record in board_records(board):
        alike = record["model"] == best or best in record["not_told_apart_from"].split(", ")
        mean = _shown(record["mean"], figure)
        bold = rf"\textbf{{{mean}}}"
        lines.append(
            f"{_tex(record['model'])} & {bold if alike else mean} & "
            f"{_shown(record['low'], figure)}--{_shown(record['high'], figure)} & "
            f"{_shown(record['gain_over_identity'], figure)} & "
            rf"{_shown(record['seconds_per_megapixel'], '{:.3g}'.format)} \\"
        )
    damage = _tex(", ".join(board.degradations))
    return "\n".join(
        [
            *lines,
            r"\bottomrule",
            r"\end{tabular}",
            f"% {metric(board.metric).label}; {damage}; {board.images} images. Bold: not told",
            "% apart from the best by paired bootstrap and Wilcoxon, p < 0.05, Holm-corrected.",
            "",
        ]
    )


def _tex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in short_name(text))


def _shown(value: float | None, figure: Callable[[float], str]) -> str:
    return "--" if value is None else figure(value)


def _disarmed(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_DANGEROUS) else value
