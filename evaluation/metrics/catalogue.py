"""Every metric, in the order of tables, whether or not it can be taken on this machine."""

from __future__ import annotations

from evaluation.metrics import (
    blocks,
    detail,
    gradients,
    information,
    no_reference,
    removal,
    structure,
)
from evaluation.metrics.comparison import Comparison
from evaluation.metrics.metric import Better, ColourSpace, Input, Metric
from evaluation.metrics.perceptual_catalogue import PERCEPTUAL
from evaluation.metrics.planes import studio_luma
from restoration.errors import UsageError
from restoration.fidelity import SSIM_WINDOW, Image, psnr, ssim

_AGAINST_CLEAN = frozenset({Input.CLEAN})
_ALONE: frozenset[Input] = frozenset()
_UNIT_RANGE = "8 bits, range 0-1"
_WHOLE = "no border cut"


def metric(id: str) -> Metric:
    """The metric with this id. Raises UsageError that names those there are."""
    found = {each.id: each for each in METRICS}.get(id)
    if found is None:
        raise UsageError(
            f"There is no metric {id!r}",
            expected="one of " + ", ".join(each.id for each in here()),
        )
    return found


def here() -> tuple[Metric, ...]:
    """Those that can be taken on this machine: all but those whose files are not supplied."""
    return tuple(each for each in METRICS if not each.lacking)


def _y(image: Image) -> Image:
    return studio_luma(image)[..., None]


def _sure(it: Comparison) -> float:
    assert it.restore is not None
    return no_reference.estimated_psnr(it.restore, it.given, it.unrounded, it.noise_sigma)


