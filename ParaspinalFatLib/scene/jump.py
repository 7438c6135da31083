"""Slice views jump to a place; how far a view is moved and zoomed in its plane is the user's and stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import vtk


def jump_to(scene: Any, position: tuple[float, float, float]) -> None:
    """Show a place in every slice view.

    A view is only moved along its normal, which works for oblique views too; it is centred on the place if that lies outside
    the part that the view shows.

    Args:
        scene: vtkMRMLScene.
        position: RAS mm.
    """
    for view in slice_nodes(scene):
        view.JumpSliceByOffsetting(*position)
        if not _shows(view, position):
            view.JumpSliceByCentering(*position)


def show_in_slice_views(scene: Any, volume: Any) -> None:
    """Make a volume the background of every slice view."""
    kind = "vtkMRMLSliceCompositeNode"
    for n in range(scene.GetNumberOfNodesByClass(kind)):
        scene.GetNthNodeByClass(n, kind).SetBackgroundVolumeID(volume.GetID())


def slice_nodes(scene: Any) -> Iterator[Any]:
    """Every vtkMRMLSliceNode of a scene."""
    for n in range(scene.GetNumberOfNodesByClass("vtkMRMLSliceNode")):
        yield scene.GetNthNodeByClass(n, "vtkMRMLSliceNode")


def _shows(view: Any, position: tuple[float, float, float]) -> bool:
    """Whether a place lies in the part of the plane that a view shows."""
    from_world = vtk.vtkMatrix4x4()
    vtk.vtkMatrix4x4.Invert(view.GetXYToRAS(), from_world)
    column, row, _, _ = from_world.MultiplyPoint((*position, 1.0))
    width, height, _ = view.GetDimensions()
    return bool(0 <= column <= width and 0 <= row <= height)
