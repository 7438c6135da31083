"""Labels and segmentation nodes say the same, voxel for voxel, also after editing, renaming, saving and transforming."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.segmentations import fill_segmentation, labels_of
from ParaspinalFatLib.scene.volumes import add_volume, local_affine, vtk_matrix

BINARY_LABELMAP = slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName()


@pytest.fixture
def volume(volumes: dict[Role, Any]) -> Any:
    return volumes[Role.WATER]


@pytest.fixture
def segmentation(scene: Any, volume: Any, labels: Image) -> Any:
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "muscles")
    fill_segmentation(node, labels.array, volume, "test network")
    return node


def add_segment(node: Any, name: str, array: np.ndarray, affine: np.ndarray, first: tuple[int, int, int] = (0, 0, 0)) -> Any:
    """A segment of its own layer: voxels (k, j, i) of value 1, ``first`` = extent's first voxel (i, j, k)."""
    k, j, i = array.shape
    layer = slicer.vtkOrientedImageData()
    layer.SetExtent(first[0], first[0] + i - 1, first[1], first[1] + j - 1, first[2], first[2] + k - 1)
    layer.SetImageToWorldMatrix(vtk_matrix(affine))
    layer.GetPointData().SetScalars(numpy_to_vtk(array.astype(np.uint8).ravel(), deep=True))
    segment = slicer.vtkSegment()
    segment.SetName(name)
    segment.AddRepresentation(BINARY_LABELMAP, layer)
    assert node.GetSegmentation().AddSegment(segment)
    return segment


def test_labels_come_back_voxel_for_voxel(segmentation: Any, volume: Any, labels: Image) -> None:
    read = labels_of(segmentation, volume)
    np.testing.assert_array_equal(read.labels.array, labels.array)
    np.testing.assert_array_equal(read.labels.affine, labels.affine)
    assert read.labels.array.dtype == np.uint8
    assert (read.ignored, read.overlapping_voxels) == ((), 0)


def test_each_structure_with_voxels_is_one_segment_of_one_shared_layer(segmentation: Any) -> None:
    content = segmentation.GetSegmentation()
    assert list(content.GetSegmentIDs()) == ["MF_right", "MF_left", "IVD"]
    assert content.GetNumberOfLayers() == 1
    segment = content.GetSegment("MF_left")
    assert segment.GetName() == "left multifidus"
    assert segment.GetColor() == pytest.approx((0.95 * 0.68, 0.65 * 0.68, 0.05 * 0.68))
    tag = vtk.mutable("")
    assert segment.GetTag("DICOM.SegmentAlgorithmType", tag)
    assert tag == "AUTOMATIC"
    assert segment.GetTag("DICOM.SegmentAlgorithmName", tag)
    assert tag == "test network"
    assert content.GetSegment("IVD").GetTag(slicer.vtkSegment.GetTerminologyEntryTagName(), tag)
    assert "SCT^360499006" in tag


def test_the_volume_gives_the_reference_geometry(segmentation: Any, volume: Any) -> None:
    role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    assert segmentation.GetNodeReference(role) is volume


def test_an_edited_segment_of_smaller_extent_is_read_where_it_lies(scene: Any, volume: Any, labels: Image) -> None:
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    add_segment(node, "right multifidus", np.ones((1, 2, 3)), labels.affine, first=(4, 7, 2))
    expected = np.zeros((3, 12, 20), np.uint8)
    expected[2, 7:9, 4:7] = 1
    np.testing.assert_array_equal(labels_of(node, volume).labels.array, expected)


def test_what_lies_outside_the_volume_is_left_out(scene: Any, volume: Any, labels: Image) -> None:
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    add_segment(node, "left multifidus", np.ones((4, 4, 4)), labels.affine, first=(-2, -2, 2))
    assert np.argwhere(labels_of(node, volume).labels.array == 2).tolist() == [[2, 0, 0], [2, 0, 1], [2, 1, 0], [2, 1, 1]]


def test_where_segments_overlap_the_one_listed_last_wins_and_it_is_said(
    segmentation: Any, volume: Any, labels: Image
) -> None:
    painted = np.zeros(labels.array.shape)
    painted[0, 6:8, 3:5] = 1
    add_segment(segmentation, "right erector spinae", painted, labels.affine)
    read = labels_of(segmentation, volume)
    assert read.overlapping_voxels == 4
    assert np.all(read.labels.array[0, 6:8, 3:5] == 3)


def test_a_renamed_segment_stays_what_it_was_and_a_foreign_one_is_named(
    segmentation: Any, volume: Any, labels: Image
) -> None:
    segmentation.GetSegmentation().GetSegment("MF_right").SetName("checked by AB")
    add_segment(segmentation, "cyst", np.ones(labels.array.shape), labels.affine)
    read = labels_of(segmentation, volume)
    np.testing.assert_array_equal(read.labels.array, labels.array)
    assert read.ignored == ("cyst",)


def test_filling_again_replaces_our_segments_and_keeps_foreign_ones(segmentation: Any, volume: Any, labels: Image) -> None:
    add_segment(segmentation, "cyst", np.ones(labels.array.shape), labels.affine)
    only_left = np.where(labels.array == 2, 2, 0).astype(np.uint8)
    fill_segmentation(segmentation, only_left, volume, "test network")
    assert {segment.GetName() for segment in segments(segmentation)} == {"cyst", "left multifidus"}
    np.testing.assert_array_equal(labels_of(segmentation, volume).labels.array, only_left)


