"""The model under examination, run once, and those that stand beside it."""

from __future__ import annotations

from dataclasses import dataclass

from restoration.engine import run
from restoration.errors import UsageError
from restoration.explanation.ablations import Ablation, Part, ablations
from restoration.explanation.colours import model_colours
from restoration.explanation.inside import Inside, look_inside
from restoration.explanation.subject import Subject, told_level
from restoration.models.bracket import Bracket
from restoration.models.card import Task
from restoration.models.catalogue import LoadedModel
from restoration.models.network import Network
from restoration.models.restorer import LevelKind, Restorer
from restoration.pages.page import Pixels

EXPLAINED = (Task.DENOISE, Task.PAGE, Task.NOTHING)


@dataclass(frozen=True, eq=False)
class Examined:
    """All that the sections are made from."""

    subject: Subject
    model: LoadedModel
    others: tuple[LoadedModel, ...]
    """Shown beside it where models are compared; doing nothing is one of them."""
    restored: Pixels
    """(H, W, C), unclipped."""
    psnr: float
    """Of `restored`."""
    network: Network | None
    inside: Inside | None
    techniques: tuple[Ablation, ...]

    @property
    def name(self) -> str:
        """The model's id."""
        return self.model.card.id

    @property
    def level(self) -> float | None:
        """What the model is told."""
        return told_level(self.model, self.subject.sigma)

    @property
    def architecture(self) -> str:
        """For sentences."""
        return self.model.card.architecture

    @property
    def colours(self) -> dict[str, int]:
        """Series colours by model."""
        return model_colours(self.name, tuple(each.card.id for each in self.others))

    def restore(self, pixels: Pixels, level: float | None = None) -> Pixels:
        """(H, W, C) through the explained model, told the crop's level unless another."""
        return restored_by(self.model, pixels, self.level if level is None else level)

    def of(self, part: Part) -> tuple[Ablation, ...]:
        """The techniques that belong to one section."""
        return tuple(each for each in self.techniques if each.part is part)


def examine(subject: Subject, model: LoadedModel, others: tuple[LoadedModel, ...]) -> Examined:
    """Run the model once, looked into where that is possible."""
    level = told_level(model, subject.sigma)
    network = network_of(model.restorer, subject.sigma)
    # The engine may pass gray through a colour network, or mix networks: then it is not one run.
    direct = isinstance(model.restorer, Network)
    inside = None if network is None else look_inside(network, subject.noisy, level)
    if inside is not None and direct:
        restored = inside.output
    else:
        restored = restored_by(model, subject.noisy, level)
    return Examined(
        subject,
        model,
        others,
        restored,
        subject.score(restored),
        network,
        inside,
        () if network is None else ablations(network),
    )


def network_of(restorer: Restorer, sigma: float) -> Network | None:
    """The network inside a restorer; of a blend the member nearest to `sigma`."""
    if isinstance(restorer, Bracket):
        nearest = min(
            restorer.members, key=lambda each: abs(each.descriptor.level_range[0] - sigma)
        )
        return nearest if isinstance(nearest, Network) else None
    return restorer if isinstance(restorer, Network) else None


def restored_by(model: LoadedModel, pixels: Pixels, level: float | None) -> Pixels:
    """(H, W, C) through a model, by the engine."""
    return run(model.restorer, pixels, level).pixels


def refuse_others(model: LoadedModel) -> None:
    """Raise UsageError for a model that removes no noise, or changes the size of a page."""
    facts = model.restorer.descriptor
    if (
        facts.scale != 1
        or facts.level is LevelKind.JPEG_QUALITY
        or model.card.task not in EXPLAINED
    ):
        raise UsageError(
            "Only models that remove noise can be explained here",
            actual=f"{model.card.id}, made to {model.card.task.value}",
            expected="a model made to remove noise",
            remedy="`python -m restoration models` lists what each one is for",
        )
