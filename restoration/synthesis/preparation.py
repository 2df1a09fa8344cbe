"""From a map of single nuclei to the coarse map that a pathologist would draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.draw import polygon2mask
from skimage.measure import approximate_polygon, find_contours

from restoration.synthesis.conditions import LabelMap
from restoration.synthesis.tissues import Tissue

SMEAR = 0.2
"""Share of what lies between nuclei that is air in a smear; sections have far less."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Drawing:
    """How coarsely regions are drawn. Lengths are in diameters of the median nucleus."""

    reach: float = 2.0
    """Standard deviation of the window over which nuclei are counted."""
    coverage: float = 0.12
    """A region of nuclei is where they cover at least this share of the window's tissue."""
    share: float = 0.2
    """It is of the last class that makes up this share of them, as the higher class wins where
    the paper's group lets polygons overlap."""
    smallest: float = 4.0
    """Diameter below which a region is not drawn."""
    tolerance: float = 0.4
    """Distance by which a drawn corner may cut the true outline."""


@dataclass(frozen=True)
class Prepared:
    """The two maps of one field, same size."""

    polygons: LabelMap
    """Class code of the region each pixel lies in."""
    cells: LabelMap
    """Class code of the nucleus at each pixel, 0 between nuclei."""


def from_classes(labels: LabelMap, tissue: Tissue, drawing: Drawing | None = None) -> Prepared:
    """Maps from a class map (H, W) that marks nuclei and air by class code."""
    cells = np.where(np.isin(labels, tissue.nuclei_codes), labels, 0).astype(np.uint8)
    air = np.isin(labels, tissue.air_codes)
    count, diameter = _nuclei(ndimage.label(cells > 0)[0])
    return _drawn(cells, air, count, diameter, tissue, drawing or Drawing())


def from_instances(
    instances: NDArray[np.integer],
    image: NDArray[np.uint8],
    tissue: Tissue,
    drawing: Drawing | None = None,
) -> Prepared:
    """Maps from an instance map (H, W), 0 between nuclei, and its image (H, W, 3).

    All nuclei are of the tissue's first class of nuclei, or of its last where most of what lies
    between them is air: cells smeared on glass. Air is found as `white_areas` describes.
    """
    count, diameter = _nuclei(instances)
    between = instances == 0
    air = white_areas(image, diameter) & between
    smeared = air.sum() > SMEAR * between.sum()
    code = tissue.nuclei_codes[-1 if smeared else 0]
    cells = np.where(between, 0, code).astype(np.uint8)
    return _drawn(cells, air, count, diameter, tissue, drawing or Drawing())


def white_areas(image: NDArray[np.uint8], diameter: float) -> Mask:
    """Glass (H, W): bright and nearly colourless once blurred over a quarter of a nucleus.

    Valid for brightfield images with a white background, not for dark-field ones.
    """
    blurred = ndimage.gaussian_filter(image.astype(np.float32), (diameter / 4, diameter / 4, 0))
    darkest, brightest = blurred.min(axis=2), blurred.max(axis=2)
    return np.asarray((darkest > 195) & (brightest - darkest < 30))


def _nuclei(instances: NDArray[np.integer]) -> tuple[int, float]:
    """Number of nuclei and the diameter of the median one in pixels; 10 where there is none."""
    areas = np.bincount(instances.ravel())[1:]
    areas = areas[areas > 0]
    return len(areas), float(2 * np.sqrt(np.median(areas) / np.pi)) if len(areas) else 10.0


def _drawn(
    cells: LabelMap, air: Mask, count: int, diameter: float, tissue: Tissue, drawing: Drawing
) -> Prepared:
    sigma = drawing.reach * diameter
    tissue_share = np.maximum(ndimage.gaussian_filter((~air).astype(np.float32), sigma), 0.05)
    cover = {
        code: ndimage.gaussian_filter((cells == code).astype(np.float32), sigma)
        for code in tissue.nuclei_codes
    }
    every = np.sum(list(cover.values()), axis=0)
    polygons = np.zeros(cells.shape, np.uint8)
    rich = count > 0 and every / tissue_share >= drawing.coverage
    for code in tissue.nuclei_codes:
        region = rich & (cover[code] >= drawing.share * every)
        if code == tissue.nuclei_codes[0]:
            region = np.broadcast_to(rich, cells.shape)
        polygons[_outlined(region, diameter, drawing)] = code
    for code in tissue.air_codes:
        polygons[_outlined(air, diameter, drawing)] = code
    return Prepared(polygons, cells)


def _outlined(region: Mask, diameter: float, drawing: Drawing) -> Mask:
    """The region as polygons with few corners; what is smaller than the smallest is left out."""
    smooth = ndimage.gaussian_filter(region.astype(np.float32), diameter / 3)
    framed = np.pad(_without_specks(smooth >= 0.5, drawing.smallest * diameter), 1)
    drawn = np.zeros(framed.shape, bool)
    for outline in find_contours(framed.astype(np.float32), 0.5):
        corners = approximate_polygon(outline, drawing.tolerance * diameter)
        if len(corners) > 3:
            drawn ^= polygon2mask(framed.shape, corners)
    return drawn[1:-1, 1:-1]


def _without_specks(region: Mask, diameter: float) -> Mask:
    """Fill holes and drop parts smaller than a disc of this diameter."""
    smallest = np.pi / 4 * diameter**2
    for _ in range(2):
        parts = ndimage.label(region)[0]
        small = np.bincount(parts.ravel()) < smallest
        small[0] = False
        region = ~(region & ~small[parts])
    return region
