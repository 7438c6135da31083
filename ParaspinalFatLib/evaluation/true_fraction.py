"""The true fat fraction of a case by its own Dixon images, brought onto the grid of its labels where theirs is another."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.agreement.masks import Mask
from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.methods import fat_map_of
from ParaspinalFatLib.imaging.axial import AxialView
from ParaspinalFatLib.imaging.dixon_names import NOT_AN_IMAGE, SUPPRESSED, recognised, words_of
from ParaspinalFatLib.imaging.grids import grid_difference
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Images, Role
from ParaspinalFatLib.training.labelled_cases import LabelledCase

Fraction = npt.NDArray[np.float32]

LEAST_KNOWN = 0.5
"""Part of a voxel that must have a fraction in the Dixon images, by linear interpolation, for the voxel to have one."""

EVEN = 0.05
"""Voxels that are larger than the image's own by less than this part of them are looked at in one place."""

NO_BRIGHT_FAT = rf"{NOT_AN_IMAGE}|{SUPPRESSED}|adc|dwi|dti|diffusion"
"""Words of images that are neither Dixon images nor conventional ones with bright fat."""


@dataclass(frozen=True, eq=False)
class TrueFraction:
    """The fat fraction that counts as true.

    Attributes:
        values: (k, j, i) in the axial order of the labels, 0 to 1, NaN where there is none.
        remark: what the reader should know of it; empty where the images lie on the labels' own grid.
    """

    values: Fraction
    remark: str = ""


def shows_fat_bright(contrast: str) -> bool:
    """Whether an image is conventional and shows fat, so that a threshold can find it.

    >>> shows_fat_bright("T2w"), shows_fat_bright("water"), shows_fat_bright("t2_fatsat"), shows_fat_bright("adc")
    (True, False, False, False)
    """
    found = recognised(contrast)
    conventional = found is None or found.role is Role.ANATOMY
    return conventional and not re.search(rf"\b({NO_BRIGHT_FAT})\b", " ".join(words_of(contrast)))


def true_fraction(case: LabelledCase, grid: Image, view: AxialView, muscles: Mask) -> TrueFraction | None:
    """Fat fraction by the case's own Dixon pair or map; None if it has neither.

    Images on another grid than the labels are interpolated onto it, by place in the scanner; labels stay as they are.

    Args:
        case: its files.
        grid: of the labels, voxels as stored.
        view: its way to axial order.
        muscles: (k, j, i) in axial order, where any muscle is labelled.

    Raises:
        InputError, MeasurementError: the images hold no fat fraction, or it is not clear which of them belong together.
        GeometryError: water and fat lie on two grids, or the images show none of the labelled muscles.
    """
    images = _dixon_images(case, grid)
    if images is None:
        return None
    found = fat_map_of(images, None)
    difference = grid_difference(found.fraction, grid)
    if difference is None:
        return TrueFraction(view.reorder(found.fraction.array))
    values = on_grid(found, view.image)
    covered = np.isfinite(values[muscles])
    if not covered.any():
        raise GeometryError(
            f"The Dixon images of {case.name} show none of its labelled muscles, so there is no fat fraction to compare "
            "with. Give Dixon images of the same examination."
        )
    return TrueFraction(
        values,
        f"The Dixon images lie on another grid than the labels ({difference}): the fat fraction was interpolated linearly "
        "onto the labels' voxels and averaged within those that are larger than its own, so kappa, recall and AUC of fat "
        f"maps compare with a blurred truth. It is known in {100 * covered.mean():.0f} % of the labelled muscles' voxels; "
        "the others are left out.",
    )


def _dixon_images(case: LabelledCase, grid: Image) -> Images | None:
    """The fat-fraction map, else water and fat, of one acquisition: where a case has several, of that on the labels' grid.

    What belongs together is told as in the panel: names that differ in nothing but the role, where a role has several.
    """
    shown = {contrast: found for contrast in case.images if (found := recognised(contrast))}
    roles = {found.role for found in shown.values()}
    wanted = (Role.FAT_FRACTION,) if Role.FAT_FRACTION in roles else (Role.WATER, Role.FAT)
    if not roles.issuperset(wanted):
        return None
    together = list(itertools.product(*([name for name in shown if shown[name].role is role] for role in wanted)))
    if len(together) > 1:
        together = [names for names in together if len({shown[name].stem for name in names}) == 1]
    read = [{role: read_image(case.images[name]) for role, name in zip(wanted, names, strict=True)} for names in together]
    if len(read) > 1:
        read = [images for images in read if all(grid_difference(image, grid) is None for image in images.values())]
    if len(read) == 1:
        return read[0]
    several = ", ".join(name for name in shown if shown[name].role in wanted)
    raise InputError(
        f"{case.name} has several Dixon images for one role ({several}), and neither names nor the labels' grid tell which "
        "of them belong together and show the true fat fraction. Keep those of one acquisition."
    )


def on_grid(found: FatMap, grid: Image) -> Fraction:
    """The fat fraction of the voxels of another grid: sum of F / sum of (F + W) over each of them, linearly interpolated.

    A map without signals is averaged instead. What has no fraction takes no part; a voxel of which less than
    :data:`LEAST_KNOWN` is known has none.

    Args:
        found: on its own grid.
        grid: any image of the wanted grid.

    Returns:
        (k, j, i) float32 on ``grid``.
    """
    known = np.isfinite(found.fraction.array)
    weight = np.where(known, 1.0 if found.total_signal is None else found.total_signal, 0.0).astype(np.float32)
    content = np.where(known, found.fraction.array * weight, np.float32(0))
    share, whole, part = (
        _mean_over_voxels(array, found.fraction.affine, grid) for array in (known.astype(np.float32), weight, content)
    )
    answered = (share >= LEAST_KNOWN) & (whole > 0)
    return np.divide(part, whole, out=np.full(whole.shape, np.nan, np.float32), where=answered)


def _mean_over_voxels(array: Fraction, affine: npt.NDArray[np.float64], grid: Image) -> Fraction:
    """Mean of an image (0 outside it) over each voxel of a grid, at places no further apart than its own voxels."""
    step = np.linalg.inv(affine) @ grid.affine
    matrix, start = step[:3, :3], step[:3, 3]
    places = np.maximum(1, np.ceil(np.abs(matrix).max(axis=0) - EVEN)).astype(int)
    offsets = list(itertools.product(*((np.arange(count) + 0.5) / count - 0.5 for count in places)))
    total = np.zeros(grid.array.shape, np.float32)
    for offset in offsets:
        origin = (start + matrix @ offset)[::-1]
        total += ndimage.affine_transform(array, matrix[::-1, ::-1], origin, total.shape, order=1, mode="grid-constant")
    return total / np.float32(len(offsets))
