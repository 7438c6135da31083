"""Fat colours in the foreground of slice views: percent inside muscles, nothing elsewhere, and all as before when hidden."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import vtk
from vtk.util.numpy_support import vtk_to_numpy

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels, muscle_voxels
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.fat_overlay import NO_FRACTION, FatOverlay
from ParaspinalFatLib.scene.volumes import image_of


@pytest.fixture
def fat_map(labels: Image) -> FatMap:
    """0.25 on the right and 0.5 elsewhere, without an answer in the first row of the right multifidus."""
    fraction = np.where(labels.array == 1, 0.25, 0.5).astype(np.float32)
    fraction[:, 6, 3:7] = np.nan
    return FatMap(labels.with_array(fraction), "dixon")


@pytest.fixture
def inside(labels: Image) -> MuscleVoxels:
    return muscle_voxels(labels.array, labels.array)


@pytest.fixture
def view(scene: Any) -> Any:
    """The composite node of a slice view."""
    return scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")


def shown_percent(overlay: FatOverlay) -> np.ndarray:
    voxels = overlay.volume_node.GetImageData()
    return vtk_to_numpy(voxels.GetPointData().GetScalars()).reshape(voxels.GetDimensions()[::-1])


def names(scene: Any) -> list[str]:
    return [scene.GetNthNode(n).GetID() for n in range(scene.GetNumberOfNodes())]


def test_muscles_have_percent_and_everything_else_nothing(
    scene: Any, volumes: dict[Role, Any], labels: Image, inside: MuscleVoxels, fat_map: FatMap
) -> None:
    overlay = FatOverlay(scene)
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    expected = np.full(labels.array.shape, NO_FRACTION)
    expected[labels.array == 1], expected[labels.array == 2] = 25.0, 50.0
    expected[:, 6, 3:7] = NO_FRACTION  # no answer is no colour, not 0 %
    np.testing.assert_array_equal(shown_percent(overlay), expected)
    np.testing.assert_array_equal(image_of(overlay.volume_node).affine, image_of(volumes[Role.WATER]).affine)


def test_only_fractions_are_opaque_and_colours_run_from_0_to_100_percent(
    scene: Any, volumes: dict[Role, Any], inside: MuscleVoxels, fat_map: FatMap
) -> None:
    overlay = FatOverlay(scene)
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    display = overlay.volume_node.GetDisplayNode()
    assert (display.GetWindowLevelMin(), display.GetWindowLevelMax()) == (0.0, 100.0)
    shown = display.GetOutputImageDataConnection().GetProducer()
    shown.Update()
    pixels = vtk_to_numpy(shown.GetOutput().GetPointData().GetScalars())
    assert pixels.shape[-1] == 4
    opaque = pixels[:, 3].reshape(fat_map.fraction.array.shape) > 0
    np.testing.assert_array_equal(opaque, shown_percent(overlay) >= 0)


def test_every_view_shows_it_in_front_and_gets_its_own_foreground_back(
    scene: Any, volumes: dict[Role, Any], inside: MuscleVoxels, fat_map: FatMap, view: Any
) -> None:
    view.SetForegroundVolumeID(volumes[Role.FAT].GetID())
    view.SetForegroundOpacity(0.3)
    overlay = FatOverlay(scene)
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    assert view.GetForegroundVolumeID() == overlay.volume_node.GetID()
    assert view.GetForegroundOpacity() == 0.5
    overlay.set_opacity(0.8)
    assert view.GetForegroundOpacity() == 0.8
    overlay.hide()
    assert view.GetForegroundVolumeID() == volumes[Role.FAT].GetID()
    assert view.GetForegroundOpacity() == 0.3


def test_a_foreground_that_the_user_chose_meanwhile_is_left_alone(
    scene: Any, volumes: dict[Role, Any], inside: MuscleVoxels, fat_map: FatMap, view: Any
) -> None:
    overlay = FatOverlay(scene)
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    view.SetForegroundVolumeID(volumes[Role.FAT].GetID())
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    overlay.set_opacity(0.1)
    assert view.GetForegroundVolumeID() == volumes[Role.FAT].GetID()
    assert view.GetForegroundOpacity() == 0.5
    overlay.hide()
    assert view.GetForegroundVolumeID() == volumes[Role.FAT].GetID()


def test_a_foreground_that_was_deleted_meanwhile_is_not_brought_back(
    scene: Any, volumes: dict[Role, Any], inside: MuscleVoxels, fat_map: FatMap, view: Any
) -> None:
    view.SetForegroundVolumeID(volumes[Role.FAT].GetID())
    overlay = FatOverlay(scene)
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    scene.RemoveNode(volumes[Role.FAT])
    overlay.hide()
    assert view.GetForegroundVolumeID() is None


def test_new_labels_and_fractions_change_the_same_node(
    scene: Any, volumes: dict[Role, Any], labels: Image, inside: MuscleVoxels, fat_map: FatMap
) -> None:
    overlay = FatOverlay(scene)
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    node, before, heard = overlay.volume_node, names(scene), []
    node.AddObserver(node.ImageDataModifiedEvent, lambda *_: heard.append(1))
    edited = labels.array.copy()
    edited[0][edited[0] == 2] = 0
    overlay.show(volumes[Role.WATER], muscle_voxels(edited, edited), fat_map, 0.5)
    assert overlay.volume_node is node
    assert names(scene) == before
    assert heard
    assert (shown_percent(overlay)[0][labels.array[0] == 2] == NO_FRACTION).all()
    assert (shown_percent(overlay)[1][labels.array[1] == 2] == 50.0).all()


def test_another_grid_or_another_transform_makes_another_node(
    scene: Any, volumes: dict[Role, Any], inside: MuscleVoxels, fat_map: FatMap
) -> None:
    overlay = FatOverlay(scene)
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    first = overlay.volume_node
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    matrix = vtk.vtkMatrix4x4()
    matrix.SetElement(2, 3, 50.0)
    transform.SetMatrixTransformToParent(matrix)
    volumes[Role.WATER].SetAndObserveTransformNodeID(transform.GetID())
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    assert first.GetScene() is None
    np.testing.assert_array_equal(image_of(overlay.volume_node).affine, image_of(volumes[Role.WATER]).affine)


def test_there_is_a_legend_in_percent(scene: Any, volumes: dict[Role, Any], inside: MuscleVoxels, fat_map: FatMap) -> None:
    overlay = FatOverlay(scene)
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    legend = scene.GetFirstNodeByClass("vtkMRMLColorLegendDisplayNode")
    assert legend.GetVisibility()
    assert legend.GetTitleText() == "Fat fraction, %"
    assert legend.GetPrimaryDisplayNode() is overlay.volume_node.GetDisplayNode()


@pytest.mark.usefixtures("view")
def test_nothing_is_listed_saved_or_left_behind(
    scene: Any, volumes: dict[Role, Any], inside: MuscleVoxels, fat_map: FatMap
) -> None:
    before = names(scene)
    overlay = FatOverlay(scene)
    for _round in range(3):
        overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
        made = [scene.GetNodeByID(name) for name in names(scene) if name not in before]
        assert len(made) == 4
        assert all(node.GetHideFromEditors() and not node.GetSaveWithScene() for node in made)
        overlay.hide()
        assert names(scene) == before
    assert not overlay.visible


def test_an_overlay_that_someone_removed_is_made_again(
    scene: Any, volumes: dict[Role, Any], inside: MuscleVoxels, fat_map: FatMap, view: Any
) -> None:
    overlay = FatOverlay(scene)
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    scene.RemoveNode(overlay.volume_node)
    assert overlay.volume_node is None
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    assert view.GetForegroundVolumeID() == overlay.volume_node.GetID()


def test_without_the_colour_logic_there_are_colours_and_no_legend(
    scene: Any, volumes: dict[Role, Any], inside: MuscleVoxels, fat_map: FatMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    import slicer

    monkeypatch.setattr(slicer, "vtkSlicerColorLogic", None)
    overlay = FatOverlay(scene)
    overlay.show(volumes[Role.WATER], inside, fat_map, 0.5)
    assert overlay.visible
    assert scene.GetFirstNodeByClass("vtkMRMLColorLegendDisplayNode") is None
