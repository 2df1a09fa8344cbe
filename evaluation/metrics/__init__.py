"""Image quality metrics; every one takes (H, W, C) arrays in [0, 1]."""

from evaluation.metrics.blocks import blocking, psnr_b
from evaluation.metrics.catalogue import METRICS, here, metric
from evaluation.metrics.comparison import stored
from evaluation.metrics.detail import detail_kept, high_frequency_ratio
from evaluation.metrics.gradients import edge_preservation, gmsd
from evaluation.metrics.information import vif
from evaluation.metrics.measuring import applicable, measure, prepare, refuse_lacking, suited
from evaluation.metrics.metric import Better, ColourSpace, Input, Metric
from evaluation.metrics.no_reference import estimated_psnr, noise_left, sharpness
from evaluation.metrics.planes import luma, studio_luma
from evaluation.metrics.removal import residual_whiteness
from evaluation.metrics.structure import ms_ssim, ssim_skimage
from restoration.fidelity import psnr, ssim

__all__ = [
    "METRICS",
    "Better",
    "ColourSpace",
    "Input",
    "Metric",
    "applicable",
    "blocking",
    "detail_kept",
    "edge_preservation",
    "estimated_psnr",
    "gmsd",
    "here",
    "high_frequency_ratio",
    "luma",
    "measure",
    "metric",
    "ms_ssim",
    "noise_left",
    "prepare",
    "psnr",
    "psnr_b",
    "refuse_lacking",
    "residual_whiteness",
    "sharpness",
    "ssim",
    "ssim_skimage",
    "stored",
    "studio_luma",
    "suited",
    "vif",
]
