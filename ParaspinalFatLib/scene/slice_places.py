"""Slice numbers of a case <-> places in the scene: the slice a view shows, and where in a slice a structure lies."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import Structure
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.scene.jump import slice_nodes
from ParaspinalFatLib.scene.volumes import matrix_of

BEYOND = 0.5 + 1e-6
"""A view shows a slice up to half a slice beyond the outermost slice centres."""

NEARLY_IN_PLANE, IN_PLANE = math.cos(math.radians(45)), math.cos(math.radians(0.1))
"""Cosine of the angle up to which a view shows the slices at all, and up to which it shows them one by one."""


def shown_slice(scene: Any, image: Image) -> int | None:
    """Number (axial order) of the slice that is shown: in the view that lies most nearly in the plane of the slices.

    In a view tilted against the slices, it is the one that is shown in the middle of the image.

    Args:
        scene: vtkMRMLScene.
        image: the image whose slices are counted.

    Returns:
        None if no view lies nearly in the plane of the slices, or it shows a place outside the image.
    """
    grid = AxialGrid.of(axial_view(image).image)
    normal = _normal(grid)
    view = _nearest_view(scene, normal)
    if view is None:
        return None
    plane = matrix_of(view.GetSliceToRAS())
    slices, rows, columns = grid.shape
    middle = np.array(grid.position((columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2))
    along = float(plane[:3, 2] @ (plane[:3, 3] - middle)) / float(plane[:3, 2] @ normal)
    r, a, s = (float(component) for component in middle + along * normal)
    coordinate = grid.slice_coordinate((r, a, s))
    if not -BEYOND <= coordinate <= slices - 1 + BEYOND:
        return None
    return int(np.clip(np.rint(coordinate), 0, slices - 1))


def turn_to_slices(scene: Any, volume: Any, image: Image) -> None:
    """Turn the view that lies most nearly in the plane of the slices into it, so that it shows one slice, not parts of many.

    What is painted in a tilted view goes into several slices. A view that lies in the plane already stays as it is.

    Args:
        scene: vtkMRMLScene.
        volume: vtkMRMLScalarVolumeNode.
        image: its image.
    """
    normal = _normal(AxialGrid.of(axial_view(image).image))
    view = _nearest_view(scene, normal)
    if view is not None and _alignment(view, normal) < IN_PLANE:
        view.RotateToVolumePlane(volume)


def _normal(grid: AxialGrid) -> npt.NDArray[np.float64]:
    """Unit vector across the slices, RAS."""
    across = np.cross(grid.affine[:3, 0], grid.affine[:3, 1])
    return np.asarray(across / np.linalg.norm(across), np.float64)


def _alignment(view: Any, normal: npt.NDArray[np.float64]) -> float:
    """Cosine of the angle between a view's plane and the slices."""
    return abs(float(normal @ matrix_of(view.GetSliceToRAS())[:3, 2]))


def _nearest_view(scene: Any, normal: npt.NDArray[np.float64]) -> Any:
    """The vtkMRMLSliceNode most nearly in the plane of the slices; None if none is within 45 degrees of it."""
    near = [view for view in slice_nodes(scene) if _alignment(view, normal) > NEARLY_IN_PLANE]
    return max(near, key=lambda view: _alignment(view, normal), default=None)


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
