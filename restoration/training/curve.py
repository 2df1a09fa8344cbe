"""The learning curve: a CSV that grows by one row a validation, and a page that shows it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from restoration.training.validation import Measured

Row = dict[str, str]
"""One line of the CSV, by column."""


@dataclass(frozen=True)
class Point:
    """One row of the curve."""

    step: int
    patches: int
    minutes: float
    loss: float
    """Mean training loss since the last point."""
    measured: tuple[Measured, ...]

    def __str__(self) -> str:
        figures = ", ".join(
            f"{at.level:g}: {at.every:.2f} dB (saturated {at.saturated:.2f})"
            for at in self.measured
        )
        return (
            f"step {self.step}, {self.patches} patches, {self.minutes:.1f} min, "
            f"loss {self.loss:.5f}; {figures}"
        )

    def row(self) -> Row:
        """The point as one CSV row."""
        row = {
            "step": str(self.step),
            "patches": str(self.patches),
            "minutes": f"{self.minutes:.2f}",
            "loss": f"{self.loss:.6f}",
        }
        for at in self.measured:
            row[f"degraded_{at.level:g}"] = f"{at.degraded:.3f}"
            row[f"psnr_{at.level:g}"] = f"{at.every:.3f}"
            row[f"saturated_{at.level:g}"] = f"{at.saturated:.3f}"
        return row


@dataclass(frozen=True)
class Drawing:
    """How the page draws the curve."""

    title: str
    axis: str
    columns: tuple[str, ...]
    """Beginnings of the names of the columns to draw, each against the minutes."""


FIDELITY = Drawing("PSNR on held-out photographs", "PSNR (dB)", ("psnr_", "saturated_"))


class Curve:
    """The rows so far, in a CSV and in a self-contained Plotly page beside it."""

    def __init__(self, folder: Path, resumed_at: int, drawing: Drawing = FIDELITY) -> None:
        """Keep the rows up to step `resumed_at`; later ones are of steps that were lost."""
        self._csv = folder / "curve.csv"
        self._page = folder / "curve.html"
        self._drawing = drawing
        self._rows: list[Row] = []
        if resumed_at and self._csv.exists():
            with self._csv.open(newline="", encoding="utf-8") as stream:
                rows = list(csv.DictReader(stream))
            self._rows = [row for row in rows if int(row["step"]) <= resumed_at]

    def add(self, row: Row) -> None:
        """Append a row with `step` and `minutes`; write both files anew, each in one move."""
        self._rows.append(row)
        unfinished = self._csv.with_suffix(".part")
        with unfinished.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, fieldnames=list(self._rows[-1]))
            writer.writeheader()
            writer.writerows(self._rows)
        unfinished.replace(self._csv)
        unfinished.write_text(_page(self._rows, self._drawing), encoding="utf-8")
        unfinished.replace(self._page)


def _page(rows: Sequence[Row], drawing: Drawing) -> str:
    from plotly.graph_objects import Figure, Scatter

    minutes = [float(row["minutes"]) for row in rows]
    names = [name for name in rows[-1] if name.startswith(drawing.columns)]
    figure = Figure(
        [
            Scatter(
                x=minutes,
                y=[float(row[name]) for row in rows],
                name=name.replace("_", " at level "),
            )
            for name in names
        ]
    )
    figure.update_layout(
        title=drawing.title,
        xaxis_title="minutes of training",
        yaxis_title=drawing.axis,
        template="plotly_white",
    )
    return figure.to_html(include_plotlyjs=True)
