"""Every model that can be named, and how one is loaded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from restoration.errors import BadWeights, UnknownModel
from restoration.models.card import ModelCard, WeightsFile
from restoration.models.card_file import read_card
from restoration.models.classical_catalogue import CLASSICAL_CARDS, classical_restorer
from restoration.models.kair_catalogue import KAIR_CARDS
from restoration.models.restorer import Restorer
from restoration.models.swinir_catalogue import SWINIR_CARDS
from restoration.progress import Report, silent
from restoration.settings import settings

if TYPE_CHECKING:
    from restoration.models.detect import Detected

BUNDLED = Path(__file__).parents[2] / "assets" / "weights"
"""Weights that ship with the project, each with its card beside it as JSON."""

OWN = "own:"
"""Before the file name, the id of weights that a user brought."""

MOST_BF16_LOSS = 0.05
"""Most PSNR in dB that "auto" gives away for speed; where the loss is not known, it gives none."""

SUFFIXES = (".safetensors", ".pth", ".pt")


class Availability(Enum):
    """What it takes to use a model."""

    BUILT_IN = "built in"
    """Part of the project."""
    HERE = "on this machine"
    """Fetched before, or put there by hand."""
    DOWNLOAD = "to be fetched"
    """Fetched from its official address at the first use."""


@dataclass(frozen=True)
class LoadedModel:
    """A model that is ready to run."""

    card: ModelCard
    restorer: Restorer
    weights_sha256: str | None = None
    """None for models without weights; of its members' hashes, in order, for a blend."""
    device: str = "cpu"
    dtype: str = "fp32"


def cards() -> tuple[ModelCard, ...]:
    """Every card: classical filters, bundled weights, SwinIR, and the peers."""
    return CLASSICAL_CARDS + _cards_in(BUNDLED) + SWINIR_CARDS + KAIR_CARDS


@lru_cache(maxsize=4)
def _cards_in(folder: Path) -> tuple[ModelCard, ...]:
    """The cards beside the weights in `folder`, by name; raises BadWeights for a bad one."""
    return tuple(read_card(path) for path in sorted(folder.glob("*.json")))


def find(name: str) -> ModelCard:
    """The card whose id or alias is `name`, in any case; raises UnknownModel otherwise."""
    known = _names()
    card = known.get(name.casefold())
    if card is None:
        near = get_close_matches(name.casefold(), known, n=3, cutoff=0.4)
        raise UnknownModel(
            "No model has this name",
            actual=name,
            expected=" or ".join(known[match].id for match in near) or "an id of the catalogue",
            remedy="`python -m restoration models` lists them all; "
            "the path of a weights file does too",
        )
    return card


def check_name(name: str) -> None:
    """Raise UnknownModel for what `load` would not take: no id, no alias, no weights file."""
    if not _is_own(name) or not Path(name).is_file():
        find(name)


def available(card: ModelCard) -> Availability:
    """Whether `card` can be used at once; a blend can when all its members can."""
    if card.members:
        each = {available(find(member)) for member in card.members}
        return next(state for state in reversed(Availability) if state in each)
    if card.weights is None or _bundled(card.weights) is not None:
        return Availability.BUILT_IN
    there = (weights_folder() / card.weights.file).exists()
    return Availability.HERE if there else Availability.DOWNLOAD


def is_here(name: str) -> bool:
    """Whether a model of this id or alias exists and runs without a download."""
    card = _names().get(name.casefold())
    return card is not None and available(card) is not Availability.DOWNLOAD


def weights_folder() -> Path:
    """Where fetched weights live, and where a user may put them by hand."""
    return settings().data_dir / "weights"


