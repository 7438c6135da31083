"""Labels that are only partly known: 255 is unknown, never background, and this page narrows what is unknown."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy import ndimage

UNKNOWN = 255
"""Label value of a voxel whose structure nobody has drawn: the loss ignores it."""

UNDRAWN = 254
"""Label value of a voxel that is none of the structures which are drawn whole, but may be background or one of
:data:`UNDRAWN_MAY_BE`: the loss asks only that the network says one of these."""

UNDRAWN_MAY_BE = (0, 9, 10, 13, 15)
"""Background, iliacus right and left, arch, sacrum: drawn in part or not at all in the real subjects."""

BESIDE = 253
"""Label value of an unknown voxel in a slice whose multifidus and erector spinae are drawn to their borders: it may be
anything but these. Without it a network learns outlines that take in the rim (9 % too much muscle on a subject it knew)."""

DRAWN_TO_THE_BORDER = (1, 2, 3, 4)
"""Multifidus and erector spinae, right and left: outlined by hand in both real subjects."""

OFF_COLUMN = 252
"""Label value of a voxel beside a vertebral body or disc in a slice where nothing else of the column can lie: anything but
these two."""

BESIDE_PSOAS, BESIDE_ALL = 251, 250
"""Label values of a voxel that may be anything but multifidus, erector spinae and psoas; or anything but these and the
quadratus lumborum. Without them outlines of psoas and quadratus lumborum grow by the width of the unknown rim: by half of
the muscle on a subject that the network had not seen."""

OPEN = BESIDE_ALL
"""Label values from here on (250 to 255) name no structure."""

FAR_MM = 18.0
"""Unknown voxels at least this far from a drawn arch are no arch: facet joints and transverse processes lie nearer."""

RIM_MM = 3.0
"""Unknown voxels at least this far from a drawn muscle, body, disc or canal are none of it: those are drawn whole but for
a rim of one to two pixels. Without this limit a network learns that it may spill into the unknown around a psoas."""

VERTEBRA_MM = 50.0
"""Body and disc end within this distance of the canal (bodies are 39 to 55 mm wide and about 35 mm deep)."""

TIP_MM = 15.0
"""The tips of the quadratus lumborum at the iliac crest are cut off in the silver labels by up to this much."""

RIGHT_PSOAS, LEFT_PSOAS, RIGHT_QUADRATUS, LEFT_QUADRATUS = 5, 6, 7, 8
DISC, BODY, ARCH, CANAL, SACRUM = 11, 12, 13, 14, 15

FATTY_RIM_PIXELS = 6
"""Fat is settled this far around a muscle: bone marrow and epidural fat, which have labels of their own, lie further."""

LEAN_FAT_FRACTION = 0.35
"""A rim voxel between a muscle and fat with less fat than this is muscle: partial volume of up to a third fat."""

FACING_PIXELS = 2
"""A rim voxel this near to fat lies between muscle and fat; lean rims elsewhere are neighbours: vessel, crus, body."""

FATTY_FAT_FRACTION = 0.6
"""A rim voxel with more fat than this is fat between muscles."""


def possibilities(classes: int) -> dict[int, list[int]]:
    """What the partly unknown label values may be, among the classes a network has.

    >>> possibilities(16)[UNDRAWN]
    [0, 9, 10, 13, 15]
    """
    undrawn = [value for value in UNDRAWN_MAY_BE if value < classes]
    beside = [value for value in range(classes) if value not in DRAWN_TO_THE_BORDER]
    off_column = [value for value in range(classes) if value not in (DISC, BODY)]
    beside_psoas, beside_all = ([0, *range(first, classes)] for first in (LEFT_PSOAS + 1, LEFT_QUADRATUS + 1))
    return {
        UNDRAWN: undrawn,
        BESIDE: beside,
        OFF_COLUMN: off_column,
        BESIDE_PSOAS: beside_psoas,
        BESIDE_ALL: beside_all,
    }


def settle_rims(
    labels: npt.NDArray[np.uint8], water: np.ndarray, fat: np.ndarray, eroded: Iterable[int], whole: Iterable[int]
) -> npt.NDArray[np.uint8]:
    """Give the open rim around drawn muscles to muscle or background by its fat fraction, where that is unambiguous.

    Args:
        labels: (k, j, i) with 255 where unknown.
        water, fat: (k, j, i) on one scale, muscle water and pure fat near 1.
        eroded: muscles drawn up to a pixel too small where they border on fat: lean unknown neighbours become muscle there,
            fatty ones background.
        whole: muscles drawn to their border: fatty unknown neighbours become background.

    Returns:
        A copy; voxels with a fat fraction between the two bounds, or dark in both images (vessels, tendon), stay unknown.
    """
    eroded = tuple(eroded)
    result = labels.copy()
    total = water + fat
    fraction = fat / np.maximum(total, 1e-6)
    open_rim = (labels == UNKNOWN) & (total > 0.5)
    plane = np.ones((1, 3, 3), bool)
    facing_fat = ndimage.binary_dilation((fraction > FATTY_FAT_FRACTION) & (total > 0.5), plane, iterations=FACING_PIXELS)
    for value in (*eroded, *whole):
        drawn = labels == value
        if value in eroded:
            lean = facing_fat & open_rim & (fraction < LEAN_FAT_FRACTION)
            result[ndimage.binary_dilation(drawn, plane) & lean] = value
        rim = ndimage.binary_dilation(drawn, plane, iterations=FATTY_RIM_PIXELS) & open_rim
        result[rim & (fraction > FATTY_FAT_FRACTION)] = 0
    return result


def far_unknown_is_background(labels: npt.NDArray[np.uint8], pixel_mm: tuple[float, float]) -> npt.NDArray[np.uint8]:
    """Turn unknown voxels far from every drawn structure of their slice to background (a copy).

    Only for slices in which every structure that the network knows has been drawn, but for its rim and parts of the arch.
    Where disc and body are not drawn (the slice cuts both at once) the surroundings of the canal stay unknown.

    Args:
        labels: (k, j, i).
        pixel_mm: (j, i) size of a pixel.
    """
    result = labels.copy()
    for plane in result:
        far = _far_from_everything(plane, pixel_mm) & (plane == UNKNOWN)
        if not _has_spine(plane):
            far &= ndimage.distance_transform_edt(plane != CANAL, sampling=pixel_mm) > VERTEBRA_MM
        if _has_spine(plane) or (plane == CANAL).any():
            plane[far] = 0
    return result


def unknown_before_psoas_is_background(
    labels: npt.NDArray[np.uint8], pixel_mm: tuple[float, float]
) -> npt.NDArray[np.uint8]:
    """Turn unknown voxels in front of and between the two psoas muscles to background (a copy).

    There lie bowel and vessels at every level, also at the pelvis, where iliacus and bone beside the psoas are not drawn.

    Args:
        labels: (k, j, i) in axial order; slices without both psoas muscles and a disc or body stay as they are.
        pixel_mm: (j, i) size of a pixel.
    """
    result = labels.copy()
    for plane in result:
        rows, columns = np.nonzero((plane == RIGHT_PSOAS) | (plane == LEFT_PSOAS))
        if not ((plane == RIGHT_PSOAS).any() and (plane == LEFT_PSOAS).any() and _has_spine(plane)):
            continue
        before = np.zeros(plane.shape, bool)
        before[: round(rows.mean()), columns.min() : columns.max() + 1] = True
        plane[before & _far_from_everything(plane, pixel_mm) & (plane == UNKNOWN)] = 0
    return result


def far_unknown_is_undrawn(labels: npt.NDArray[np.uint8], pixel_mm: tuple[float, float]) -> npt.NDArray[np.uint8]:
    """Turn unknown voxels beyond the rims of the drawn structures to :data:`UNDRAWN` (a copy).

    For slices at the pelvis, where iliac bone, iliacus and gluteal muscles lie beside muscles that are drawn whole; slices
    without a drawn disc, body or sacrum stay as they are.

    Args:
        labels: (k, j, i).
        pixel_mm: (j, i) size of a pixel.
    """
    result = labels.copy()
    for plane in result:
        if not np.isin(plane, (DISC, BODY, SACRUM)).any():
            continue
        tips = np.isin(plane, (RIGHT_QUADRATUS, LEFT_QUADRATUS))
        drawn = (plane != 0) & (plane < UNDRAWN) & ~tips
        far = ndimage.distance_transform_edt(~drawn, sampling=pixel_mm) > RIM_MM
        if tips.any():
            far &= ndimage.distance_transform_edt(~tips, sampling=pixel_mm) > TIP_MM
        plane[far & (plane == UNKNOWN)] = UNDRAWN
    return result


def unknown_is_beside(labels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Turn what is still unknown to :data:`BESIDE` in slices that hold all muscles drawn to their borders (a copy).

    Args:
        labels: (k, j, i), after everything else has been settled.
    """
    result = labels.copy()
    for plane in result:
        if np.isin(DRAWN_TO_THE_BORDER, plane).all():
            plane[plane == UNKNOWN] = BESIDE
    return result


