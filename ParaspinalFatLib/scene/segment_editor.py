"""The Segment Editor's settings for this work: a parameter node of our own, neighbours protected, a segment to draw in."""

from __future__ import annotations

from typing import Any

import slicer

from ParaspinalFatLib.anatomy import Structure
from ParaspinalFatLib.scene.corrections import Origin
from ParaspinalFatLib.scene.segmentations import our_segments
from ParaspinalFatLib.scene.segments import ALGORITHM_NAME_TAG, ALGORITHM_TYPE_TAG, new_segment

SINGLETON_TAG = "ParaspinalFat"
"""Tells our parameter node from that of Slicer's own Segment Editor module, whose choices stay as they are."""

UNDO_STATES = 20
"""How many steps back."""


def editor_node(scene: Any) -> Any:
    """The vtkMRMLSegmentEditorNode of this module, made on first use with neighbours protected."""
    node = scene.GetSingletonNode(SINGLETON_TAG, "vtkMRMLSegmentEditorNode")
    if node is None:
        node = scene.CreateNodeByClass("vtkMRMLSegmentEditorNode")
        node.UnRegister(None)  # the Python variable owns it now
        node.SetSingletonTag(SINGLETON_TAG)
        node.SetName("ParaspinalFat corrections")
        protect_neighbours(node, True)
        node = scene.AddNode(node)
    return node


def remove_editor_node(scene: Any) -> None:
    """Leave nothing of the editor in a scene."""
    node = scene.GetSingletonNode(SINGLETON_TAG, "vtkMRMLSegmentEditorNode")
    if node is not None:
        scene.RemoveNode(node)


def protect_neighbours(node: Any, protected: bool) -> None:
    """Choose whether painting may take voxels away from other segments.

    Protected, only voxels outside all other segments can be edited. Slicer's mask leaves the selected segment itself out, so
    it can be painted and erased; the mode "Allow overlap" alone would let two segments share voxels, of which the
    measurement can give each to one only. Unprotected, what is painted is taken from the neighbours.
    """
    modes = slicer.vtkMRMLSegmentationNode
    node.SetMaskMode(modes.EditAllowedOutsideAllSegments if protected else modes.EditAllowedEverywhere)
    node.SetOverwriteMode(node.OverwriteNone if protected else node.OverwriteAllSegments)


def neighbours_protected(node: Any) -> bool:
    """Whether only voxels outside other segments can be edited."""
    return bool(node.GetMaskMode() == slicer.vtkMRMLSegmentationNode.EditAllowedOutsideAllSegments)


def segment_of(segmentation: Any, structure: Structure) -> str | None:
    """Id of the segment that stands for a structure, or None."""
    ours = our_segments(segmentation.GetSegmentation())
    return next((segment_id for segment_id, found in ours.items() if found is structure), None)


def segment_to_draw(segmentation: Any, structure: Structure) -> str:
    """Id of the segment that stands for a structure; if there is none, an empty one with its name and colour is added."""
    segment_id = segment_of(segmentation, structure)
    if segment_id is not None:
        return segment_id
    segment = new_segment(structure, slicer.vtkOrientedImageData(), "")
    segment.SetTag(ALGORITHM_TYPE_TAG, Origin.MANUAL.value)
    segment.RemoveTag(ALGORITHM_NAME_TAG)
    segmentation.GetSegmentation().AddSegment(segment, structure.identifier)
    return structure.identifier
