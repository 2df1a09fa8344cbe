"""The classes of a label map, and the two that a condition adds: cell and noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from restoration.errors import UnreadableFile, UsageError

FILE_NAME = "classes.json"


@dataclass(frozen=True)
class TissueClass:
    """One class of a label map; its code is its place in the list."""

    name: str
    colour: tuple[int, int, int]
    """How it is drawn, sRGB."""
    nuclei: bool = False
    """Whether its regions are made of nuclei of their own kind."""
    air: bool = False
    """Whether it is glass without tissue, where no noise is drawn."""


@dataclass(frozen=True)
class Tissue:
    """The classes that label maps of one data set can hold, code 0 first."""

    name: str
    classes: tuple[TissueClass, ...]
    spacing: float
    """Typical distance between nuclei, 1 / sqrt(nuclei per pixel of tissue), in pixels."""

    @property
    def cell(self) -> int:
        """Code of a pixel of a single cell: paints over the region it lies in."""
        return len(self.classes)

    @property
    def noise(self) -> int:
        """Code of a noise pixel: paints over the region it lies in."""
        return len(self.classes) + 1

    @property
    def codes(self) -> int:
        """Number of codes a generator is told: the classes, cell and noise."""
        return len(self.classes) + 2

    @property
    def nuclei_codes(self) -> tuple[int, ...]:
        """Codes of the classes made of nuclei."""
        return tuple(code for code, each in enumerate(self.classes) if each.nuclei)

    @property
    def air_codes(self) -> tuple[int, ...]:
        """Codes of the classes without tissue."""
        return tuple(code for code, each in enumerate(self.classes) if each.air)


IHC = Tissue(
    "ihc",
    (
        TissueClass("other tissue", (236, 226, 236)),
        TissueClass("negative", (86, 74, 178), nuclei=True),
        TissueClass("positive", (178, 98, 52), nuclei=True),
        TissueClass("air", (255, 255, 255), air=True),
    ),
    spacing=26.0,
)
HISTOLOGY = Tissue(
    "histology",
    (
        TissueClass("other tissue", (214, 204, 234)),
        TissueClass("nuclei in tissue", (86, 74, 178), nuclei=True),
        TissueClass("nuclei in a smear", (170, 60, 140), nuclei=True),
        TissueClass("air", (255, 255, 255), air=True),
    ),
    spacing=44.0,
)
TISSUES: tuple[Tissue, ...] = (IHC, HISTOLOGY)

_TISSUE = TypeAdapter(Tissue)


def tissue_named(name: str, tissues: Sequence[Tissue] = TISSUES) -> Tissue:
    """The tissue of that name; raises UsageError with the names there are."""
    for tissue in tissues:
        if tissue.name == name:
            return tissue
    raise UsageError(
        f"There is no tissue named {name}",
        expected="one of " + ", ".join(tissue.name for tissue in tissues),
        remedy=f"Or name a {FILE_NAME} that lists the classes of your own maps",
    )


def read_tissue(path: Path) -> Tissue:
    """Read a list of classes from JSON; raises UnreadableFile where it is missing or unfit."""
    try:
        return _TISSUE.validate_json(path.read_bytes())
    except OSError as error:
        raise UnreadableFile(
            f"{path} cannot be read",
            actual=error.strerror,
            remedy="Run python -m restoration.synthesis prepare first",
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise UnreadableFile(
            f"{path.name} does not list the classes of a label map",
            actual=f"{'.'.join(map(str, first['loc']))}: {first['msg']}",
            expected="name, spacing and classes, each with name and colour",
        ) from error


def write_tissue(tissue: Tissue, path: Path) -> None:
    """Write the list of classes that `read_tissue` reads."""
    path.write_bytes(_TISSUE.dump_json(tissue, indent=2) + b"\n")
