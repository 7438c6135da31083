"""Fitting one slice's muscles to another's: affine from landmarks, diffeomorphic demons (Vercauteren 2009) from labels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from scipy import ndimage

from ParaspinalFatLib.training.subjects import Labels

FIT_MM = 2.0
"""Pixel of the label pictures that are registered."""

GREY = np.zeros(256, np.float32)
GREY[[1, 2]], GREY[[3, 4]], GREY[[5, 6]], GREY[[7, 8]] = 2.0, 1.0, 1.2, 1.8
"""Grey value of a muscle in the pictures that demons match: muscles that touch differ clearly (MF/ES, ES/QL, QL/PM)."""

MUSCLES = range(1, 9)

SMALLEST_MM2 = 60.0
"""A sliver below this area has no reliable extent."""


def landmarks(plane: Labels, pixel_mm: tuple[float, float]) -> dict[int, npt.NDArray[np.float64]]:
    """Centre and four extents of every muscle in a slice: value -> (5, 2) row and column in mm."""
    found = {}
    for value in MUSCLES:
        rows, columns = np.nonzero(plane == value)
        if rows.size * pixel_mm[0] * pixel_mm[1] < SMALLEST_MM2:
            continue
        (top, middle, bottom), (right, centre, left) = (np.percentile(axis, (2, 50, 98)) for axis in (rows, columns))
        points = [(middle, centre), (top, centre), (bottom, centre), (middle, right), (middle, left)]
        found[value] = np.array(points) * pixel_mm
    return found


def fit_affine(
    target: dict[int, npt.NDArray[np.float64]], source: dict[int, npt.NDArray[np.float64]]
) -> tuple[npt.NDArray[np.float64], float]:
    """Least-squares affine (2x3) from target to source landmarks, and the root mean square of what remains in mm."""
    common = [value for value in target if value in source]
    start = np.concatenate([target[value] for value in common])
    end = np.concatenate([source[value] for value in common])
    design = np.column_stack([start, np.ones(len(start))])
    solution, *_ = np.linalg.lstsq(design, end, rcond=None)
    return solution.T, float(np.sqrt(np.mean((design @ solution - end) ** 2)))


def label_picture(
    plane: Labels, positions: npt.NDArray[np.float64], pixel_mm: tuple[float, float]
) -> npt.NDArray[np.float32]:
    """Grey picture of a slice's muscles at positions (2, a, b) in mm, slightly softened."""
    pixels = positions / np.asarray(pixel_mm)[:, None, None]
    grey = ndimage.gaussian_filter(GREY[plane], [0.8 * FIT_MM / pixel / 2 for pixel in pixel_mm])
    return ndimage.map_coordinates(grey, pixels, order=1, mode="nearest")


def demons(fixed: npt.NDArray[np.float32], moving: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Displacement (2, a, b) in mm (row, column) on the fixed grid that brings the moving picture onto it."""
    displacement: sitk.Image | None = None
    for blur, iterations in ((4.0, 60), (2.0, 60), (1.0, 60)):
        images = [sitk.GetImageFromArray(ndimage.gaussian_filter(picture, blur)) for picture in (fixed, moving)]
        filter_ = sitk.DiffeomorphicDemonsRegistrationFilter()
        filter_.SetNumberOfIterations(iterations)
        filter_.SetStandardDeviations(2.0)
        filter_.SetNumberOfThreads(1)
        displacement = filter_.Execute(*images) if displacement is None else filter_.Execute(*images, displacement)
    assert displacement is not None
    return np.moveaxis(sitk.GetArrayFromImage(displacement)[..., ::-1], -1, 0).astype(np.float64) * FIT_MM
