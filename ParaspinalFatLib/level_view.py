"""Which planes the level network looks at: the axial stack cut along the outlined spine, or a sagittal series' own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.spine_plane import MidlinePlanes, axial_midline, require_sagittal, sagittal_midlines

AROUND_MM = 25.0
"""Named levels of a sagittal series lie within the axial stack, or not farther from it than this to the sides."""

AXIAL, SAGITTAL = "the axial images", "the sagittal series"


@dataclass(frozen=True, eq=False)
class LevelView:
    """What the level network is to look at.

    Attributes:
        seen_in: the series, in words.
        planes: midline planes of it; None if none can be cut.
        reason: why none can be cut; empty if some can.
    """

    seen_in: str
    planes: MidlinePlanes | None
    reason: str = ""


def level_view(image: Image, labels: Image, sagittal: Image | None = None) -> LevelView:
    """The midline planes in which the levels of a case are looked for.

    Args:
        image: of the case.
        labels: its outlines.
        sagittal: a sagittal series of the same examination; None to cut the axial images.

    Raises:
        GeometryError: the sagittal series is none, or lies elsewhere in the patient.
    """
    if sagittal is not None:
        require_same_place(sagittal, image)
        return LevelView(SAGITTAL, sagittal_midlines(sagittal))
    try:
        return LevelView(AXIAL, axial_midline(image, labels))
    except GeometryError as error:
        return LevelView(AXIAL, None, str(error))


def require_same_place(sagittal: Image, image: Image) -> None:
    """Check that the middle of a sagittal series lies in or beside an axial stack.

    Args:
        sagittal, image: only their grids are looked at.

    Raises:
        GeometryError: the series is not near sagittal, or lies elsewhere.
    """
    require_sagittal(sagittal)
    shape = np.array(sagittal.array.shape[::-1])
    corners = np.array(np.meshgrid(*[(0, size - 1) for size in shape])).reshape(3, -1).T
    middle = sagittal.world((shape - 1) / 2)
    axial_shape = np.array(image.array.shape[::-1])
    axial = image.world(np.array(np.meshgrid(*[(0, size - 1) for size in axial_shape])).reshape(3, -1).T)
    box = sagittal.world(corners)
    low, high = axial.min(axis=0) - AROUND_MM, axial.max(axis=0) + AROUND_MM
    apart = (box.max(axis=0) < axial.min(axis=0)) | (box.min(axis=0) > axial.max(axis=0))
    if apart.any() or not low[0] <= middle[0] <= high[0]:
        raise GeometryError(
            "The sagittal series and the axial images do not lie in the same place in the patient, so names cannot be "
            "carried over. Give a sagittal series of the same examination."
        )
