"""Run a chain on one page: each step on what the last one kept, judged before the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from restoration.chain.proposing import Planned, plan_for
from restoration.chain.steps import NAME, Step
from restoration.chain.verdict import judge
from restoration.estimation import Estimate, estimate
from restoration.estimation.noise import estimate_noise
from restoration.models.catalogue import LoadedModel, is_here
from restoration.page_restoration import Request, RestoredPage, checked, restore_page
from restoration.pages import Page, Pixels
from restoration.progress import Progress, Report, silent, within
from restoration.recipe import PageRecord, Scores, StepRecord, sha256_of_pixels
from restoration.scoring import against

DO_NOTHING = "identity"


def restore_by_chain(
    page: Page,
    found: Estimate,
    asked: str,
    models: Callable[[str], LoadedModel],
    request: Request,
    reference: Pixels | None = None,
    report: Report = silent,
) -> RestoredPage:
    """Restore `page`, on which `found` was measured, by the chain `asked` for.

    A step that does not improve matters is dropped, and says so in the record. A level or an
    ensemble in the request applies to every step that takes it. Raises `RestorationError`s.
    """
    report(Progress(0.0, "planning the chain"))
    plan = plan_for(asked, found, page.pixels.shape[2], is_here)
    to_run = [planned for planned in plan if planned.model is not None]
    current, measured = page, found
    kept: list[RestoredPage] = []
    steps: list[StepRecord] = []
    for planned in plan:
        if planned.model is None:
            steps.append(_passed(planned))
            continue
        number = to_run.index(planned)
        part = within(
            report, number / len(to_run), (number + 1) / len(to_run), f"{planned.step.value}, "
        )
        restored = restore_page(current, measured, planned.model, models, request, reference, part)
        verdict = judge(current.pixels, restored.page.pixels, restored.record)
        steps.append(_step(planned, restored.record, verdict.kept, verdict.sentence))
        if verdict.kept:
            kept.append(restored)
            current, measured = restored.page, estimate(restored.page)
    if not kept:
        kept.append(restore_page(page, found, DO_NOTHING, models, request, reference))
    return _joined(page, found, kept, tuple(steps), reference)


def _passed(planned: Planned) -> StepRecord:
    """A step that runs no model: measuring, or one that is not needed."""
    measured = planned.step is Step.ESTIMATE
    return StepRecord(planned.step.value, None, planned.why, measured, "")


def _step(planned: Planned, record: PageRecord, kept: bool, verdict: str) -> StepRecord:
    return StepRecord(
        step=planned.step.value,
        model=record.model,
        why=planned.why,
        kept=kept,
        verdict=verdict,
        weights_sha256=record.weights_sha256,
        level=record.level,
        seconds=record.seconds,
        scores=record.scores,
        pixels_sha256=record.pixels_sha256,
    )


def _joined(
    page: Page,
    found: Estimate,
    kept: list[RestoredPage],
    steps: tuple[StepRecord, ...],
    reference: Pixels | None,
) -> RestoredPage:
    """The page after the last step that was kept, with a record of the whole way."""
    last = kept[-1]
    pixels = last.page.pixels
    hashes = [each.record.weights_sha256 or "" for each in kept]
    record = replace(
        last.record,
        model=NAME,
        found=found.sentence,
        why=_why(steps),
        weights_sha256=sha256("".join(hashes).encode()).hexdigest() if any(hashes) else None,
        seconds=sum(step.seconds for step in steps),
        pixels_sha256=sha256_of_pixels(pixels),
        steps=steps,
    )
    if len(kept) > 1:
        record = replace(
            record,
            scores=_scores(page.pixels, pixels, found, reference),
            audit=checked(page.pixels, pixels, found),
        )
    return RestoredPage(last.page, record, last.expected_error)


def _scores(before: Pixels, after: Pixels, found: Estimate, reference: Pixels | None) -> Scores:
    sigma = found.noise.sigma
    if before.shape != after.shape:
        return Scores(sigma_before=sigma)
    if reference is not None:
        return against(reference, before, after, sigma)
    return Scores(sigma_before=sigma, sigma_after=estimate_noise(after).sigma)


def _why(steps: tuple[StepRecord, ...]) -> str:
    """One line: what was done and what was dropped."""
    kept = [f"{step.step} by {step.model}" for step in steps if step.model and step.kept]
    dropped = [f"{step.step} by {step.model}" for step in steps if step.model and not step.kept]
    done = "Chain: " + (
        ", then ".join(kept) if kept else "nothing improved the page, left as it is"
    )
    return f"{done}. Dropped: {', '.join(dropped)}." if dropped else f"{done}."
