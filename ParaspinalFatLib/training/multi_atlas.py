"""The baseline that a network has to beat: labelled scans fitted to an image, their labels carried over and fused.

Each atlas is fitted by its grey values inside the body (Mattes' mutual information, so that contrasts may differ): first an
affine map from one body's middle to the other's, then a B-spline. What is unknown in an atlas has no vote. As in BMC Med
Imaging 2026 (seed 003), which compares its network so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import sitk_from_image
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.training.partial_labels import UNKNOWN

BINS = 32
"""Of the joint histogram."""

PIXEL_MM = 3.0
"""In-plane pixel at which images are fitted."""

KNOT_MM = 60.0
"""Distance of the B-spline's knots: knots 40 mm apart lowered the overlap of the one pair tried."""

AFFINE_STEPS, SPLINE_STEPS = 60, 10

LEAST_SLICES = 4
"""Of an image or an atlas: fewer cannot be smoothed across slices."""

RIMS_PIXELS = (1, 3)
"""Of :data:`PIXEL_MM` around the body, which are compared too, since they hold its outline: the wider one guides better,
but noise in it can mislead, so that both are tried."""

SMOOTH_MM, OTSU_BINS = 3.0, 64
"""Of the image whose bright part is the body."""

Labels = npt.NDArray[np.uint8]


