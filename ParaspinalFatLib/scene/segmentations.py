"""Label images <-> segmentation nodes, voxel for voxel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import slicer

from ParaspinalFatLib.anatomy import BY_VALUE, Structure
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.occupied import Box, occupied
from ParaspinalFatLib.scene.layers import new_layer, to_volume, voxels_in_volume
from ParaspinalFatLib.scene.segments import new_segment, structure_of
from ParaspinalFatLib.scene.volumes import image_of


@dataclass(frozen=True)
class SegmentedLabels:
    """What a segmentation node says about a volume.

    Attributes:
        labels: uint8 label image on the volume's grid; shares the volume's place in the world.
        ignored: names of segments that are none of our structures.
        overlapping_voxels: voxels that lay in more than one of our segments; each went to the segment listed last.
    """

    labels: Image
    ignored: tuple[str, ...] = ()
    overlapping_voxels: int = 0


def fill_segmentation(node: Any, labels: np.ndarray, volume: Any, algorithm: str) -> None:
    """Make a segmentation node show a label image; segments that are none of our structures stay.

    All our segments share one layer, whose label values are those of ``anatomy``: one copy of the labels for all of them.

    Args:
        node: vtkMRMLSegmentationNode, in a scene or not. Segments of our structures that it has are replaced.
        labels: uint8 (k, j, i) on the grid of ``volume``, values of ``anatomy``; only structures with voxels get a segment.
        volume: the volume node that gives the reference geometry (and the transform the segmentation is placed under).
        algorithm: what to record as the author of the outlines (DICOM segment algorithm name).
    """
    present = np.bincount(labels[occupied(labels)].ravel(), minlength=256) > 0
    layer = new_layer(labels, volume)
    was_modifying = node.StartModify()
    try:
        segmentation = node.GetSegmentation()
        for segment_id in our_segments(segmentation):
            segmentation.RemoveSegment(segment_id)
        node.SetAndObserveTransformNodeID(volume.GetTransformNodeID())
        node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
        for value, structure in BY_VALUE.items():
            if present[value]:
                segmentation.AddSegment(new_segment(structure, layer, algorithm), structure.identifier)
    finally:
        node.EndModify(was_modifying)


def labels_of(node: Any, volume: Any) -> SegmentedLabels:
    """Read the label image of a segmentation node on the grid of a volume, without resampling.

    A segment is ours by its tag or its id, whatever the user has renamed it to, else by its name. Where segments of ours
    overlap, a voxel goes to the one listed last. What lies outside the volume is left out.

    Raises:
        InputError: no segmentation, no segment of ours, or two segments for one structure.
        GeometryError: the segmentation's voxels are not those of the volume.
    """
    if node is None or not node.IsA("vtkMRMLSegmentationNode"):
        raise InputError("No segmentation is selected. Select one, or let the network outline the muscles first.")
    segmentation = node.GetSegmentation()
    ours = our_segments(segmentation)
    names = {segment_id: segmentation.GetSegment(segment_id).GetName() for segment_id in segmentation.GetSegmentIDs()}
    ignored = tuple(name for segment_id, name in names.items() if segment_id not in ours)
    if not ours:
        others = f" It has only: {', '.join(ignored)}." if ignored else ""
        raise InputError(
            f"The segmentation {node.GetName()} has no segment of a muscle this program knows.{others} "
            "Name the segments like 'right multifidus', or let the network outline the muscles."
        )
    _require_one_segment_each(ours, names)
    image = image_of(volume)
    labels, overlapping = _painted(node, ours, to_volume(node, volume), image.array.shape)
    return SegmentedLabels(image.with_array(labels), ignored, overlapping)


def our_segments(segmentation: Any) -> dict[str, Structure]:
    """Segment id to structure, in the order of the list, for the segments of a vtkSegmentation that are ours."""
    found = {}
    for segment_id in segmentation.GetSegmentIDs():
        structure = structure_of(segment_id, segmentation.GetSegment(segment_id))
        if structure is not None:
            found[segment_id] = structure
    return found


def _require_one_segment_each(ours: dict[str, Structure], names: dict[str, str]) -> None:
    for structure in set(ours.values()):
        same = [names[segment_id] for segment_id, other in ours.items() if other is structure]
        if len(same) > 1:
            raise InputError(
                f"The segments {' and '.join(same)} both stand for the {structure.name}. Remove or rename all but one."
            )


def _painted(
    node: Any, ours: dict[str, Structure], matrix: npt.NDArray[np.float64], shape: tuple[int, ...]
) -> tuple[npt.NDArray[np.uint8], int]:
    """The label array of our segments, and how many voxels lay in more than one of them.

    Segments of one layer cannot overlap, so a layer is read once for all of its segments.
    """
    labels = np.zeros(shape, np.uint8)
    place_in_list = np.zeros(256, np.int16)
    place_in_list[[structure.value for structure in ours.values()]] = np.arange(1, len(ours) + 1)
    overlapping = 0
    for layer, values in _layers(node, ours):
        part = voxels_in_volume(layer, matrix, shape, node.GetName())
        if part is None:
            continue
        box, voxels = _cropped(*part)
        new, present = _translated(voxels, values), labels[box]
        both = (new > 0) & (present > 0)
        overlapping += int(np.count_nonzero(both))
        labels[box] = np.where(place_in_list[new] >= place_in_list[present], new, present) if both.any() else new | present
    return labels, overlapping


def _cropped(box: Box, voxels: np.ndarray) -> tuple[Box, np.ndarray]:
    """The same without the empty border, so that no time is spent on it."""
    inner = occupied(voxels)
    outer = tuple(slice(a.start + b.start, a.start + b.stop) for a, b in zip(box, inner, strict=True))
    return (outer[0], outer[1], outer[2]), voxels[inner]


def _layers(node: Any, ours: dict[str, Structure]) -> list[tuple[Any, dict[int, int]]]:
    """Each layer with the values in it that are ours, and what they are in a label image."""
    found: dict[int, tuple[Any, dict[int, int]]] = {}
    for segment_id, structure in ours.items():
        segment = node.GetSegmentation().GetSegment(segment_id)
        layer = segment.GetRepresentation(slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName())
        if layer is None:
            raise InputError(
                f"The segment {segment.GetName()} of {node.GetName()} has no voxels (binary labelmap). "
                "Create that representation in the Segmentations module."
            )
        _layer, values = found.setdefault(id(layer), (layer, {}))
        values[segment.GetLabelValue()] = structure.value
    return list(found.values())


def _translated(voxels: np.ndarray, values: dict[int, int]) -> npt.NDArray[np.uint8]:
    """Layer values replaced by label values; what is not ours becomes background."""
    table = np.zeros(max(int(voxels.max()), *values) + 1, np.uint8)
    table[list(values)] = list(values.values())
    translated: npt.NDArray[np.uint8] = table[np.maximum(voxels, 0)]
    return translated
