"""The fat fraction that a network predicted, kept in the scene beside the volume it was predicted from.

It lies in a scalar volume node that the image's node refers to, and is saved with the scene: a case that was reopened is
measured by the method ``learned`` without the network. Once the image's voxels are others, it counts no more.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any

import slicer

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.fat.learned import PredictedFraction, fingerprint
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.scene.all_or_nothing import change, show
from ParaspinalFatLib.scene.subject_hierarchy import place_beside
from ParaspinalFatLib.scene.volumes import image_of, local_affine, vtk_image, vtk_matrix

FRACTION_REFERENCE = "ParaspinalFat.LearnedFraction"
"""Node reference from a volume to the fat fraction predicted from it."""

RECORD_ATTRIBUTE = "ParaspinalFat.Prediction"
"""Node attribute: facts about the prediction, as JSON."""

SOURCE_ATTRIBUTE = "ParaspinalFat.PredictedFrom"
"""Node attribute: fingerprint of the voxels that it was predicted from."""


def learned_fraction_of(volume: Any, image: Image) -> PredictedFraction | None:
    """The fraction that was predicted from a volume; None if there is none, or the volume's voxels or grid have changed.

    Args:
        volume: vtkMRMLScalarVolumeNode.
        image: its image as it is now.
    """
    node = volume.GetNodeReference(FRACTION_REFERENCE)
    if node is None:
        return None
    source = node.GetAttribute(SOURCE_ATTRIBUTE)
    if source != fingerprint(image.array):
        return None
    try:
        fraction = image_of(node)
        require_same_grid(image, fraction, "The image", "its predicted fat fraction")
    except (InputError, GeometryError):
        return None
    return PredictedFraction(fraction.array, image.affine, source, json.loads(node.GetAttribute(RECORD_ATTRIBUTE) or "{}"))


def keep_learned_fraction(volume: Any, predicted: PredictedFraction, undo: ExitStack) -> Any:
    """Bring a predicted fraction into the scene of its volume, in the node of the last prediction if there was one.

    Args:
        volume: vtkMRMLScalarVolumeNode in a scene.
        predicted: the fraction on its grid.
        undo: takes it back.

    Returns:
        The volume node with the fraction.

    Raises:
        InputError: the volume was removed, or its voxels are others than those that were looked at.
    """
    require_unchanged(volume, predicted)
    before = volume.GetNodeReferenceID(FRACTION_REFERENCE)
    with change(volume.GetNodeReference(FRACTION_REFERENCE), slicer.vtkMRMLScalarVolumeNode, undo) as node:
        node.SetIJKToRASMatrix(vtk_matrix(local_affine(volume)))
        node.SetAndObserveTransformNodeID(volume.GetTransformNodeID())
        node.SetAndObserveImageData(vtk_image(predicted.array))
        node.SetAttribute(RECORD_ATTRIBUTE, json.dumps(predicted.record))
        node.SetAttribute(SOURCE_ATTRIBUTE, predicted.source)
    show(node, volume.GetScene(), f"{volume.GetName()} learned fat fraction", undo)
    _show_from_0_to_1(node)
    place_beside(node, volume)
    volume.SetNodeReferenceID(FRACTION_REFERENCE, node.GetID())
    undo.callback(volume.SetNodeReferenceID, FRACTION_REFERENCE, before)
    return node


def require_unchanged(volume: Any, predicted: PredictedFraction) -> None:
    """Raise InputError if a volume was removed or changed while the network was looking at it."""
    if volume.GetScene() is None:
        happened = "was removed"
    elif predicted.source != fingerprint(image_of(volume).array):
        happened = "was changed"
    else:
        return
    raise InputError(f"The volume {volume.GetName()} {happened} while the network was at work. Nothing was changed.")


def _show_from_0_to_1(node: Any) -> None:
    """Grey values for all fractions: an automatic window would be thrown off by voxels without an answer."""
    display = node.GetDisplayNode()
    display.AutoWindowLevelOff()
    display.SetWindowLevel(1.0, 0.5)