class Fusion(str, Enum):
    """How the atlases' labels become one."""

    MAJORITY = "majority"
    STAPLE = "staple"
    """Warfield 2004: weighs each atlas by how well it agrees with the others, structure by structure."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """A labelled scan.

    Attributes:
        name: of its case.
        image: any contrast.
        labels: uint8 on the image's grid: anatomy values, 0 background, 250 to 255 unknown.
    """

    name: str
    image: Image
    labels: Image


def outline_by_atlases(
    image: Image,
    atlases: Sequence[Atlas],
    fusion: Fusion = Fusion.MAJORITY,
    threads: int = 1,
    progress: Progress = no_progress,
) -> Image:
    """Label image (uint8, values of ``anatomy``) on the grid of ``image``.

    Args:
        image: what to outline.
        atlases: at least one.
        fusion: of their labels.
        threads: of the registration; 0 for all.
        progress: called for each atlas.

    Raises:
        InputError: there is no atlas, or one or the image has fewer than four slices.
        GeometryError: an image is not near axial.
    """
    if not atlases:
        raise InputError("A multi-atlas outline needs at least one labelled scan of another person. Add labelled scans.")
    stack = _slices_along_k(image)
    atlases = [Atlas(one.name, _slices_along_k(one.image), _slices_along_k(one.labels)) for one in atlases]
    for what, seen in (("The image", stack), *((f"Atlas {atlas.name}", atlas.image) for atlas in atlases)):
        if len(seen.array) < LEAST_SLICES:
            raise InputError(
                f"{what} has {len(seen.array)} slices, too few to fit atlases to. Leave it out of the baseline, "
                f"or give {LEAST_SLICES} slices or more."
            )
    fixed = _grey(stack)
    carried = []
    for number, atlas in enumerate(atlases):
        progress(number / len(atlases), f"Fitting atlas {number + 1} of {len(atlases)}")
        transform = fit(fixed, _grey(atlas.image), threads)
        carried.append(carried_over(atlas.labels, fixed, transform))
    fuse = majority if fusion is Fusion.MAJORITY else staple
    found = fuse(carried)
    return image.with_array(found if stack is image else axial_view(image).restore(found))


def carried_over(labels: Image, fixed: sitk.Image, transform: sitk.Transform) -> Labels:
    """Labels (k, j, i) on the grid of ``fixed`` by a map from its space to theirs; unknown outside them."""
    moved = sitk.Resample(sitk_from_image(labels), fixed, transform, sitk.sitkNearestNeighbor, UNKNOWN)
    return sitk.GetArrayFromImage(moved).astype(np.uint8)


def _slices_along_k(image: Image) -> Image:
    """An image as it is stored, or in axial order where its slices do not lie along k."""
    view = axial_view(image)
    return image if view.permutation == (0, 1, 2) else view.image


def fit(fixed: sitk.Image, moving: sitk.Image, threads: int = 1) -> sitk.Transform:
    """The map from the fixed to the moving image's space, affine and then B-spline.

    Args:
        fixed, moving: float32.
        threads: 0 for all.
    """
    fixed, moving = (_coarse(image) for image in (fixed, moving))
    masks = body(fixed), body(moving)
    tried = [_affine(fixed, moving, masks, rim, threads) for rim in RIMS_PIXELS]
    coarse = min(tried, key=lambda transform: _dissimilarity(fixed, moving, masks, transform, threads))

    mesh = [max(1, round(size * edge / KNOT_MM)) for size, edge in zip(fixed.GetSize(), fixed.GetSpacing(), strict=True)]
    spline = _registration(masks, max(RIMS_PIXELS), threads)
    spline.SetMovingInitialTransform(coarse)
    spline.SetInitialTransform(sitk.BSplineTransformInitializer(fixed, mesh), inPlace=False)
    spline.SetOptimizerAsLBFGSB(numberOfIterations=SPLINE_STEPS, maximumNumberOfCorrections=5)
    spline.SetShrinkFactorsPerLevel([1])
    spline.SetSmoothingSigmasPerLevel([2.0])
    fine = spline.Execute(fixed, moving)
    return sitk.CompositeTransform([coarse, fine])


def majority(carried: Sequence[Labels]) -> Labels:
    """Of several label maps (k, j, i) the label with most votes; unknown voxels do not vote, ties go to the lowest value.

    >>> majority([np.array([[[1, 255]]], np.uint8), np.array([[[1, 2]]], np.uint8), np.array([[[0, 255]]], np.uint8)])
    array([[[1, 2]]], dtype=uint8)
    """
    result = np.zeros(carried[0].shape, np.uint8)
    most = np.sum([labels == 0 for labels in carried], axis=0)
    for value in BY_VALUE:
        votes = np.sum([labels == value for labels in carried], axis=0)
        result[votes > most] = value
        most = np.maximum(most, votes)
    return result


def staple(carried: Sequence[Labels]) -> Labels:
    """Of several label maps the likeliest label by STAPLE, each structure against everything else; below one half: none."""
    result = np.zeros(carried[0].shape, np.uint8)
    best = np.full(carried[0].shape, 0.5)
    for value in BY_VALUE:
        masks = [labels == value for labels in carried if (labels == value).any()]
        if not masks:
            continue
        likely = _staple([sitk.GetImageFromArray(mask.astype(np.uint8)) for mask in masks])
        better = likely > best
        result[better] = value
        best[better] = likely[better]
    return result


def _staple(masks: Sequence[sitk.Image]) -> npt.NDArray[np.float64]:
    if len(masks) == 1:
        return sitk.GetArrayFromImage(masks[0]).astype(np.float64)
    return sitk.GetArrayFromImage(sitk.STAPLE(list(masks), 1.0))


def body(image: sitk.Image) -> sitk.Image:
    """The largest bright part of a scan and what it encloses in each slice, as a mask of 0 and 1."""
    bright = sitk.OtsuThreshold(sitk.SmoothingRecursiveGaussian(image, SMOOTH_MM), 0, 1, OTSU_BINS)
    parts = sitk.RelabelComponent(sitk.ConnectedComponent(sitk.BinaryMorphologicalClosing(bright, [5, 5, 0])))
    return sitk.BinaryFillhole(parts == 1)


def _body_upon_body(fixed: sitk.Image, moving: sitk.Image) -> sitk.Transform:
    """The shift that brings the middles of two masks together."""
    real = [sitk.Cast(mask, sitk.sitkFloat32) for mask in (fixed, moving)]
    return sitk.CenteredTransformInitializer(*real, sitk.AffineTransform(3), sitk.CenteredTransformInitializerFilter.MOMENTS)


def _affine(
    fixed: sitk.Image, moving: sitk.Image, masks: tuple[sitk.Image, sitk.Image], rim: int, threads: int
) -> sitk.Transform:
    method = _registration(masks, rim, threads)
    method.SetInitialTransform(_body_upon_body(*masks), inPlace=False)
    method.SetOptimizerAsRegularStepGradientDescent(2.0, 1e-3, AFFINE_STEPS, relaxationFactor=0.6)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel([1])  # slices are few: only pixels are made coarser
    method.SetSmoothingSigmasPerLevel([2.0])
    return method.Execute(fixed, moving)


def _dissimilarity(
    fixed: sitk.Image, moving: sitk.Image, masks: tuple[sitk.Image, sitk.Image], transform: sitk.Transform, threads: int
) -> float:
    """Minus the mutual information inside the bodies."""
    method = _registration(masks, min(RIMS_PIXELS), threads)
    method.SetInitialTransform(transform)
    return float(method.MetricEvaluate(fixed, moving))


def _registration(masks: tuple[sitk.Image, sitk.Image], rim: int, threads: int) -> sitk.ImageRegistrationMethod:
    # Of the air only a rim is compared: all of it, with its noise, drew bodies apart from each other.
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(BINS)
    # Every voxel: points of a grid are jittered by the clock, and with few slices that moved a psoas by half its width.
    method.SetMetricSamplingStrategy(method.NONE)
    method.SetMetricFixedMask(sitk.BinaryDilate(masks[0], [rim, rim, 0]))
    method.SetMetricMovingMask(sitk.BinaryDilate(masks[1], [rim + 1, rim + 1, 1]))
    method.SetInterpolator(sitk.sitkLinear)
    if threads:
        method.SetNumberOfThreads(threads)
    return method


def _coarse(image: sitk.Image) -> sitk.Image:
    """The image with pixels of about :data:`PIXEL_MM`, its slices as they are."""
    factors = [max(1, round(PIXEL_MM / edge)) for edge in image.GetSpacing()[:2]]
    return sitk.BinShrink(image, [*factors, 1])


def _grey(image: Image) -> sitk.Image:
    return sitk_from_image(image.with_array(on_logarithmic_scale(image.array.astype(np.float32))))


def on_logarithmic_scale(array: np.ndarray) -> np.ndarray:
    """Real grey values without the brightest hundredth, on a scale on which coil shading weighs less; the type stays."""
    values = np.clip(array, 0, None)
    top = max(float(np.percentile(values, 99)), 1e-6)
    return np.log1p(20 * np.minimum(values / top, 1))
