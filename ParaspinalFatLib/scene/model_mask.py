"""The network's own outlines, kept beside a segmentation that may be edited: what a correction is compared with.

They lie in a second segmentation node, which the edited one refers to. It is saved with the scene, is shown as thin outlines
or not at all, and is never a case of its own (:func:`is_model_mask`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

import slicer

from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.scene.all_or_nothing import change, show
from ParaspinalFatLib.scene.segmentations import fill_segmentation, labels_of
from ParaspinalFatLib.scene.subject_hierarchy import place_below

MODEL_MASK_REFERENCE = "ParaspinalFat.ModelMask"
"""Node reference from a segmentation to the network's own outlines of it."""

MODEL_MASK_ATTRIBUTE = "ParaspinalFat.IsModelMask"
"""Node attribute of a segmentation node that holds a network's own outlines."""

TOLD_ATTRIBUTE = "ParaspinalFat.Observations"
"""Node attribute: what the network said about these outlines, as JSON."""

OUTLINE_OPACITY = 0.9


def model_mask_of(segmentation: Any) -> Any:
    """The segmentation node with the network's own outlines, or None."""
    return segmentation.GetNodeReference(MODEL_MASK_REFERENCE)


def is_model_mask(node: Any) -> bool:
    """Whether a node holds a network's own outlines, and so is no case to be edited or measured."""
    return node.GetAttribute(MODEL_MASK_ATTRIBUTE) is not None


def model_labels(segmentation: Any, volume: Any) -> Image | None:
    """The network's own labels on the grid of a volume; None if there are none, or none that lie on this grid."""
    mask = model_mask_of(segmentation)
    if mask is None:
        return None
    try:
        return labels_of(mask, volume).labels
    except ParaspinalFatError:
        return None


def told_with(segmentation: Any) -> tuple[Observation, ...]:
    """What the network said about its outlines of a segmentation; it stays said after saving and reopening."""
    mask = model_mask_of(segmentation)
    text = None if mask is None else mask.GetAttribute(TOLD_ATTRIBUTE)
    return tuple(
        Observation(one["code"], one["sentence"], tuple(one["structures"])) for one in (json.loads(text) if text else ())
    )


def filled_model_mask(
    segmentation: Any, labels: Image, volume: Any, algorithm: str, observations: Sequence[Observation], undo: ExitStack
) -> Any:
    """Fill the node that keeps the network's own outlines: that of the segmentation if it has one, or one outside any scene.

    Args:
        segmentation: vtkMRMLSegmentationNode, in a scene or not.
        labels: the network's labels on the grid of ``volume``.
        volume: vtkMRMLScalarVolumeNode.
        algorithm: recorded as the author of the outlines.
        observations: what the network says about them.
        undo: puts the node's content back.
    """
    with change(model_mask_of(segmentation), slicer.vtkMRMLSegmentationNode, undo) as mask:
        fill_segmentation(mask, labels.array, volume, algorithm)
        mask.SetAttribute(MODEL_MASK_ATTRIBUTE, "true")
        mask.SetAttribute(TOLD_ATTRIBUTE, json.dumps([asdict(one) for one in observations]))
    return mask


def keep_model_mask(mask: Any, segmentation: Any, undo: ExitStack) -> None:
    """Bring a filled mask into the scene of its segmentation, not shown, and tie it to the segmentation."""
    before = segmentation.GetNodeReferenceID(MODEL_MASK_REFERENCE)
    is_new = mask.GetScene() is None
    show(mask, segmentation.GetScene(), f"{segmentation.GetName()}, network's own", undo)
    if is_new:
        mask.SetDisplayVisibility(False)
        place_below(mask, segmentation)
    segmentation.SetNodeReferenceID(MODEL_MASK_REFERENCE, mask.GetID())
    undo.callback(segmentation.SetNodeReferenceID, MODEL_MASK_REFERENCE, before)


def show_model_outline(segmentation: Any, shown: bool) -> None:
    """Show the network's own outlines as lines in slice views, or hide them; nothing happens if there are none."""
    mask = model_mask_of(segmentation)
    if mask is None:
        return
    mask.CreateDefaultDisplayNodes()
    display = mask.GetDisplayNode()
    display.SetVisibility2DFill(False)
    display.SetVisibility2DOutline(True)
    display.SetVisibility3D(False)
    display.SetOpacity2DOutline(OUTLINE_OPACITY)
    display.SetVisibility(shown)


def model_outline_shown(segmentation: Any) -> bool:
    """Whether the network's own outlines are shown."""
    mask = model_mask_of(segmentation)
    display = None if mask is None else mask.GetDisplayNode()
    return display is not None and bool(display.GetVisibility())
