"""Whether atlases were fitted to an image at all, told from the image and the outlines alone: no truth is needed.

Two failures are looked for. The bodies lie apart: the outlines fill little of the volume that the atlases' own labels would
fill. Or the fit gained nothing: the image's grey values step across the outlines no more than they do across those that come
from laying the middles of the grids upon each other, without any fit. Steps are compared because a fit that maximises mutual
information has more of that than no fit has, also where it went wrong.

Both are suspicions. Their limits were set on one pair of people (a Dixon fat image fitted to another person's fat-bright,
synthetic T1 and synthetic T2 image): of 72 displaced fits, comparing steps told in 60 whether ES+MF overlapped more or less
with the truth than without any fit; of the three fits themselves in two, doubting one that had Dice 0.79 against 0.75.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from scipy import ndimage

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import sitk_from_image
from ParaspinalFatLib.segmentation.body import body_box
from ParaspinalFatLib.training.multi_atlas import Atlas, carried_over, majority, on_logarithmic_scale

SMOOTH_MM = 2.0
"""Standard deviation in plane before the steps are taken: noise and streaks of fat are finer than a muscle's border."""

NORMAL_MM = 1.5
"""The same for an outline before its direction is taken."""

BY_CHANCE = 2 / math.pi
"""Steps across lines that lie anywhere, in any direction, relative to all steps: the mean of |cos| over the circle."""

GAIN = 0.01
"""A fit is better than none only from this much more on."""

LEAST_STEPS = BY_CHANCE + 0.04
"""Below this, outlines lie on no borders, whatever the start was like."""

LEAST_FILLED = 0.25
"""Outlines that fill less of the atlases' volume than this lie where the two bodies hardly overlap."""

Labels = npt.NDArray[np.uint8]


def fit_remarks(image: Image, outlined: Image, atlases: Sequence[Atlas]) -> tuple[str, ...]:
    """Sentences on a fit that is not to be trusted; none if there is nothing to say.

    Args:
        image: that was outlined.
        outlined: label image on its grid, from the fitted atlases.
        atlases: that were fitted.
    """
    filled = filled_share(image, outlined, atlases)
    if filled < LEAST_FILLED:
        return (
            f"The atlas and this body hardly overlap after the fit: its outlines fill {100 * filled:.0f} % of the volume "
            "that the atlas's own have. The fit failed; these figures say nothing about atlases.",
        )
    fitted, unfitted = (steps_across_outlines(image, labels) for labels in (outlined, laid_centre_on_centre(image, atlases)))
    if fitted >= LEAST_STEPS and not fitted <= unfitted + GAIN:  # NaN: nothing to compare with
        return ()
    return (
        f"The fit looks no better than laying the grids' centres upon each other: grey values step {fitted:.2f} times as "
        f"much across the outlines as inside them, without any fit {unfitted:.2f} times ({BY_CHANCE:.2f} by chance). "
        "Probably a weak baseline: do not read these figures as what atlases can do.",
    )


def filled_share(image: Image, outlined: Image, atlases: Sequence[Atlas]) -> float:
    """Volume outlined within the image's body, relative to what the atlases' labels have in a stack of its length.

    Args:
        image, outlined, atlases: see :func:`fit_remarks`.
    """
    view = axial_view(image)
    column_mm, row_mm, slice_mm = view.image.spacing
    rows, columns = body_box(view.image.array, (row_mm, column_mm)).slices
    inside = view.reorder(outlined.array)[:, rows, columns]
    volume = np.count_nonzero(np.isin(inside, list(BY_VALUE))) * column_mm * row_mm * slice_mm
    expected = np.mean([_labelled_mm3(atlas.labels, len(inside) * slice_mm) for atlas in atlases])
    return float(volume / expected) if expected else math.nan


def _labelled_mm3(labels: Image, length_mm: float) -> float:
    """Labelled volume of an atlas in a stack of some length: its mean labelled area times the length that both have."""
    view = axial_view(labels)
    areas = np.count_nonzero(np.isin(view.image.array, list(BY_VALUE)), axis=(1, 2)) * math.prod(view.image.spacing[:2])
    held = areas[areas > 0]
    return float(held.mean() * min(length_mm, len(held) * view.image.spacing[2])) if held.size else 0.0


def laid_centre_on_centre(image: Image, atlases: Sequence[Atlas]) -> Image:
    """Labels of the atlases on the image's grid by nothing but the middles of the grids, fused by majority."""
    fixed = sitk_from_image(image)
    carried = []
    for atlas in atlases:
        shift = sitk.TranslationTransform(3, (_middle(sitk_from_image(atlas.labels)) - _middle(fixed)).tolist())
        carried.append(carried_over(atlas.labels, fixed, shift))
    return image.with_array(majority(carried))


def _middle(image: sitk.Image) -> npt.NDArray[np.float64]:
    return np.array(image.TransformContinuousIndexToPhysicalPoint([(size - 1) / 2 for size in image.GetSize()]))


def steps_across_outlines(image: Image, labels: Image) -> float:
    """Mean in-plane step of the grey values across the outlines, relative to the mean step inside them.

    Steps are gradients of the smoothed image on a logarithmic scale, so that subcutaneous fat does not outweigh all else;
    those across an outline are their part at right angles to it. About :data:`BY_CHANCE` where outlines have nothing to do
    with the image; NaN without outlines, or where nothing ever changes.

    Args:
        image: any contrast.
        labels: label image on its grid.
    """
    view = axial_view(image)
    array, structures = on_logarithmic_scale(view.image.array.astype(np.float64)), view.reorder(labels.array)
    column_mm, row_mm, _ = view.image.spacing
    edges = row_mm, column_mm
    steps = _gradient(array, edges, SMOOTH_MM)
    strength = np.hypot(*steps)
    across, inside = [], []
    for value in np.unique(structures[np.isin(structures, list(BY_VALUE))]).tolist():
        mask = structures == value
        normal = _gradient(mask.astype(np.float64), edges, NORMAL_MM)
        rim = mask & ~ndimage.binary_erosion(mask, ndimage.generate_binary_structure(2, 1)[np.newaxis])
        length = np.maximum(np.hypot(*normal), 1e-9)
        across.append(np.abs(sum(step * along for step, along in zip(steps, normal, strict=True)) / length)[rim])
        inside.append(strength[mask])
    whole = float(np.concatenate(inside).mean()) if inside else 0.0
    return float(np.concatenate(across).mean()) / whole if whole else math.nan


def _gradient(
    array: npt.NDArray[np.float64], edges_mm: tuple[float, float], smooth_mm: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Steps per mm along rows and columns of (k, j, i), smoothed in plane."""
    smooth = ndimage.gaussian_filter(array, (0, *(smooth_mm / edge for edge in edges_mm)))
    rows, columns = np.gradient(smooth, *edges_mm, axis=(1, 2))
    return rows, columns
