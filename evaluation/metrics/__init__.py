"""Image quality metrics; every one takes (H, W, C) arrays in [0, 1]."""

from restoration.fidelity import psnr, ssim

__all__ = ["psnr", "ssim"]