def beside_is_no_muscle(
    labels: npt.NDArray[np.uint8], pixel_mm: tuple[float, float], rim_mm: float, quadratus: slice
) -> npt.NDArray[np.uint8]:
    """Say of the voxels beside multifidus and erector spinae that they are no psoas or quadratus lumborum either (a copy).

    Args:
        labels: (k, j, i), after :func:`unknown_is_beside`.
        pixel_mm: (j, i) size of a pixel.
        rim_mm: voxels closer than this to a psoas or quadratus lumborum stay as they are; 0 where these are drawn to their
            borders.
        quadratus: slices in which both are drawn with their tips.
    """
    result = labels.copy()
    whole = set(range(*quadratus.indices(len(labels))))
    for k, plane in enumerate(result):
        for muscles, value in (((RIGHT_PSOAS, LEFT_PSOAS), BESIDE_PSOAS), ((RIGHT_QUADRATUS, LEFT_QUADRATUS), BESIDE_ALL)):
            if not np.isin(muscles, plane).all() or (value == BESIDE_ALL and k not in whole):
                break
            far = ndimage.distance_transform_edt(~np.isin(plane, muscles), sampling=pixel_mm) > rim_mm
            plane[far & np.isin(plane, (BESIDE, BESIDE_PSOAS))] = value
    return result


def _has_spine(plane: npt.NDArray[np.uint8]) -> bool:
    return bool(np.isin(plane, (DISC, BODY)).any())


def _far_from_everything(plane: npt.NDArray[np.uint8], pixel_mm: tuple[float, float]) -> npt.NDArray[np.bool_]:
    arch = plane == ARCH
    others = (plane != 0) & (plane != UNKNOWN) & ~arch
    far = np.ones(plane.shape, bool)
    for drawn, limit in ((arch, FAR_MM), (others, RIM_MM)):
        if drawn.any():
            far &= ndimage.distance_transform_edt(~drawn, sampling=pixel_mm) > limit
    return far
