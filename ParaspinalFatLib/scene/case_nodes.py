"""The nodes of a case: filled with plain results, found again by the next run, and shown beside their volume."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import slicer

from ParaspinalFatLib import __version__
from ParaspinalFatLib.case import CaseSession, FinishedCase
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import segmentation_role
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.scene.all_or_nothing import change, show
from ParaspinalFatLib.scene.model_mask import is_model_mask
from ParaspinalFatLib.scene.segmentations import SegmentedLabels, fill_segmentation
from ParaspinalFatLib.scene.subject_hierarchy import place_beside
from ParaspinalFatLib.scene.tables import fill_table
from ParaspinalFatLib.scene.volumes import VolumeNodes

ALGORITHM = f"ParaspinalFat {__version__}"
"""Recorded as the author of the network's outlines."""

VOLUME_REFERENCE = "ParaspinalFat.Volume"
"""Node reference from a segmentation of ours to the volume it was made from."""

SEGMENTATION_REFERENCE = "ParaspinalFat.Segmentation"
"""Node reference from a table of ours to the segmentation it was measured on."""


@dataclass(frozen=True)
class CaseNodes:
    """A finished case in the scene, and the plain results behind the nodes.

    Attributes:
        segmentation, table: the nodes.
        finished: labels and measurement.
        session: has measured the case and can measure it again after edits; None where nobody asked for it.
    """

    segmentation: Any
    table: Any
    finished: FinishedCase
    session: CaseSession | None = None


def segmentation_to_fill(volumes: VolumeNodes, segmentation: Any) -> Any:
    """The segmentation node that a run updates: the one given, that of the last run on the volume, or None for a new one."""
    return segmentation or _made_from(volumes[segmentation_role(volumes)], "vtkMRMLSegmentationNode", VOLUME_REFERENCE)


def filled_segmentation(volumes: VolumeNodes, labels: Image, segmentation: Any, undo: ExitStack) -> Any:
    """The segmentation node of a case, filled with labels; a new one (:func:`segmentation_to_fill`) is outside any scene."""
    volume = volumes[segmentation_role(volumes)]
    with change(segmentation_to_fill(volumes, segmentation), slicer.vtkMRMLSegmentationNode, undo) as filled:
        fill_segmentation(filled, labels.array, volume, ALGORITHM)
        filled.SetNodeReferenceID(VOLUME_REFERENCE, volume.GetID())
    return filled


def filled_table(measurement: Measurement, segmentation: Any, table: Any, undo: ExitStack) -> Any:
    """The table node of a segmentation, filled with a measurement, likewise."""
    node = table or _made_from(segmentation, "vtkMRMLTableNode", SEGMENTATION_REFERENCE)
    with change(node, slicer.vtkMRMLTableNode, undo) as filled:
        fill_table(filled, measurement.table)
    return filled


def show_beside(volumes: VolumeNodes, undo: ExitStack, **nodes: Any) -> None:
    """Bring filled nodes into the scene beside their volume; the keyword is what a new one is called."""
    volume = volumes[segmentation_role(volumes)]
    for what, node in nodes.items():
        show(node, volume.GetScene(), f"{volume.GetName()} {what}", undo)
    for node in nodes.values():
        place_beside(node, volume)


def _made_from(origin: Any, class_name: str, role: str) -> Any:
    """The node of a class that an earlier run made from ``origin``, or None."""
    scene = origin.GetScene()
    if scene is None:
        return None
    nodes = (scene.GetNthNodeByClass(n, class_name) for n in range(scene.GetNumberOfNodesByClass(class_name)))
    found = (node for node in nodes if node.GetNodeReferenceID(role) == origin.GetID() and not is_model_mask(node))
    return next(found, None)


def with_remarks(measurement: Measurement, segmented: SegmentedLabels) -> Measurement:
    """A measurement that also says what was found when the labels were read from a segmentation node."""
    return replace(measurement, observations=(*measurement.observations, *_observations(segmented)))


def _observations(segmented: SegmentedLabels) -> tuple[Observation, ...]:
    found = []
    if segmented.ignored:
        names = ", ".join(segmented.ignored)
        found.append(Observation("segment_ignored", f"Not measured, because no structure of this program: {names}."))
    if segmented.overlapping_voxels:
        count = segmented.overlapping_voxels
        found.append(
            Observation("segments_overlap", f"{count} voxels lie in two segments; each counts for the one listed last.")
        )
    return tuple(found)
