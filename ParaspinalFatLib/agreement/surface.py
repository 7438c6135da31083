"""Surfaces of masks and the distances between them, exact for voxels of unequal edges.

Definitions. A *surface voxel* belongs to the mask and shares a face with a voxel outside of it; beyond the image counts as
outside, but an image of a single slice has no faces above and below it: its surfaces are outlines. Distances are between
the centres of surface voxels, in mm, from each surface voxel to the nearest one of the other surface. The Hausdorff
distance is the largest of them over both directions; HD95 the larger one of the two directed 95th percentiles (linear
between order statistics); the average surface distance the mean over the surface voxels of both masks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SurfaceDistances:
    """Distances in mm, one for each surface voxel.

    Attributes:
        from_truth: from each surface voxel of the truth to the prediction's surface.
        from_prediction: the other way round.
    """

    from_truth: npt.NDArray[np.float64]
    from_prediction: npt.NDArray[np.float64]

    @property
    def hausdorff_mm(self) -> float:
        """Largest distance of both directions."""
        return float(max(self.from_truth.max(), self.from_prediction.max()))

    @property
    def hd95_mm(self) -> float:
        """Larger one of the two directed 95th percentiles."""
        return float(max(np.percentile(self.from_truth, 95), np.percentile(self.from_prediction, 95)))

    @property
    def average_mm(self) -> float:
        """Mean over the surface voxels of both masks."""
        return float(np.concatenate([self.from_truth, self.from_prediction]).mean())


def surface(mask: Mask, known: Mask | None = None) -> Mask:
    """The mask's surface voxels.

    Args:
        mask: boolean (k, j, i).
        known: boolean (k, j, i), False where it is not known what the voxel is; a face towards such a voxel is no surface.

    >>> surface(np.ones((3, 3, 3), bool)).sum()
    np.int64(26)
    """
    if mask.ndim == 3 and mask.shape[0] == 1:
        return surface(mask[0], None if known is None else known[0])[np.newaxis]
    outside = np.pad(~mask if known is None else ~mask & known, 1, constant_values=True)
    neighbours = ndimage.binary_dilation(outside, ndimage.generate_binary_structure(mask.ndim, 1))
    return mask & neighbours[tuple(slice(1, -1) for _ in mask.shape)]


def surface_distances(
    truth: Mask, prediction: Mask, spacing_mm: tuple[float, float, float], known: Mask | None = None
) -> SurfaceDistances | None:
    """Distances between the surfaces of two masks; None where either has no surface.

    Args:
        truth, prediction: boolean (k, j, i), False wherever it is not known what the voxel is.
        spacing_mm: voxel edges along k, j, i.
        known: see :func:`surface`.
    """
    truth_surface, prediction_surface = surface(truth, known), surface(prediction, known)
    if not truth_surface.any() or not prediction_surface.any():
        return None
    to_prediction = ndimage.distance_transform_edt(~prediction_surface, sampling=spacing_mm)
    to_truth = ndimage.distance_transform_edt(~truth_surface, sampling=spacing_mm)
    return SurfaceDistances(to_prediction[truth_surface], to_truth[prediction_surface])
