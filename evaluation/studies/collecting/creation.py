"""Making a study: its pictures, its plan and its links, all at once or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, insert

from evaluation.studies.collecting.design import Arm, Design, design_from
from evaluation.studies.collecting.items import Item, Role, checked_characteristics
from evaluation.studies.collecting.plan import PlannedTrial, new_trial_id, plan_arm
from evaluation.studies.collecting.records import State, as_json, now
from evaluation.studies.collecting.schema import arms, items, raters, slots, studies, trials
from evaluation.studies.collecting.stimuli import Picture, StimulusFolder
from evaluation.studies.collecting.store import StudyStore
from restoration.errors import UsageError

SOFTWARE = "Restore & Rate 0.1.0"
TRAINING_TRIALS = 3


@dataclass(frozen=True)
class StimulusSpec:
    """One picture for a study, with what is known about it."""

    picture: Picture | Path | Callable[[], Picture]
    """uint8 (H, W) or (H, W, 3), the path of an 8-bit PNG, or a function that gives pixels."""
    content: str
    """Which image it is a version of."""
    condition: str
    """Model or processing that made it; raters never see it."""
    role: Role = Role.RATED
    truth: str = ""
    """The right answer of gold and training items; real or synthetic."""
    feedback: str = ""
    characteristics: tuple[str, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class CreatedStudy:
    """A new study and how people get in."""

    id: str
    open_link: str | None
    """Address of the open link below the site, such as `rate/session?join=...`."""
    invite_links: Mapping[str, tuple[str, ...]]
    """Addresses by arm name, one for each rater."""


def create_study_from_stimuli(
    store: StudyStore,
    title: str,
    stimuli: Sequence[StimulusSpec],
    *,
    protocol: str = "acr-5",
    raters: int = 20,
    seed: int = 0,
    allow_zoom: bool = False,
    instructions: str = "",
) -> CreatedStudy:
    """A study of one arm with an open link for `raters` people: what one click on a page makes.

    protocol: id in `protocols.PROTOCOLS`; for `real-or-synthetic` each stimulus has its truth.
    Raises UsageError for stimuli that the protocol cannot use, UnreadableFile for what is no
    picture, NotWritten and NotStored where the disk or the database does not take it; then
    nothing of the study exists.
    """
    arm = Arm(
        "everyone", protocol, instructions=instructions, raters=raters,
        training=TRAINING_TRIALS if any(s.role is Role.TRAINING for s in stimuli) else 0,
    )  # fmt: skip
    design = Design(title, (arm,), seed=seed, allow_zoom=allow_zoom, open_quota=raters)
    return create_study(store, design, stimuli)


def create_study(
    store: StudyStore, design: Design, stimuli: Sequence[StimulusSpec]
) -> CreatedStudy:
    """Store the pictures, plan every arm and make the links. Raises as above."""
    design = design_from(design.record())
    made = make_items(store.stimuli, stimuli)
    plans = [plan_arm(arm, made, design.seed) for arm in design.arms]
    id = secrets.token_hex(8)
    open_token = new_token() if design.open_quota else None
    invites: dict[str, tuple[str, ...]] = {}

    def work(c: Connection) -> None:
        insert_study(c, id, design, open_token)
        insert_items(c, id, made)
        for number, (arm, plan) in enumerate(zip(design.arms, plans, strict=True), 1):
            arm_id = f"{id}.{number}"
            row = {"id": arm_id, "study": id, "number": number, "name": arm.name}
            c.execute(insert(arms), row)
            insert_plan(c, arm_id, plan)
            count = 0 if open_token else arm.raters
            invites[arm.name] = tuple(insert_rater(c, id, arm_id) for _ in range(count))

    store.database.write(work)
    return CreatedStudy(
        id,
        join_link(open_token) if open_token else None,
        {name: tuple(map(invite_link, tokens)) for name, tokens in invites.items()},
    )


def invite_link(token: str) -> str:
    """The address of one rater or reviewer, below the site."""
    return f"rate/session?invite={token}"


def join_link(token: str) -> str:
    """The address by which anybody may join, below the site."""
    return f"rate/session?join={token}"


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(18)


def make_items(folder: StimulusFolder, stimuli: Sequence[StimulusSpec]) -> list[Item]:
    """Store the pictures; items in the order given. Raises UsageError for two of one name."""
    made: list[Item] = []
    names: set[tuple[str, str]] = set()
    for spec in stimuli:
        name = (spec.content, spec.condition)
        if name in names or not all(name):
            raise UsageError(
                "Each stimulus needs a content and a condition that together are its own",
                actual=f"content {spec.content!r}, condition {spec.condition!r}",
            )
        names.add(name)
        picture = spec.picture() if callable(spec.picture) else spec.picture
        stored = folder.add(picture)
        # Two conditions can give the same picture to the bit; each stays an item of its own.
        same = sum(item.stimulus == stored.sha256 for item in made)
        made.append(
            Item(
                id=stored.sha256[:16] + (f"-{same + 1}" if same else ""),
                stimulus=stored.sha256,
                content=spec.content,
                condition=spec.condition,
                width=stored.width,
                height=stored.height,
                role=Role(spec.role),
                truth=spec.truth,
                feedback=spec.feedback,
                characteristics=checked_characteristics(spec.characteristics),
                metrics=dict(spec.metrics),
            )
        )
    return made


def insert_study(
    c: Connection, id: str, design: Design, open_token: str | None, *, builtin: bool = False
) -> None:
    """One row of `studies`, open."""
    row = {
        "id": id,
        "title": design.title,
        "state": State.OPEN.value,
        "design": as_json(design.record()),
        "software": SOFTWARE,
        "created_at": now(),
        "open_token": open_token,
        "builtin": builtin,
    }
    c.execute(insert(studies), row)


def insert_items(c: Connection, study: str, made: Sequence[Item]) -> None:
    """Rows of `items`."""
    rows = [
        {
            **{name: getattr(item, name) for name in Item.__dataclass_fields__},
            "study": study,
            "role": item.role.value,
            "characteristics": as_json(item.characteristics),
            "metrics": as_json(item.metrics),
        }
        for item in made
    ]
    if rows:
        c.execute(insert(items), rows)


def insert_plan(c: Connection, arm_id: str, plan: Sequence[Sequence[PlannedTrial]]) -> None:
    """Rows of `slots` and `trials`."""
    for number, planned in enumerate(plan, 1):
        slot = f"{arm_id}.{number}"
        c.execute(insert(slots), {"id": slot, "arm": arm_id, "number": number})
        rows = [
            {
                "id": new_trial_id(),
                "slot": slot,
                "position": position,
                "phase": trial.phase,
                "key": trial.task.key,
                "pictures": as_json(trial.pictures),
                "reference": trial.task.reference,
                "repetition": trial.repetition,
            }
            for position, trial in enumerate(planned)
        ]
        if rows:
            c.execute(insert(trials), rows)


def insert_rater(
    c: Connection, study: str, arm: str | None, *, source: str = "invited", label: str = ""
) -> str:
    """One row of `raters`; the token of its link."""
    token = new_token()
    row = {
        "id": secrets.token_hex(8),
        "study": study,
        "arm": arm,
        "token": token,
        "label": label,
        "source": source,
        "invited_at": now(),
    }
    c.execute(insert(raters), row)
    return token
