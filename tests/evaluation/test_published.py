import pytest

from evaluation.published import published, published_on
from restoration.errors import UsageError


@pytest.mark.parametrize(
    ("set", "degradation", "channels", "method", "metric", "value"),
    [
        ("Set12", "gaussian:25", "gray", "SwinIR", "psnr", 31.01),
        ("bsd68", "gaussian:50", "gray", "DRUNet", "psnr", 26.59),
        ("CBSD68", "gaussian:25", "RGB", "FFDNet", "psnr", 31.21),
        ("Kodak24", "gaussian:15", "RGB", "BM3D", "psnr", 34.28),
        ("Kodak24", "gaussian:15", "RGB", "CDnCNN", "psnr", 34.48),
        ("Classic5", "jpeg:10", "gray", "SwinIR", "psnr_b", 29.95),
        ("LIVE1", "jpeg:40", "gray", "SwinIR", "ssim", 0.9317),
        ("LIVE1", "jpeg:40", "RGB", "SwinIR", "psnr", 32.75),
    ],
)
def test_figures_are_those_of_print(set, degradation, channels, method, metric, value):
    (figure,) = (
        each for each in published_on(set, degradation, metric, channels) if each.method == method
    )
    assert figure.value == value
    assert figure.source


def test_every_figure_is_there_once_and_plausible():
    figures = published()
    assert len(figures) == 398
    keys = {(f.set, f.degradation, f.channels, f.method, f.metric) for f in figures}
    assert len(keys) == len(figures)
    for figure in figures:
        low, high = (0.75, 1.0) if figure.metric == "ssim" else (24.0, 36.0)
        assert low < figure.value < high, figure


def test_harder_damage_scores_lower():
    for method in ("SwinIR", "FFDNet", "BM3D"):
        scores = [
            next(f.value for f in published_on("Set12", f"gaussian:{s}") if f.method == method)
            for s in (15, 25, 50)
        ]
        assert scores == sorted(scores, reverse=True)


def test_what_nobody_published_is_empty_and_an_unknown_set_is_refused():
    assert published_on("Set12", "gaussian:30") == ()
    with pytest.raises(UsageError, match="Set12"):
        published_on("Set13", "gaussian:25")
