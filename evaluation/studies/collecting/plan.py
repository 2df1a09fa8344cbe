"""The plan of an arm: who sees what, in which order and on which side; fixed by the seed."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from evaluation.studies.collecting.balance import counterbalanced
from evaluation.studies.collecting.design import Arm
from evaluation.studies.collecting.items import Item, Role
from evaluation.studies.collecting.protocols import Protocol, Shown, protocol_by_id
from restoration.errors import UsageError

MOST_OF_A_SET = 12
"""More pictures beside each other are too small to be judged; each has a letter as its key."""


@dataclass(frozen=True)
class Task:
    """What is judged together, in no order yet."""

    pictures: tuple[str, ...]
    """Item ids, sorted."""
    reference: str | None = None

    @property
    def key(self) -> str:
        """The same whatever the order shown."""
        return "|".join(self.pictures)


@dataclass(frozen=True)
class PlannedTrial:
    """One trial of one slot."""

    phase: str
    task: Task
    pictures: tuple[str, ...]
    """In the order shown."""
    repetition: int = 0


def new_trial_id() -> str:
    """An id that nobody can guess: it opens the pictures of the trial."""
    return secrets.token_hex(16)


def tasks_of(
    protocol: Protocol, items: Sequence[Item], role: Role, most_pairs: int = 0, seed: int = 0
) -> tuple[Task, ...]:
    """What can be judged of the items of a role, content by content.

    Raises UsageError where a protocol needs a reference and a content has none, and for more
    versions of a content than a set can show.
    """
    tasks: list[Task] = []
    for content in dict.fromkeys(item.content for item in items):
        of_content = [item for item in items if item.content == content]
        reference = next((item.id for item in of_content if item.role is Role.REFERENCE), None)
        rated = [item.id for item in of_content if item.role is role]
        if not rated:
            continue
        if protocol.has_reference and reference is None:
            raise _lacks_reference(protocol, content)
        if protocol.against_reference:
            if reference is None:
                raise _lacks_reference(protocol, content)
            tasks += [Task(tuple(sorted((id, reference)))) for id in sorted(rated)]
            continue
        if protocol.hides_reference and reference and role is Role.RATED:
            rated.append(reference)
        shown_reference = reference if protocol.has_reference else None
        if protocol.shown in (Shown.ONE, Shown.WITH_REFERENCE):
            tasks += [Task((id,), shown_reference) for id in sorted(rated)]
        elif protocol.shown is Shown.PAIR:
            pairs = list(combinations(sorted(rated), 2))
            if most_pairs and len(pairs) > most_pairs:
                chosen = random.Random(f"{seed} pairs {content}")  # noqa: S311 - a seeded plan
                pairs = sorted(chosen.sample(pairs, most_pairs))
            tasks += [Task(pair) for pair in pairs]
        elif len(rated) > MOST_OF_A_SET:
            raise UsageError(
                f"{protocol.title} shows all versions of a content together",
                actual=f"{len(rated)} of {content}",
                expected=f"at most {MOST_OF_A_SET}",
                remedy="Leave some out, or compare pairs",
            )
        elif len(rated) > 1:
            tasks.append(Task(tuple(sorted(rated)), shown_reference))
    return tuple(tasks)


def _lacks_reference(protocol: Protocol, content: str) -> UsageError:
    return UsageError(
        f"{protocol.title} needs a reference for each content",
        actual=f"none for {content}",
        remedy="Add the original with role: reference, or choose another protocol",
    )


def plan_arm(arm: Arm, items: Sequence[Item], seed: int) -> list[list[PlannedTrial]]:
    """Trials of each slot of an arm: training first, then the rest in an order of its own.

    Every task falls to `votes_per_item` different slots; slots differ by one task at most. Sides
    of pairs are balanced for each slot and each pair, orders of sets are shuffled. Gold and
    repeated trials stand among the others, a repeat in the later half and, for a pair, with its
    sides exchanged. Raises UsageError where there is nothing to rate.
    """
    protocol = protocol_by_id(arm.protocol)
    tasks = tasks_of(protocol, items, Role.RATED, arm.most_pairs, seed)
    if not tasks:
        raise UsageError(
            f"Arm {arm.name} has nothing to rate",
            actual=f"{len(items)} items",
            expected="two rated items of one content or more"
            if protocol.shown not in (Shown.ONE, Shown.WITH_REFERENCE)
            else "one rated item or more",
        )
    chance = random.Random(f"{seed} {arm.name}")  # noqa: S311 - a seeded plan, no secret
    shares = _shares(tasks, arm.raters, arm.votes_per_item or arm.raters, chance)
    gold = tasks_of(protocol, items, Role.GOLD)
    training = tasks_of(protocol, items, Role.TRAINING)
    slots = []
    for share in shares:
        trials = [_planned("vote", task, chance) for task in share]
        slots.append(_ordered(trials, arm, gold, training, chance))
    return _balanced(slots) if protocol.shown is Shown.PAIR else slots


def _shares(
    tasks: Sequence[Task], slots: int, overlap: int, chance: random.Random
) -> list[list[Task]]:
    """Each task to `overlap` different slots, as evenly as can be."""
    shares: list[list[Task]] = [[] for _ in range(slots)]
    for task in chance.sample(tasks, len(tasks)):
        order = chance.sample(range(slots), slots)
        for slot in sorted(order, key=lambda slot: len(shares[slot]))[:overlap]:
            shares[slot].append(task)
    return shares


def _planned(phase: str, task: Task, chance: random.Random) -> PlannedTrial:
    return PlannedTrial(phase, task, tuple(chance.sample(task.pictures, len(task.pictures))))


def _ordered(
    trials: list[PlannedTrial],
    arm: Arm,
    gold: Sequence[Task],
    training: Sequence[Task],
    chance: random.Random,
) -> list[PlannedTrial]:
    order = chance.sample(trials, len(trials))
    repeated = chance.sample(order[: len(order) // 2], _count(arm.repeat_share, len(order) // 2))
    order = [*order]
    for trial in repeated:
        place = chance.randint(len(order) // 2 + 1, len(order))
        order.insert(place, replace(trial, phase="repeat", repetition=1))
    for task in chance.sample(gold, min(_count(arm.gold_share, len(trials)), len(gold))):
        order.insert(chance.randint(0, len(order)), _planned("gold", task, chance))
    first = chance.sample(training, min(arm.training, len(training)))
    return [*(_planned("training", task, chance) for task in first), *order]


def _count(share: float, of: int) -> int:
    return min(of, round(share * of)) if share else 0


def _balanced(slots: list[list[PlannedTrial]]) -> list[list[PlannedTrial]]:
    """The same trials with sides by `counterbalanced`; a repeat stands opposite to its first."""
    showings = [
        (number, trial.task.key)
        for number, trials in enumerate(slots)
        for trial in trials
        if trial.phase == "vote"
    ]
    exchanged = dict(zip(showings, counterbalanced(showings), strict=True))
    balanced = []
    for number, trials in enumerate(slots):
        sided = []
        for trial in trials:
            turned = exchanged.get((number, trial.task.key))
            if turned is None:
                sided.append(trial)
                continue
            turned ^= trial.phase == "repeat"
            pictures = trial.task.pictures[::-1] if turned else trial.task.pictures
            sided.append(replace(trial, pictures=pictures))
        balanced.append(sided)
    return balanced


@dataclass(frozen=True)
class SideAudit:
    """How evenly pictures of pairs stood left and right."""

    showings: int
    worst_of_a_rater: int
    """Largest difference between left and right within one rater's trials."""
    worst_of_a_pair: int


def audit_sides(showings: Sequence[tuple[str, Sequence[str]]]) -> SideAudit:
    """Count the sides of (rater, pictures in the order shown) of pairs, planned or committed."""
    raters: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for rater, pictures in showings:
        side = 1 if list(pictures) == sorted(pictures) else -1
        raters[rater] += side
        pairs["|".join(sorted(pictures))] += side

    def worst(counts: Counter[str]) -> int:
        return max((abs(count) for count in counts.values()), default=0)

    return SideAudit(len(showings), worst(raters), worst(pairs))