def load(
    name: str,
    device: str = "auto",
    dtype: str = "auto",
    weights: Path | None = None,
    report: Report = silent,
) -> LoadedModel:
    """Load the model of an id or alias, or of the path of a weights file.

    `weights` replaces the published weights of a named model by a file of the user's. Raises
    UnknownModel if there is no such model or its weights cannot be fetched; BadWeights if the
    weights are damaged, of another architecture than the card says, or not those published;
    UsageError for a device or precision that cannot be had.
    """
    if _is_own(name):
        return _load_own(Path(name), device, dtype)
    card = find(name)
    if card.members:
        return _load_blend(card, device, dtype, report)
    if card.weights is None:
        return LoadedModel(card, classical_restorer(card.id))
    return _load_network(card, weights or _weights_file(card.weights, report), device, dtype)


def _load_blend(card: ModelCard, device: str, dtype: str, report: Report) -> LoadedModel:
    from restoration.models.bracket import bracket

    members = [load(member, device, dtype, report=report) for member in card.members]
    joined = sha256("".join(member.weights_sha256 or "" for member in members).encode())
    return LoadedModel(
        card,
        bracket([member.restorer for member in members]),
        joined.hexdigest(),
        members[0].device,
        members[0].dtype,
    )


def _load_own(path: Path, device: str, dtype: str) -> LoadedModel:
    if not path.is_file():
        raise UnknownModel(
            "There is no weights file at this path",
            actual=str(path),
            expected="a model id or the path of a file",
        )
    found = _read(path)
    card = ModelCard(
        id=OWN + path.name,
        title=f"Your own weights: {path.name} ({found.architecture})",
        task=found.task,
        architecture=found.architecture,
        channels=found.descriptor.channels,
        level=found.descriptor.level,
        level_range=found.descriptor.level_range,
        limits="What it was trained for is not known here: compare it with identity first.",
        licence="not stated",
        source="a file of the user's",
        parameters=sum(parameter.numel() for parameter in found.module.parameters()),
        weights=WeightsFile(path.name),
        training_data="not stated",
    )
    return _placed(card, found, path, device, dtype)


def _load_network(card: ModelCard, path: Path, device: str, dtype: str) -> LoadedModel:
    found = _read(path)
    facts = found.descriptor
    if found.architecture != card.architecture or not set(card.channels) <= set(facts.channels):
        raise BadWeights(
            f"{path.name} does not belong to {card.id}",
            actual=f"{found.architecture} with channels {facts.channels}",
            expected=f"{card.architecture} with channels {card.channels}",
        )
    return _placed(card, found, path, device, dtype)


def _placed(card: ModelCard, found: Detected, path: Path, device: str, dtype: str) -> LoadedModel:
    from restoration.models.network import place
    from restoration.models.weights import sha256_of

    descriptor = replace(
        found.descriptor,
        channels=card.channels,
        level=card.level,
        level_range=card.level_range,
    )
    if dtype == "auto" and (card.bf16_loss is None or card.bf16_loss > MOST_BF16_LOSS):
        dtype = "fp32"
    network = place(
        found.module, descriptor, takes_level=found.takes_level, device=device, dtype=dtype
    )
    return LoadedModel(card, network, sha256_of(path), network.device, network.dtype)


def _is_own(name: str) -> bool:
    return name.casefold() not in _names() and Path(name).suffix.lower() in SUFFIXES


def _read(path: Path) -> Detected:
    from restoration.models.detect import detect
    from restoration.models.weights import read_state_dict

    return detect(read_state_dict(path))


def _weights_file(weights: WeightsFile, report: Report) -> Path:
    """The verified file; fetched where it is neither bundled nor on this machine."""
    from restoration.models.download import fetch
    from restoration.models.weights import verify

    bundled = _bundled(weights)
    if bundled is None:
        return fetch(weights, weights_folder(), offline=settings().offline, report=report)
    if weights.sha256 is not None:
        verify(bundled, weights.sha256)
    return bundled


def _bundled(weights: WeightsFile) -> Path | None:
    path = BUNDLED / weights.file
    return path if weights.url is None and path.exists() else None


def _names() -> dict[str, ModelCard]:
    return {name.casefold(): card for card in cards() for name in (card.id, *card.aliases)}
