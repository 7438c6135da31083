"""Write some structures of a label image into the segments of a node, the others left as they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt
import slicer

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, Structure
from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.scene.layers import new_layer
from ParaspinalFatLib.scene.segmentations import our_segments
from ParaspinalFatLib.scene.segments import new_segment

CHANGE_TAG = "ParaspinalFat.LastChange"
"""Segment tag: which tool of this program changed the segment last."""

Labels = npt.NDArray[np.uint8]


def write_segments(node: Any, volume: Any, present: Labels, wanted: Labels, identifiers: Collection[str], why: str) -> None:
    """Make the segments of some structures what a label image says; voxels of other structures stay theirs.

    Args:
        node: vtkMRMLSegmentationNode.
        volume: vtkMRMLScalarVolumeNode on whose grid the labels lie.
        present: (k, j, i) labels as they are.
        wanted: (k, j, i) labels as they shall be, as far as the structures are concerned.
        identifiers: of the structures.
        why: recorded in the tag :data:`CHANGE_TAG` of the segments that change.

    Raises:
        GeometryError: Slicer refused the voxels.
    """
    structures = [BY_IDENTIFIER[identifier] for identifier in dict.fromkeys(identifiers)]
    free = np.isin(present, [0, *(structure.value for structure in structures)])
    was_modifying = node.StartModify()
    try:
        for structure in structures:
            mask = (wanted == structure.value) & free
            if not np.array_equal(mask, present == structure.value):
                _write(node, volume, structure, mask, why)
    finally:
        node.EndModify(was_modifying)


def _write(node: Any, volume: Any, structure: Structure, mask: npt.NDArray[np.bool_], why: str) -> None:
    content = node.GetSegmentation()
    layer = new_layer(mask.astype(np.uint8), volume)
    segment_id = next((name for name, ours in our_segments(content).items() if ours is structure), None)
    if segment_id is None:
        content.AddSegment(new_segment(structure, slicer.vtkOrientedImageData(), ""), structure.identifier)
        segment_id = structure.identifier
    logic = slicer.vtkSlicerSegmentationsModuleLogic
    if not logic.SetBinaryLabelmapToSegment(layer, node, segment_id, logic.MODE_REPLACE):
        raise GeometryError(f"The segment {structure.name} of {node.GetName()} could not be changed. Check its geometry.")
    content.GetSegment(segment_id).SetTag(CHANGE_TAG, why)
