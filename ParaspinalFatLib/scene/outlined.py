"""Outlines that somebody else has drawn, as a segmentation node of the scene."""

from __future__ import annotations

from typing import Any

import slicer

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import segmentation_role
from ParaspinalFatLib.scene.segmentations import fill_segmentation
from ParaspinalFatLib.scene.segments import ALGORITHM_NAME_TAG, ALGORITHM_TYPE_TAG
from ParaspinalFatLib.scene.volumes import VolumeNodes


def add_given_outlines(volumes: VolumeNodes, labels: Image) -> Any:
    """Add a label image to the scene of its volumes; nothing is said about who or what drew it.

    Args:
        volumes: role to vtkMRMLScalarVolumeNode.
        labels: uint8, values of ``anatomy``, on the volumes' grid.

    Returns:
        The new vtkMRMLSegmentationNode.
    """
    volume = volumes[segmentation_role(volumes)]
    node = volume.GetScene().AddNewNodeByClass("vtkMRMLSegmentationNode", "outlines")
    assert isinstance(node, slicer.vtkMRMLSegmentationNode)
    fill_segmentation(node, labels.array, volume, "")
    segmentation = node.GetSegmentation()
    for number in range(segmentation.GetNumberOfSegments()):
        for tag in (ALGORITHM_TYPE_TAG, ALGORITHM_NAME_TAG):
            segmentation.GetNthSegment(number).RemoveTag(tag)
    return node
