"""How well two masks of one structure agree: overlap, volumes and surface distances."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.agreement.surface import Mask, surface_distances
from ParaspinalFatLib.errors import GeometryError


@dataclass(frozen=True)
class Overlap:
    """Agreement of a prediction with the truth. What has no answer is NaN.

    Both masks empty: every measure is NaN, since there is nothing to agree on; the volumes are 0. One mask empty: ``dice``
    and ``iou`` are 0, the distances NaN. ``recall`` and ``relative_volume_difference_pct`` are NaN without truth,
    ``precision`` without prediction.

    Attributes:
        dice: 2 |T and P| / (|T| + |P|), 0 to 1.
        iou: |T and P| / |T or P| (Jaccard index), 0 to 1.
        hausdorff_mm: largest surface distance of both directions.
        hd95_mm: larger one of the two directed 95th percentiles of the surface distances.
        average_surface_distance_mm: mean surface distance over the surface voxels of both masks.
        relative_volume_difference_pct: (prediction - truth) / truth x 100; positive: the prediction is larger.
        precision: |T and P| / |P|.
        recall: |T and P| / |T| (sensitivity).
        truth_ml, prediction_ml: volumes of the masks, known voxels only.
    """

    dice: float
    iou: float
    hausdorff_mm: float
    hd95_mm: float
    average_surface_distance_mm: float
    relative_volume_difference_pct: float
    precision: float
    recall: float
    truth_ml: float
    prediction_ml: float


def overlap(
    truth: npt.NDArray,
    prediction: npt.NDArray,
    spacing_mm: tuple[float, float, float],
    known: npt.NDArray | None = None,
) -> Overlap:
    """Compare two masks on one grid.

    Args:
        truth, prediction: (k, j, i), inside where not 0.
        spacing_mm: voxel edges along k, j, i.
        known: (k, j, i), 0 where the truth says nothing; such voxels are left out of everything, and a mask's face towards
            them is no surface. None: every voxel is known.

    Raises:
        GeometryError: the arrays differ in shape.

    >>> truth = np.zeros((1, 1, 4), bool); truth[..., :2] = True
    >>> found = overlap(truth, np.roll(truth, 1, axis=2), (5.0, 1.0, 1.0))
    >>> found.dice, found.hausdorff_mm, found.truth_ml
    (0.5, 1.0, 0.01)
    """
    parts = [truth, prediction] if known is None else [truth, prediction, known]
    if any(part.shape != truth.shape for part in parts):
        shapes = " and ".join(str(part.shape) for part in parts)
        raise GeometryError(f"Masks of different shapes cannot be compared: {shapes}. Use masks on one grid.")
    t, p, *rest = _common_box([np.asarray(part) != 0 for part in parts])
    inside_known = rest[0] if rest else None
    if inside_known is not None:
        t, p = t & inside_known, p & inside_known
    in_both, in_truth, in_prediction = (int(np.count_nonzero(mask)) for mask in (t & p, t, p))
    distances = surface_distances(t, p, spacing_mm, inside_known)
    voxel_ml = math.prod(spacing_mm) / 1000.0
    return Overlap(
        dice=_ratio(2 * in_both, in_truth + in_prediction),
        iou=_ratio(in_both, in_truth + in_prediction - in_both),
        hausdorff_mm=distances.hausdorff_mm if distances else math.nan,
        hd95_mm=distances.hd95_mm if distances else math.nan,
        average_surface_distance_mm=distances.average_mm if distances else math.nan,
        relative_volume_difference_pct=100.0 * _ratio(in_prediction - in_truth, in_truth),
        precision=_ratio(in_both, in_prediction),
        recall=_ratio(in_both, in_truth),
        truth_ml=in_truth * voxel_ml,
        prediction_ml=in_prediction * voxel_ml,
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _common_box(masks: list[Mask]) -> list[Mask]:
    """The masks cut to the box that holds truth and prediction, and one voxel around it where the image has one."""
    found = ndimage.find_objects((masks[0] | masks[1]).astype(np.uint8))
    if not found:
        return [mask[:0] for mask in masks]
    box = tuple(slice(max(0, along.start - 1), along.stop + 1) for along in found[0])
    return [mask[box] for mask in masks]
