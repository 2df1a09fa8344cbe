import pytest

from restoration.estimation import Estimate, JpegSource, NoiseEstimate, PageKind
from restoration.models.catalogue import find
from restoration.suitability import misfit


def found(sigma, quality=None):
    source = None if quality is None else JpegSource.TABLES
    return Estimate(NoiseEstimate(sigma, blocks=100), quality, source, PageKind.PHOTOGRAPH)


@pytest.mark.parametrize(
    ("model", "page", "channels", "words"),
    [
        ("swinir-m-color-car-20", found(20, 20), 3, "does not remove sensor noise"),
        ("swinir-m-color-car-20", found(1, 95), 3, "hardly any"),
        ("swinir-m-color-car-20", found(1), 3, "hardly any"),
        ("swinir-m-color-car-20", found(1, 20), 3, None),
        ("swinir-m-color-dn-25", found(1), 3, "hardly any"),
        ("swinir-m-color-dn-25", found(45), 3, "σ 25 alone"),
        ("swinir-m-color-dn-25", found(24), 3, None),
        ("ffdnet-color-dn", found(24), 1, "trained on colour"),
        ("ffdnet-color-dn", found(60), 3, None),
        ("wavelet", found(24), 1, None),
        ("identity", found(24), 1, None),
    ],
)
def test_a_poor_choice_is_named(model, page, channels, words):
    warning = misfit(find(model), page, channels)
    assert warning is None if words is None else words in warning
