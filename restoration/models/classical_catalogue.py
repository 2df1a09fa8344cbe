"""Cards of the models that need no weights."""

from __future__ import annotations

from restoration.models.card import ModelCard, Task
from restoration.models.classical import SIGMA_RANGE
from restoration.models.restorer import LevelKind, Restorer


def _denoiser(id: str, title: str, limits: str, source: str, licence: str) -> ModelCard:
    return ModelCard(
        id=id,
        title=title,
        task=Task.DENOISE,
        architecture=id,
        channels=(1, 3),
        level=LevelKind.SIGMA,
        level_range=SIGMA_RANGE,
        limits=limits,
        licence=licence,
        source=source,
    )


CLASSICAL_CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="identity",
        title="Do nothing",
        task=Task.NOTHING,
        architecture="identity",
        channels=(1, 3),
        level=LevelKind.NONE,
        level_range=(0.0, 0.0),
        limits="Removes nothing; every other model must beat it.",
        licence="Apache-2.0",
        source="this project",
        aliases=("none",),
    ),
    _denoiser(
        "median",
        "Median filter",
        "Eats strokes of one or two pixels, and removes less Gaussian noise than the others.",
        "Tukey 1977; scipy.ndimage",
        "BSD-3-Clause",
    ),
    _denoiser(
        "bilateral",
        "Bilateral filter",
        "Leaves specks behind when the noise is strong.",
        "Tomasi and Manduchi, ICCV 1998; this project",
        "Apache-2.0",
    ),
    _denoiser(
        "tv",
        "Total variation",
        "Turns soft shading into flat steps and fades fine texture.",
        "Chambolle, JMIV 2004; scikit-image denoise_tv_chambolle",
        "BSD-3-Clause",
    ),
    _denoiser(
        "wavelet",
        "Undecimated wavelet shrinkage",
        "Leaves faint halos along strong edges, and grain that is coarser than a pixel.",
        "Coifman and Donoho 1995; Mihcak et al. 1999; this project",
        "Apache-2.0",
    ),
    _denoiser(
        "nlm",
        "Non-local means",
        "Leaves noise around detail that occurs only once, and smooths weak texture away.",
        "Buades, Coll and Morel, IPOL 2011; scikit-image denoise_nl_means",
        "BSD-3-Clause",
    ),
)


def classical_restorer(id: str) -> Restorer:
    """The restorer of a card above; imports scipy and scikit-image only now."""
    from restoration.models import bilateral, median, nlm, tv, wavelet
    from restoration.models.classical import classical
    from restoration.models.identity import Identity

    restorers: dict[str, Restorer] = {
        "identity": Identity(),
        "median": classical(median.median, median.HALO),
        "bilateral": classical(bilateral.bilateral, bilateral.HALO),
        "tv": classical(tv.tv, tv.HALO),
        "wavelet": classical(wavelet.wavelet, wavelet.HALO),
        "nlm": classical(nlm.nlm, nlm.HALO),
    }
    return restorers[id]
