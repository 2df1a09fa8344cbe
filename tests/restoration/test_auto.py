import pytest

from restoration.auto import DENOISERS, choose
from restoration.estimation import Estimate, JpegSource, NoiseEstimate, PageKind


def found(sigma=0.0, quality=None, kind=PageKind.PHOTOGRAPH, **noise):
    source = None if quality is None else JpegSource.TABLES
    return Estimate(NoiseEstimate(sigma, blocks=100, **noise), quality, source, kind)


EVERYTHING = lambda model: True  # noqa: E731
NLM_ONLY = lambda model: model == "nlm"  # noqa: E731


@pytest.mark.parametrize(
    ("page", "here", "model", "reason"),
    [
        (found(1.0), EVERYTHING, "identity", "hardly any noise"),
        (found(40, kind=PageKind.BLANK), EVERYTHING, "identity", "blank"),
        (found(25), NLM_ONLY, "nlm", "σ 25"),
        (found(25), EVERYTHING, DENOISERS[0], "σ 25"),
        (found(1, quality=20), EVERYTHING, "swinir-s-color-car-20", "quality 20"),
        (found(1, quality=20), NLM_ONLY, "identity", "no model for JPEG"),
        (found(1, quality=95), EVERYTHING, "identity", "hardly any noise"),
        (found(25, quality=20), NLM_ONLY, "nlm", "σ 25"),
        (found(25, correlated=True), NLM_ONLY, "nlm", "correlated"),
        (found(25, signal_dependent=True), NLM_ONLY, "nlm", "brightness"),
        (found(25), lambda model: False, "identity", "σ 25"),
    ],
)
def test_the_choice_follows_from_what_was_measured(page, here, model, reason):
    choice = choose(page, here)
    assert choice.model == model
    assert reason in choice.why
