"""Label images <-> segmentation nodes, voxel for voxel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from ParaspinalFatLib.anatomy import BY_VALUE, Structure
from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.imaging.grids import POSITION_TOLERANCE_VOXELS
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.scene.segments import new_segment, structure_of
from ParaspinalFatLib.scene.volumes import local_affine, matrix_of, require_scalar_volume, vtk_matrix

VOXEL_STEP_TOLERANCE = 1e-4
"""Largest difference from the identity between the voxel steps of two grids that still counts as one direction and spacing:
over 500 voxels it adds up to the twentieth of a voxel allowed for positions."""


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
    counts = np.bincount(labels.ravel(), minlength=256)
    layer = _layer_of(labels, volume)
    was_modifying = node.StartModify()
    try:
        segmentation = node.GetSegmentation()
        for segment_id in _our_segments(segmentation):
            segmentation.RemoveSegment(segment_id)
        node.SetAndObserveTransformNodeID(volume.GetTransformNodeID())
        node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
        for value, structure in BY_VALUE.items():
            if counts[value]:
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
    require_scalar_volume(volume)
    segmentation = node.GetSegmentation()
    ours = _our_segments(segmentation)
    names = {segment_id: segmentation.GetSegment(segment_id).GetName() for segment_id in segmentation.GetSegmentIDs()}
    ignored = tuple(name for segment_id, name in names.items() if segment_id not in ours)
    if not ours:
        others = f" It has only: {', '.join(ignored)}." if ignored else ""
        raise InputError(
            f"The segmentation {node.GetName()} has no segment of a muscle this program knows.{others} "
            "Name the segments like 'right multifidus', or let the network outline the muscles."
        )
    _require_one_segment_each(ours, names)
    i, j, k = volume.GetImageData().GetDimensions()
    labels = np.zeros((k, j, i), np.uint8)
    overlapping = 0
    to_volume = _to_volume(node, volume)
    for segment_id, structure in ours.items():
        overlapping += _paint(labels, segmentation.GetSegment(segment_id), structure, to_volume, node.GetName())
    return SegmentedLabels(Image(labels, _world_affine(volume)), ignored, overlapping)


def _our_segments(segmentation: Any) -> dict[str, Structure]:
    """Segment id to structure, in the order of the list."""
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


def _layer_of(labels: np.ndarray, volume: Any) -> Any:
    """The labels as a vtkOrientedImageData on the volume's grid (copied)."""
    k, j, i = labels.shape
    layer = slicer.vtkOrientedImageData()
    layer.SetDimensions(i, j, k)
    layer.SetImageToWorldMatrix(vtk_matrix(local_affine(volume)))
    scalars = numpy_to_vtk(np.ascontiguousarray(labels).ravel(), deep=True)
    scalars.SetName("labels")
    layer.GetPointData().SetScalars(scalars)
    return layer


def _to_volume(node: Any, volume: Any) -> np.ndarray:
    """4x4, from the segmentation's coordinates to voxels (i, j, k) of the volume, both with their parent transforms."""
    between = vtk.vtkMatrix4x4()
    transforms = node.GetParentTransformNode(), volume.GetParentTransformNode()
    if not slicer.vtkMRMLTransformNode.GetMatrixTransformBetweenNodes(*transforms, between):
        raise GeometryError(
            f"{node.GetName()} and {volume.GetName()} lie under different non-linear transforms. Harden or remove them."
        )
    return np.linalg.inv(local_affine(volume)) @ matrix_of(between)


def _world_affine(volume: Any) -> np.ndarray:
    from ParaspinalFatLib.scene.volumes import image_of

    return image_of(volume).affine


def _paint(labels: np.ndarray, segment: Any, structure: Structure, to_volume: np.ndarray, name: str) -> int:
    """Write a segment's voxels into ``labels``; returns how many of them belonged to another structure."""
    layer = segment.GetRepresentation(slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName())
    if layer is None:
        raise InputError(
            f"The segment {segment.GetName()} of {name} has no voxels (binary labelmap). "
            "Create that representation in the Segmentations module."
        )
    scalars = layer.GetPointData().GetScalars()
    if scalars is None or scalars.GetNumberOfTuples() == 0:
        return 0
    voxels, first = _in_volume_order(layer, vtk_to_numpy(scalars), to_volume, name)
    by_ijk = labels.transpose()
    start = np.maximum(first, 0)
    stop = np.minimum(first + voxels.shape, by_ijk.shape)
    if np.any(start >= stop):
        return 0
    source = voxels[_box(start - first, stop - first)]
    target = by_ijk[_box(start, stop)]
    mask = source == segment.GetLabelValue()
    overlapping = int(np.count_nonzero(target[mask]))
    target[mask] = structure.value
    return overlapping


def _box(start: np.ndarray, stop: np.ndarray) -> tuple[slice, ...]:
    return tuple(slice(int(a), int(b)) for a, b in zip(start, stop, strict=True))


def _in_volume_order(layer: Any, scalars: np.ndarray, to_volume: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """A layer's voxels with the volume's axes, and where they begin.

    Slicer flips the slices of some volumes when it loads them, but not those of their segmentations, so the axes of the two
    may be permuted and reversed; anything else would need resampling.

    Returns:
        array indexed (i, j, k) along the volume's axes; (3,) the volume's voxel (i, j, k) of its first element.
    """
    extent = np.array(layer.GetExtent()).reshape(3, 2)
    voxels = scalars.reshape((extent[:, 1] - extent[:, 0] + 1)[::-1]).transpose()
    matrix = vtk.vtkMatrix4x4()
    layer.GetImageToWorldMatrix(matrix)
    step = to_volume @ matrix_of(matrix)
    turn, shift = np.rint(step[:3, :3]).astype(int), np.rint(step[:3, 3]).astype(int)
    same_steps = np.max(np.abs(step[:3, :3] - turn)) <= VOXEL_STEP_TOLERANCE
    same_positions = np.max(np.abs(step[:3, 3] - shift)) <= POSITION_TOLERANCE_VOXELS
    if not (same_steps and same_positions and np.array_equal(np.abs(turn @ turn.T), np.eye(3, dtype=int))):
        raise GeometryError(
            f"The segmentation {name} has other voxels than the volume; resampling would change areas unseen. "
            "Select the volume it was drawn on, or set that volume as its reference geometry in the Segmentations module."
        )
    axes = np.argmax(np.abs(turn), axis=1)
    flipped = [axis for axis in range(3) if turn[axis].sum() < 0]
    corners = turn @ extent + shift[:, np.newaxis]
    return np.flip(voxels.transpose(axes), tuple(flipped)), corners.min(axis=1)
