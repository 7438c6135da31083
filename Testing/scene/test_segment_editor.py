"""Editing by Slicer's own logic with our settings: a neighbour is not eaten, the segment itself can be erased."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import slicer
import vtk
from vtk.util.numpy_support import vtk_to_numpy

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.segment_editor import (
    editor_node,
    neighbours_protected,
    protect_neighbours,
    remove_editor_node,
    segment_of,
    segment_to_draw,
)
from ParaspinalFatLib.scene.segmentations import labels_of
from ParaspinalFatLib.scene.segments import ALGORITHM_TYPE_TAG

EVERYWHERE = (0, slice(None), slice(None))


@pytest.fixture
def segmentation(volumes: dict[Role, Any], labels: Image) -> Any:
    return SceneLogic(lambda _image, _progress: labels).process(volumes).segmentation


@pytest.fixture
def logic(scene: Any, segmentation: Any, volumes: dict[Role, Any]) -> Any:
    """Slicer's editing logic with our parameter node."""
    made = slicer.vtkSlicerSegmentEditorLogic()
    made.SetMRMLScene(scene)
    made.SetSegmentEditorNode(editor_node(scene))
    made.SetSegmentationNode(segmentation)
    made.SetSourceVolumeNode(volumes[Role.WATER])
    return made


def edit(logic: Any, segment_id: str, voxels: Any, mode: int) -> np.ndarray:
    """A stroke over some voxels; the labels after it."""
    logic.SetCurrentSegmentID(segment_id)
    assert logic.ResetModifierLabelmapToDefault()
    modifier = logic.GetModifierLabelmap()
    vtk_to_numpy(modifier.GetPointData().GetScalars()).reshape(modifier.GetDimensions()[::-1])[voxels] = 1
    modifier.GetPointData().GetScalars().Modified()
    logic.ModifySegmentByLabelmap(logic.GetSegmentationNode(), segment_id, modifier, mode, True, False)
    segmented = labels_of(logic.GetSegmentationNode(), logic.GetSourceVolumeNode())
    assert segmented.overlapping_voxels == 0
    return segmented.labels.array


def test_painting_over_everything_leaves_the_neighbours_whole(logic: Any, labels: Image) -> None:
    after = edit(logic, "MF_right", EVERYWHERE, logic.ModificationModeAdd)
    np.testing.assert_array_equal(after[0], np.where(labels.array[0] == 2, 2, 1))
    np.testing.assert_array_equal(after[1:], labels.array[1:])


def test_erasing_everything_takes_only_the_segment_itself(logic: Any, labels: Image) -> None:
    after = edit(logic, "MF_right", EVERYWHERE, logic.ModificationModeRemove)
    np.testing.assert_array_equal(after[0], np.where(labels.array[0] == 1, 0, labels.array[0]))


def test_without_protection_the_neighbour_gives_way_and_nothing_overlaps(logic: Any, scene: Any) -> None:
    protect_neighbours(editor_node(scene), False)
    assert not neighbours_protected(editor_node(scene))
    assert np.all(edit(logic, "MF_right", EVERYWHERE, logic.ModificationModeAdd)[0] == 1)


def test_there_is_one_parameter_node_and_it_can_be_removed(scene: Any) -> None:
    assert editor_node(scene) is editor_node(scene)
    assert neighbours_protected(editor_node(scene))
    remove_editor_node(scene)
    remove_editor_node(scene)
    assert scene.GetNumberOfNodesByClass("vtkMRMLSegmentEditorNode") == 0


def test_a_structure_without_a_segment_gets_an_empty_one_that_can_be_drawn(logic: Any, segmentation: Any) -> None:
    iliacus = BY_IDENTIFIER["IC_left"]
    assert segment_of(segmentation, iliacus) is None
    assert segment_to_draw(segmentation, iliacus) == segment_to_draw(segmentation, iliacus) == "IC_left"
    segment = segmentation.GetSegmentation().GetSegment("IC_left")
    assert segment.GetName() == "left iliacus"
    kind = vtk.mutable("")
    assert segment.GetTag(ALGORITHM_TYPE_TAG, kind)
    assert kind == "MANUAL"
    after = edit(logic, "IC_left", (2, slice(0, 2), slice(0, 3)), logic.ModificationModeAdd)
    assert np.count_nonzero(after == iliacus.value) == 6


def test_a_segment_that_is_there_is_drawn_in_whatever_it_is_called(segmentation: Any) -> None:
    segmentation.GetSegmentation().GetSegment("MF_left").SetName("my muscle")
    assert segment_to_draw(segmentation, BY_IDENTIFIER["MF_left"]) == "MF_left"
