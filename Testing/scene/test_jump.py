"""Slice views jump along their normal, and keep the part of the plane they show unless the place is outside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import vtk

from ParaspinalFatLib.scene.jump import jump_to, slice_nodes
from ParaspinalFatLib.scene.volumes import matrix_of


def add_view(scene: Any, name: str, orientation: str = "Axial", millimetres: float = 200.0) -> Any:
    view = scene.AddNewNodeByClass("vtkMRMLSliceNode")
    view.SetLayoutName(name)
    getattr(view, f"SetOrientationTo{orientation}")()
    view.SetDimensions(400, 400, 1)
    view.SetFieldOfView(millimetres, millimetres, 1.0)
    view.UpdateMatrices()
    return view


def plane(view: Any) -> np.ndarray:
    return matrix_of(view.GetSliceToRAS())


def distance_mm(view: Any, place: tuple[float, float, float]) -> float:
    matrix = plane(view)
    return float(matrix[:3, 2] @ (np.array(place) - matrix[:3, 3]))


def test_every_view_shows_the_place(scene: Any) -> None:
    views = [add_view(scene, "Red"), add_view(scene, "Yellow", "Sagittal"), add_view(scene, "Green", "Coronal")]
    jump_to(scene, (12.0, -30.0, 45.0))
    assert [distance_mm(view, (12.0, -30.0, 45.0)) for view in views] == pytest.approx([0.0, 0.0, 0.0])
    assert views[0].GetSliceOffset() == pytest.approx(45.0)
    assert list(slice_nodes(scene)) == views


def test_a_view_keeps_its_part_of_the_plane(scene: Any) -> None:
    view = add_view(scene, "Red")
    before = plane(view)[:2, 3].copy()
    jump_to(scene, (60.0, 60.0, 10.0))
    assert plane(view)[:2, 3] == pytest.approx(before)


def test_a_view_that_does_not_show_the_place_is_centred_on_it(scene: Any) -> None:
    view = add_view(scene, "Red", millimetres=50.0)
    jump_to(scene, (60.0, 60.0, 10.0))
    assert plane(view)[:3, 3] == pytest.approx([60.0, 60.0, 10.0])


def test_an_oblique_view_moves_along_its_own_normal(scene: Any) -> None:
    view = add_view(scene, "Red")
    turned = vtk.vtkTransform()
    turned.RotateX(20.0)
    matrix = vtk.vtkMatrix4x4()
    vtk.vtkMatrix4x4.Multiply4x4(turned.GetMatrix(), view.GetSliceToRAS(), matrix)
    view.GetSliceToRAS().DeepCopy(matrix)
    view.UpdateMatrices()
    normal = plane(view)[:3, 2].copy()
    jump_to(scene, (5.0, -20.0, 30.0))
    assert distance_mm(view, (5.0, -20.0, 30.0)) == pytest.approx(0.0, abs=1e-9)
    assert plane(view)[:3, 2] == pytest.approx(normal)
