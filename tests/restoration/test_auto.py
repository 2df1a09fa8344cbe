import pytest

from restoration.auto import COLOUR_DENOISERS, GRAY_DENOISERS, JPEG_RESTORERS, choose
from restoration.estimation import Estimate, JpegSource, NoiseEstimate, PageKind


def found(sigma=0.0, quality=None, kind=PageKind.PHOTOGRAPH, **noise):
    source = None if quality is None else JpegSource.TABLES
    return Estimate(NoiseEstimate(sigma, blocks=100, **noise), quality, source, kind)


EVERYTHING = lambda model: True  # noqa: E731
CLASSICAL = lambda model: model == "wavelet"  # noqa: E731


@pytest.mark.parametrize(
    ("page", "here", "model", "reason"),
    [
        (found(1.0), EVERYTHING, "identity", "hardly any noise"),
        (found(40, kind=PageKind.BLANK), EVERYTHING, "identity", "blank"),
        (found(25), CLASSICAL, "wavelet", "σ 25"),
        (found(25), EVERYTHING, COLOUR_DENOISERS[0], "σ 25"),
        (found(1, quality=20), EVERYTHING, JPEG_RESTORERS[0], "quality 20"),
        (found(1, quality=20), CLASSICAL, "identity", "no model for JPEG"),
        (found(1, quality=95), EVERYTHING, "identity", "hardly any noise"),
        (found(25, quality=20), CLASSICAL, "wavelet", "σ 25"),
        (found(25, correlated=True), CLASSICAL, "wavelet", "correlated"),
        (found(25, signal_dependent=True), CLASSICAL, "wavelet", "brightness"),
        (found(25), lambda model: False, "identity", "σ 25"),
    ],
)
def test_the_choice_follows_from_what_was_measured(page, here, model, reason):
    choice = choose(page, 3, here)
    assert choice.model == model
    assert reason in choice.why


def test_noise_that_could_not_be_measured_is_not_called_weak():
    unknown = Estimate(NoiseEstimate(0.0), None, None, PageKind.TEXT)
    choice = choose(unknown, 1, EVERYTHING)
    assert choice.model == "identity"
    assert choice.why == "Auto left the page as it is: its noise could not be measured."


def test_a_network_for_colour_is_no_choice_for_a_gray_page():
    for model in GRAY_DENOISERS:
        assert choose(found(25), 1, lambda id, model=model: id == model).model == model
    only_colour = lambda id: id == "ffdnet-color-dn"  # noqa: E731
    assert choose(found(25), 1, only_colour).model == "identity"
    assert choose(found(25), 3, only_colour).model == "ffdnet-color-dn"


def test_text_goes_to_the_page_cleaner_where_there_is_one():
    assert choose(found(25, kind=PageKind.TEXT), 1, EVERYTHING).model == "unet-page"
