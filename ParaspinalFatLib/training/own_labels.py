"""What is unknown in a user's own label map: nobody has drawn every structure in it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.correction.training_pair import undrawn
from ParaspinalFatLib.segmentation.division import WHOLE
from ParaspinalFatLib.training.partial_labels import UNKNOWN, beside_is_no_muscle, unknown_is_beside


def undrawn_is_unknown(
    labels: npt.NDArray[np.uint8], pixel_mm: tuple[float, float], background_known: bool
) -> npt.NDArray[np.uint8]:
    """Labels of a user's case in which a voxel without a label is unknown, if a structure that a network learns is missing.

    What such a voxel may be is narrowed by the muscles drawn beside it. A voxel that the user says is unknown (255: an
    artefact, a structure of no name) may be any of them and stays so.

    Args:
        labels: (k, j, i), 0 where nothing is drawn.
        pixel_mm: (j, i) size of a pixel.
        background_known: whether 0 is background all the same: the user says that what is not drawn is not there.
    """
    if background_known or not undrawn(labels):
        return labels
    narrowed = unknown_is_beside_muscles(np.where(labels == 0, UNKNOWN, labels).astype(np.uint8), pixel_mm)
    return np.where(labels == 0, narrowed, labels).astype(np.uint8)


def unknown_is_beside_muscles(labels: npt.NDArray[np.uint8], pixel_mm: tuple[float, float]) -> npt.NDArray[np.uint8]:
    """Say of unknown voxels of a user's case that they are none of the muscles that are drawn beside them (a copy).

    Users draw muscles to their borders: in slices with multifidus and erector spinae of both sides an unknown voxel is
    neither; with both psoas muscles, and then both quadratus lumborum muscles, none of these either.

    Args:
        labels: (k, j, i), erector spinae whole or in its parts.
        pixel_mm: (j, i) size of a pixel.
    """
    narrowed = beside_is_no_muscle(unknown_is_beside(WHOLE[labels]), pixel_mm, rim_mm=0.0, quadratus=slice(None))
    return np.where(labels == UNKNOWN, narrowed, labels).astype(np.uint8)