def segments(node: Any) -> list[Any]:
    content = node.GetSegmentation()
    return [content.GetNthSegment(n) for n in range(content.GetNumberOfSegments())]


def test_two_segments_of_one_structure_are_refused(segmentation: Any, volume: Any, labels: Image) -> None:
    add_segment(segmentation, "right multifidus", np.ones(labels.array.shape), labels.affine)
    with pytest.raises(InputError, match="both stand for the right multifidus"):
        labels_of(segmentation, volume)


def test_no_segmentation_or_none_of_our_segments_is_refused(scene: Any, volume: Any, labels: Image) -> None:
    with pytest.raises(InputError, match="No segmentation is selected"):
        labels_of(None, volume)
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "other")
    add_segment(node, "cyst", np.ones(labels.array.shape), labels.affine)
    with pytest.raises(InputError, match=r"other has no segment of a muscle.*cyst"):
        labels_of(node, volume)


@pytest.mark.parametrize(
    "affine_change", [np.diag([0.5, 1, 1, 1]), np.array([[1, 0, 0, 0.4], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])]
)
def test_a_segmentation_of_other_voxels_is_refused_not_resampled(
    scene: Any, volume: Any, labels: Image, affine_change: np.ndarray
) -> None:
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "finer")
    add_segment(node, "right multifidus", np.ones(labels.array.shape), labels.affine @ affine_change)
    with pytest.raises(GeometryError, match="finer has other voxels than the volume"):
        labels_of(node, volume)


@pytest.mark.parametrize("axes", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("flips", [(), (0,), (2,), (0, 1, 2)])
def test_the_order_of_the_segmentations_axes_does_not_matter(
    scene: Any, labels: Image, axes: tuple[int, int, int], flips: tuple[int, ...]
) -> None:
    """Slicer flips the slices of left-handed volumes when it loads them, but not those of their segmentations."""
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    first_order = add_volume(scene, labels, "first order")
    fill_segmentation(node, labels.array, first_order, "test network")
    other = np.flip(labels.array.transpose(axes), flips)
    ijk_axes = [2 - axes[2 - axis] for axis in range(3)]
    affine = labels.affine[:, [*ijk_axes, 3]].copy()
    for axis in flips:
        column, length = 2 - axis, other.shape[axis]
        affine[:, 3] += affine[:, column] * (length - 1)
        affine[:, column] *= -1
    volume = add_volume(scene, Image(np.ascontiguousarray(other), affine), "other order")
    np.testing.assert_array_equal(labels_of(node, volume).labels.array, other)


def test_a_volume_under_a_transform_takes_its_segmentation_along(scene: Any, volume: Any, labels: Image) -> None:
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    transform.SetMatrixTransformToParent(vtk_matrix(np.array([[0, -1.0, 0, 5], [1, 0, 0, 6], [0, 0, 1, 7], [0, 0, 0, 1]])))
    volume.SetAndObserveTransformNodeID(transform.GetID())
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "muscles")
    fill_segmentation(node, labels.array, volume, "test network")
    assert node.GetParentTransformNode() is transform
    np.testing.assert_array_equal(labels_of(node, volume).labels.array, labels.array)
    node.SetAndObserveTransformNodeID(None)
    with pytest.raises(GeometryError, match="other voxels"):
        labels_of(node, volume)


def test_labels_survive_a_saved_scene(tmp_path: Path, labels: Image) -> None:
    with embedded_scene() as embedded:
        volume = add_volume(embedded.scene, labels, "scan")
        node = embedded.scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
        fill_segmentation(node, labels.array, volume, "test network")
        node.GetSegmentation().GetSegment("MF_left").SetName("renamed")
        embedded.write_bundle(tmp_path / "case.mrb")
    with embedded_scene() as embedded:
        embedded.read_bundle(tmp_path / "case.mrb")
        volume = embedded.scene.GetFirstNodeByClass("vtkMRMLScalarVolumeNode")
        node = embedded.scene.GetFirstNodeByClass("vtkMRMLSegmentationNode")
        read = labels_of(node, volume).labels
        same_place = np.linalg.inv(labels.affine) @ local_affine(volume)
        order = np.sign(np.diag(same_place)[2::-1])
        flipped = tuple(axis for axis in range(3) if order[axis] < 0)
        np.testing.assert_array_equal(np.flip(read.array, flipped), labels.array)


def test_a_painted_voxel_is_read_after_an_edit_in_the_segment_editor(segmentation: Any, volume: Any, scene: Any) -> None:
    editor = slicer.vtkSlicerSegmentEditorLogic()
    editor.SetMRMLScene(scene)
    node = scene.AddNewNodeByClass("vtkMRMLSegmentEditorNode")
    editor.SetSegmentEditorNode(node)
    editor.SetSegmentationNode(segmentation)
    editor.SetSourceVolumeNode(volume)
    editor.UpdateReferenceGeometryImage()
    editor.SetCurrentSegmentID("MF_left")
    editor.ResetModifierLabelmapToDefault()
    stroke = editor.GetModifierLabelmap()
    stroke.SetScalarComponentFromDouble(17, 11, 0, 0, 1)
    editor.ModifySegmentByLabelmap(segmentation, "MF_left", stroke, editor.ModificationModeAdd, False, True)
    array = labels_of(segmentation, volume).labels.array
    assert array[0, 11, 17] == 2
    assert np.count_nonzero(array == 2) == 3 * 4 * 3 + 1
    assert np.count_nonzero(array == 1) == 3 * 4 * 4
