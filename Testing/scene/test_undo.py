"""A history of a segmentation that no Segment Editor has open."""

from __future__ import annotations

from typing import Any

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.segmentations import fill_segmentation
from ParaspinalFatLib.scene.undo import UndoHistory


def test_states_are_gone_through_in_both_directions(scene: Any, volumes: dict[Role, Any], labels: Image) -> None:
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    fill_segmentation(node, labels.array, volumes[Role.WATER], "test")
    history = UndoHistory(node)
    history.undo()  # there is nothing yet
    assert [history.can_undo, history.can_redo] == [False, False]
    history.save()
    node.GetSegmentation().RemoveSegment("MF_left")
    assert history.can_undo
    history.undo()
    assert node.GetSegmentation().GetSegment("MF_left") is not None
    assert history.can_redo
    history.redo()
    assert node.GetSegmentation().GetSegment("MF_left") is None
    history.close()
    assert not history.can_undo
