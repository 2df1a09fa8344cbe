"""What a format can hold, and what becomes of a page that asks for more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restoration.errors import NotWritten
from restoration.pages.colour import profile_channels
from restoration.pages.page import AlphaKind, Page, SampleType
from restoration.pages.samples import Stored, to_stored

_ALREADY_BLACK_OR_WHITE = 1e-6


@dataclass(frozen=True)
class Ability:
    """What a format can hold."""

    name: str
    samples: tuple[SampleType, ...]
    alpha: bool
    longest_side: int
    gray: bool = True
    kinds_of_alpha: bool = False
    """Whether it says what an extra channel means: straight, premultiplied, or nothing."""
    icc: bool = True
    exif: bool = True


@dataclass(frozen=True)
class Fitted:
    """A page as it will be stored."""

    stored: Stored
    """(H, W, C); C = 2 and 4 end in alpha."""
    samples: SampleType
    icc: bytes | None
    notices: tuple[str, ...]

    @property
    def alpha(self) -> bool:
        """Whether the last channel is alpha."""
        return self.stored.shape[2] in (2, 4)


def fit(page: Page, ability: Ability) -> Fitted:
    """Quantise a page to what a format holds, and say what had to be converted.

    Raises `NotWritten` for pixels that are not numbers, an alpha plane of another size, or a
    page longer than the format can say.
    """
    height, width, channels = page.pixels.shape
    if max(height, width) > ability.longest_side:
        raise NotWritten(
            f"The page is too long for {ability.name}",
            actual=f"{width} x {height} pixels",
            expected=f"at most {ability.longest_side} a side",
            remedy="Choose PNG or TIFF",
        )
    if page.alpha is not None and page.alpha.shape != (height, width):
        raise NotWritten(
            "The alpha plane does not fit the page",
            actual=f"{page.alpha.shape[1]} x {page.alpha.shape[0]}",
            expected=f"{width} x {height}",
        )
    notices: list[str] = []
    pixels, alpha = _with_alpha(page, ability, notices)
    samples = _sample_type(page, alpha is not None, ability, notices)
    if not ability.gray and channels == 1:
        pixels = np.repeat(pixels, 3, axis=2)
        notices.append(f"{ability.name} has no gray; three equal channels were written.")
    if samples is SampleType.BIT:
        _say_if_thresholded(pixels, notices)
    stored = to_stored(pixels, samples, page.info.value_scale)
    if alpha is not None:
        scale = page.info.value_scale
        stored = np.concatenate([stored, to_stored(alpha[..., None], samples, scale)], axis=2)
    icc = _fitting_profile(page, pixels.shape[2], ability, notices)
    if page.info.exif is not None and not ability.exif:
        notices.append(f"{ability.name} has no place for EXIF; it was left out.")
    return Fitted(stored, samples, icc, tuple(notices))


def _with_alpha(
    page: Page, ability: Ability, notices: list[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    pixels, alpha = page.pixels, page.alpha
    if alpha is None:
        return pixels, None
    multiplied = page.info.alpha_kind is AlphaKind.PREMULTIPLIED
    if page.info.alpha_kind is AlphaKind.UNSPECIFIED and not ability.kinds_of_alpha:
        notices.append("An extra channel without a stated meaning was left out.")
        return pixels, None
    if ability.alpha and (ability.kinds_of_alpha or not multiplied):
        return pixels, alpha
    if ability.alpha:
        notices.append("Premultiplied colour was divided by its alpha.")
        shown = alpha[..., None]
        return np.where(shown > 0, pixels / np.maximum(shown, 1e-6), 0).astype(np.float32), alpha
    notices.append(f"{ability.name} has no alpha; the page was put on white.")
    lit = pixels if multiplied else pixels * alpha[..., None]
    return lit + (1 - alpha[..., None]), None


def _sample_type(page: Page, alpha: bool, ability: Ability, notices: list[str]) -> SampleType:
    wanted = page.info.samples
    if wanted is SampleType.BIT and (
        alpha or page.pixels.shape[2] == 3 or SampleType.BIT not in ability.samples
    ):
        notices.append("The 1-bit page was written with 8 bits a channel.")
        return SampleType.UINT8
    if wanted in ability.samples:
        return wanted
    best = SampleType.UINT16 if SampleType.UINT16 in ability.samples else SampleType.UINT8
    notices.append(f"{ability.name} holds no {wanted.value} samples; {best.value} was written.")
    return best


def _say_if_thresholded(pixels: NDArray[np.float32], notices: list[str]) -> None:
    distance = np.minimum(np.abs(pixels), np.abs(pixels - 1)).max()
    if distance > _ALREADY_BLACK_OR_WHITE:
        notices.append("The page is 1-bit: gray levels were split at one half.")


def _fitting_profile(
    page: Page, channels: int, ability: Ability, notices: list[str]
) -> bytes | None:
    icc = page.info.icc
    if icc is None:
        return None
    if not ability.icc:
        notices.append(f"{ability.name} files carry no colour profile here; it was left out.")
        return None
    if profile_channels(icc) != channels:
        notices.append("The colour profile does not fit the page's channels; it was left out.")
        return None
    return icc
