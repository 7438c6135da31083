"""Slice numbers from views, and places from slice numbers, on straight and oblique stacks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.scene.jump import jump_to
from ParaspinalFatLib.scene.slice_places import place_in_slice, shown_slice, slice_to_draw, turn_to_slices
from ParaspinalFatLib.scene.volumes import add_volume, matrix_of

MF, ES = BY_IDENTIFIER["MF_right"], BY_IDENTIFIER["ES_left"]


@pytest.fixture(params=[0.0, 20.0])
def labels(request: pytest.FixtureRequest) -> Image:
    """Five slices, tilted about the right-left axis: MF in slices 1 to 3, largest in slice 2."""
    angle = np.radians(request.param)
    affine = np.eye(4)
    turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    affine[:3, :3] = turn @ np.diag([-1.0, -1.0, 4.0])
    affine[:3, 3] = (7, -5, 30)
    array = np.zeros((5, 10, 12), np.uint8)
    array[1:4, 4:6, 2:4] = array[2, 4:7, 2:4] = MF.value
    return Image(array, affine)


@pytest.fixture
def view(scene: Any) -> Any:
    node = scene.AddNewNodeByClass("vtkMRMLSliceNode")
    node.SetOrientationToAxial()
    return node


@pytest.mark.usefixtures("view")
@pytest.mark.parametrize("k", [0, 2, 4])
def test_the_slice_jumped_to_is_the_slice_shown(scene: Any, labels: Image, k: int) -> None:
    jump_to(scene, place_in_slice(labels, k))
    assert shown_slice(scene, labels) == k


def test_other_views_do_not_count(scene: Any, view: Any, labels: Image) -> None:
    view.JumpSliceByCentering(*place_in_slice(labels, 3))
    sagittal = scene.AddNewNodeByClass("vtkMRMLSliceNode")
    sagittal.SetOrientationToSagittal()
    sagittal.JumpSliceByCentering(0, 0, -500)
    assert shown_slice(scene, labels) == 3


def test_there_is_no_slice_without_a_view_or_outside_the_image(scene: Any, labels: Image) -> None:
    assert shown_slice(scene, labels) is None
    node = scene.AddNewNodeByClass("vtkMRMLSliceNode")
    node.SetOrientationToAxial()
    node.JumpSliceByCentering(0, 0, 400)
    assert shown_slice(scene, labels) is None


def test_a_place_is_the_structures_centre_or_that_of_what_is_there(labels: Image) -> None:
    assert place_in_slice(labels, 2, MF) == pytest.approx(labels.world([2.5, 5.0, 2]).tolist())
    assert place_in_slice(labels, 2, ES) == pytest.approx(labels.world([2.5, 5.0, 2]).tolist())
    assert place_in_slice(labels, 0, MF) == pytest.approx(labels.world([5.5, 4.5, 0]).tolist())


def test_drawing_goes_on_in_the_slice_shown_or_where_the_structure_is_largest(scene: Any, view: Any, labels: Image) -> None:
    view.JumpSliceByCentering(*place_in_slice(labels, 1))
    assert slice_to_draw(scene, labels, MF) == 1
    assert slice_to_draw(scene, labels, ES) == 1  # it is nowhere yet
    view.JumpSliceByCentering(*place_in_slice(labels, 4))
    assert slice_to_draw(scene, labels, MF) == 2


def test_without_a_view_drawing_begins_in_the_middle(scene: Any, labels: Image) -> None:
    assert slice_to_draw(scene, labels, MF) == 2
    assert slice_to_draw(scene, labels, ES) == 2


def test_a_tilted_view_is_turned_into_the_plane_of_the_slices(scene: Any, view: Any, labels: Image) -> None:
    sagittal = scene.AddNewNodeByClass("vtkMRMLSliceNode")
    sagittal.SetOrientationToSagittal()
    before = matrix_of(sagittal.GetSliceToRAS())
    volume = add_volume(scene, labels, "labels")
    turn_to_slices(scene, volume, labels)
    across = labels.affine[:3, 2] / np.linalg.norm(labels.affine[:3, 2])
    assert abs(matrix_of(view.GetSliceToRAS())[:3, 2] @ across) == pytest.approx(1.0)
    assert np.array_equal(matrix_of(sagittal.GetSliceToRAS()), before)
    structure = place_in_slice(labels, 1, MF)
    jump_to(scene, structure)
    assert shown_slice(scene, labels) == 1


def test_views_across_the_slices_show_none_of_them_and_are_not_turned(scene: Any, labels: Image) -> None:
    sagittal = scene.AddNewNodeByClass("vtkMRMLSliceNode")
    sagittal.SetOrientationToSagittal()
    before = matrix_of(sagittal.GetSliceToRAS())
    turn_to_slices(scene, add_volume(scene, labels, "labels"), labels)
    assert shown_slice(scene, labels) is None
    assert np.array_equal(matrix_of(sagittal.GetSliceToRAS()), before)