METRICS: tuple[Metric, ...] = (
    Metric(
        id="psnr",
        name="PSNR",
        better=Better.HIGHER,
        needs=_AGAINST_CLEAN,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.RGB_TOGETHER,
        border=_WHOLE,
        smallest_side=1,
        reading="Mean squared error on a logarithmic scale; infinite when equal.",
        function=lambda it: psnr(it.reference, it.restored),
        unit="dB",
    ),
    Metric(
        id="psnr_y",
        name="PSNR-Y",
        better=Better.HIGHER,
        needs=_AGAINST_CLEAN,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.STUDIO_LUMA,
        border=_WHOLE,
        smallest_side=1,
        reading="PSNR of brightness alone; errors of colour do not count.",
        function=lambda it: psnr(_y(it.reference), _y(it.restored)),
        unit="dB",
    ),
    Metric(
        id="psnr_b",
        name="PSNR-B",
        better=Better.HIGHER,
        needs=_AGAINST_CLEAN,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.RGB_MEAN,
        border=_WHOLE,
        smallest_side=blocks.SMALLEST_SIDE,
        reading="PSNR that also counts steps at 8 x 8 blocks; finite for a blocky clean image.",
        function=lambda it: blocks.psnr_b(it.reference, it.restored),
        unit="dB",
    ),
    Metric(
        id="psnr_b_y",
        name="PSNR-B-Y",
        better=Better.HIGHER,
        needs=_AGAINST_CLEAN,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.STUDIO_LUMA,
        border=_WHOLE,
        smallest_side=blocks.SMALLEST_SIDE,
        reading="PSNR-B of brightness alone.",
        function=lambda it: blocks.psnr_b(_y(it.reference), _y(it.restored)),
        unit="dB",
    ),
    Metric(
        id="ssim",
        name="SSIM",
        better=Better.HIGHER,
        needs=_AGAINST_CLEAN,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.RGB_MEAN,
        border="Gaussian window 11 x 11, 5 px cut",
        smallest_side=SSIM_WINDOW,
        reading="Likeness of local structure as in the published tables; 1 when equal.",
        function=lambda it: ssim(it.reference, it.restored),
    ),
    Metric(
        id="ssim_y",
        name="SSIM-Y",
        better=Better.HIGHER,
        needs=_AGAINST_CLEAN,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.STUDIO_LUMA,
        border="Gaussian window 11 x 11, 5 px cut",
        smallest_side=SSIM_WINDOW,
        reading="SSIM of brightness alone.",
        function=lambda it: ssim(_y(it.reference), _y(it.restored)),
    ),
    Metric(
        id="ssim_skimage",
        name="SSIM (scikit-image)",
        better=Better.HIGHER,
        needs=_AGAINST_CLEAN,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.RGB_MEAN,
        border="flat window 7 x 7, 3 px cut",
        smallest_side=structure.SKIMAGE_WINDOW,
        reading="SSIM as scikit-image computes it by default; not comparable with SSIM above.",
        function=lambda it: structure.ssim_skimage(it.reference, it.restored),
    ),
    Metric(
        id="ms_ssim",
        name="MS-SSIM",
        better=Better.HIGHER,
        needs=_AGAINST_CLEAN,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.LUMA,
        border="5 px cut at each of 5 scales",
        smallest_side=structure.MS_SSIM_SIDE,
        reading="SSIM over five scales, as if seen from several distances.",
        function=lambda it: structure.ms_ssim(it.reference, it.restored),
    ),
    Metric(
        id="gmsd",
        name="GMSD",
        better=Better.LOWER,
        needs=_AGAINST_CLEAN,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.LUMA,
        border="none cut, black beyond",
        smallest_side=gradients.SMALLEST_SIDE,
        reading="How unevenly edges were changed; 0 when equal.",
        function=lambda it: gradients.gmsd(it.reference, it.restored),
    ),
    Metric(
        id="vif",
        name="VIF (pixel domain)",
        better=Better.HIGHER,
        needs=_AGAINST_CLEAN,
        data_range="8 bits, range 0-1, visual noise of variance 2 on 0-255",
        colour_space=ColourSpace.LUMA,
        border="8, 4, 2, 1 px cut at 4 scales",
        smallest_side=information.SMALLEST_SIDE,
        reading="Share of the clean image's information that is left; above 1 with more contrast.",
        function=lambda it: information.vif(it.reference, it.restored),
    ),
    *PERCEPTUAL,
    Metric(
        id="edge_preservation",
        name="Edge preservation",
        better=Better.HIGHER,
        needs=_AGAINST_CLEAN,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.LUMA,
        border="1 px cut",
        smallest_side=gradients.SMALLEST_SIDE,
        reading="Correlation of the edges before and after; noise left over lowers it, too.",
        function=lambda it: gradients.edge_preservation(it.reference, it.restored),
    ),
    Metric(
        id="detail_kept",
        name="Detail kept",
        better=Better.NEARER_ONE,
        needs=_AGAINST_CLEAN,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.LUMA,
        border="faded out by a Hann window",
        smallest_side=detail.SMALLEST_SIDE,
        reading="Share of the true fine detail still there; 1 for the noisy image itself.",
        function=lambda it: detail.detail_kept(it.reference, it.restored),
    ),
    Metric(
        id="high_frequency_ratio",
        name="High-frequency energy ratio",
        better=Better.NEARER_ONE,
        needs=_AGAINST_CLEAN,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.LUMA,
        border="faded out by a Hann window",
        smallest_side=detail.SMALLEST_SIDE,
        reading="Fine energy after over before; below 1 detail is lost, above 1 noise is left.",
        function=lambda it: detail.high_frequency_ratio(it.reference, it.restored),
    ),
    Metric(
        id="residual_whiteness",
        name="Residual whiteness",
        better=Better.HIGHER,
        needs=frozenset({Input.NOISY}),
        data_range="noisy image as given, unclipped; any scale",
        colour_space=ColourSpace.RGB_AVERAGED,
        border="at most 16 tiles of 256 x 256",
        smallest_side=removal.SMALLEST_SIDE,
        reading="1 if what was removed is white noise; expect less where the noise was not white.",
        function=lambda it: removal.residual_whiteness(it.given, it.unrounded),
    ),
    Metric(
        id="estimated_psnr",
        name="SURE-PSNR",
        better=Better.HIGHER,
        needs=frozenset({Input.NOISY, Input.RESTORER}),
        data_range="as restored, not rounded, peak 1",
        colour_space=ColourSpace.RGB_TOGETHER,
        border="middle 512 x 512 of a larger image",
        smallest_side=8,
        reading="PSNR estimated without a clean image; holds for unclipped white Gaussian noise.",
        function=_sure,
        unit="dB",
    ),
    Metric(
        id="noise_left",
        name="Noise left",
        better=Better.LOWER,
        needs=_ALONE,
        data_range="8 bits, sigma on 0-255",
        colour_space=ColourSpace.RGB_TOGETHER,
        border=_WHOLE,
        smallest_side=no_reference.SIGMA_SIDE,
        reading="Estimated sigma of the noise still there; blur lowers it as well.",
        function=lambda it: no_reference.noise_left(it.restored),
    ),
    Metric(
        id="sharpness",
        name="Sharpness",
        better=Better.NEITHER,
        needs=_ALONE,
        data_range=_UNIT_RANGE,
        colour_space=ColourSpace.LUMA,
        border="2 px cut",
        smallest_side=no_reference.SHARPNESS_SIDE,
        reading="0 blurred to 1 sharp; noise reads as sharpness.",
        function=lambda it: no_reference.sharpness(it.restored),
    ),
    Metric(
        id="blocking",
        name="Blocking",
        better=Better.LOWER,
        needs=_ALONE,
        data_range="8 bits, squared gray levels of 0-255",
        colour_space=ColourSpace.LUMA,
        border=_WHOLE,
        smallest_side=blocks.SMALLEST_SIDE,
        reading="Steps at 8 x 8 blocks over steps elsewhere; 0 for none, or for a shifted grid.",
        function=lambda it: blocks.blocking(it.restored),
    ),
)
