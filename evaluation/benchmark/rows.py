"""One finished cell is one row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from evaluation.benchmark.plan import Cell, Key, name_of

if TYPE_CHECKING:
    import pandas as pd

LOST = "WorkerLost"
"""The error of a cell whose worker ended: of the machine, so a resumed run tries it again."""


@dataclass(frozen=True)
class Row:
    """What was measured on one cell, or why nothing was."""

    image: str
    image_sha256: str
    width: int
    height: int
    model: str
    degradation: str
    """As on the command line, for instance "gaussian:25"; "none" for images as they are."""
    kind: str
    level: float | None
    """What was done to the image; sigma on the 0-255 scale, or JPEG quality."""
    seed: int
    weights_sha256: str | None = None
    model_level: float | None = None
    """The level the model was told, after clamping to its range."""
    level_source: str | None = None
    """"known" from the degradation, "estimated" on the damaged image, or "none"."""
    seconds: float | None = None
    """In the model alone: not reading, damaging or measuring."""
    peak_memory_mb: float | None = None
    """Of the worker's process during the cell, model included; on CUDA, of the device."""
    threads: int | None = None
    device: str | None = None
    dtype: str | None = None
    restored_sha256: str | None = None
    """Of the restored float32 pixels: equal means bit-identical."""
    error_class: str | None = None
    error: str | None = None
    metrics: dict[str, float] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The key of the cell."""
        return (self.image, self.image_sha256, self.model, self.degradation, self.seed)

    @property
    def failed(self) -> bool:
        """Whether there is an error in place of figures."""
        return self.error is not None

    @property
    def lost(self) -> bool:
        """Whether the cell was not answered at all, since its worker ended."""
        return self.error_class == LOST

    def record(self) -> dict[str, Any]:
        """The row as JSON; Python's reader knows its infinities."""
        return asdict(self)


def described(cell: Cell) -> dict[str, Any]:
    """The columns that are known before a cell runs."""
    degradation = cell.degradation
    return {
        "image": cell.image.name,
        "image_sha256": cell.image.source.sha256,
        "width": cell.image.width,
        "height": cell.image.height,
        "model": cell.model,
        "degradation": name_of(degradation),
        "kind": "none" if degradation is None else degradation.kind.value,
        "level": None if degradation is None else degradation.level,
        "seed": cell.seed,
    }


def row_from(record: dict[str, Any]) -> Row:
    """The row of a record; raises TypeError for a record of another shape."""
    return Row(**record)


def table(rows: Iterable[Row], metrics: Iterable[str]) -> pd.DataFrame:
    """One line for each row, one column for each field and each of `metrics`.

    Columns have one type however few rows there are, so that tables of several runs join.
    """
    import pandas as pd

    records = [_flat(row) for row in rows]
    types = {column.name: _TYPES[str(column.type)] for column in fields(Row)}
    del types["metrics"]
    types |= dict.fromkeys(metrics, "float64")
    return pd.DataFrame(records, columns=list(types)).astype(types)


def _flat(row: Row) -> dict[str, Any]:
    record = row.record()
    return {**record, **record.pop("metrics")}


_TYPES = {
    "str": "string",
    "str | None": "string",
    "int": "int64",
    "int | None": "Int64",
    "float | None": "float64",
    "dict[str, float]": "",
}
"""Type of a table's column, by that of the field."""
