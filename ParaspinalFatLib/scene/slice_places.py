"""Slice numbers of a case <-> places in the scene: the slice a view shows, and where in a slice a structure lies."""

from __future__ import annotations

from typing import Any

import numpy as np

from ParaspinalFatLib.anatomy import Structure
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.scene.jump import slice_nodes
from ParaspinalFatLib.scene.volumes import matrix_of

BEYOND = 0.5 + 1e-6
"""A view shows a slice up to half a slice beyond the outermost slice centres."""


def shown_slice(scene: Any, image: Image) -> int | None:
    """Number (axial order) of the slice that is shown: in the view that lies most nearly in the plane of the slices.

    Args:
        scene: vtkMRMLScene.
        image: the image whose slices are counted.

    Returns:
        None if there is no view, or it shows a place outside the image.
    """
    grid = AxialGrid.of(axial_view(image).image)
    normal = grid.affine[:3, 2] / grid.spacing[2]
    planes = [matrix_of(view.GetSliceToRAS()) for view in slice_nodes(scene)]
    if not planes:
        return None
    plane = max(planes, key=lambda matrix: abs(float(normal @ matrix[:3, 2])))
    r, a, s = (float(component) for component in plane[:3, 3])
    coordinate = grid.slice_coordinate((r, a, s))
    last = grid.shape[0] - 1
    if not -BEYOND <= coordinate <= last + BEYOND:
        return None
    return int(np.clip(np.rint(coordinate), 0, last))


def place_in_slice(labels: Image, k: int, structure: Structure | None = None) -> tuple[float, float, float]:
    """RAS mm of a structure's centre in a slice (axial order).

    Where the structure is not in that slice, the centre of all that is outlined there; where nothing is, of the slice.
    """
    view = axial_view(labels)
    plane = view.image.array[k]
    mask = plane == structure.value if structure is not None else plane > 0
    inside = mask if mask.any() else plane > 0
    rows, columns = np.nonzero(inside if inside.any() else np.ones_like(plane, bool))
    return AxialGrid.of(view.image).position(float(columns.mean()), float(rows.mean()), k)


def slice_to_draw(scene: Any, labels: Image, structure: Structure) -> int:
    """Number (axial order) of the slice in which to go on drawing a structure.

    The slice that is shown if the structure is there or nowhere; else the one in which it is largest; without a view of the
    image, the middle one.
    """
    array = axial_view(labels).image.array
    sizes = np.count_nonzero(array == structure.value, axis=(1, 2))
    shown = shown_slice(scene, labels)
    if shown is not None and (sizes[shown] or not sizes.any()):
        return shown
    return int(np.argmax(sizes)) if sizes.any() else len(array) // 2
