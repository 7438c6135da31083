"""The fat fraction that a network predicted, kept in the scene beside the volume it was predicted from.

It lies in a scalar volume node that the image's node refers to, and is saved with the scene: a case that was reopened is
measured by the method ``learned`` without the network. Once the image's voxels are others, it counts no more.
"""

from __future__ import annotations

import json
import zlib
from contextlib import ExitStack
from typing import Any

import numpy as np
import slicer

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.fat.learned import PredictedFraction
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
"""Node attribute: checksum of the voxels that it was predicted from."""

SAMPLED = 4
"""Every fourth row and column enters the checksum: another image differs everywhere, and it takes milliseconds."""


def learned_fraction_of(volume: Any, image: Image) -> PredictedFraction | None:
    """The fraction that was predicted from a volume; None if there is none, or the volume's voxels or grid have changed.

    Args:
        volume: vtkMRMLScalarVolumeNode.
        image: its image as it is now.
    """
    node = volume.GetNodeReference(FRACTION_REFERENCE)
    if node is None or node.GetAttribute(SOURCE_ATTRIBUTE) != checksum(image.array):
        return None
    try:
        fraction = image_of(node)
        require_same_grid(image, fraction, "The image", "its predicted fat fraction")
    except (InputError, GeometryError):
        return None
    return PredictedFraction(fraction.array, image.affine, json.loads(node.GetAttribute(RECORD_ATTRIBUTE) or "{}"))


def keep_learned_fraction(volume: Any, image: Image, predicted: Image, undo: ExitStack) -> Any:
    """Bring a predicted fraction into the scene of its volume, in the node of the last prediction if there was one.

    Args:
        volume: vtkMRMLScalarVolumeNode in a scene.
        image: its image.
        predicted: the fraction on its grid.
        undo: takes it back.

    Returns:
        The volume node with the fraction.
    """
    before = volume.GetNodeReferenceID(FRACTION_REFERENCE)
    record = predicted.record if isinstance(predicted, PredictedFraction) else {}
    with change(volume.GetNodeReference(FRACTION_REFERENCE), slicer.vtkMRMLScalarVolumeNode, undo) as node:
        node.SetIJKToRASMatrix(vtk_matrix(local_affine(volume)))
        node.SetAndObserveTransformNodeID(volume.GetTransformNodeID())
        node.SetAndObserveImageData(vtk_image(predicted.array))
        node.SetAttribute(RECORD_ATTRIBUTE, json.dumps(record))
        node.SetAttribute(SOURCE_ATTRIBUTE, checksum(image.array))
    show(node, volume.GetScene(), f"{volume.GetName()} learned fat fraction", undo)
    _show_from_0_to_1(node)
    place_beside(node, volume)
    volume.SetNodeReferenceID(FRACTION_REFERENCE, node.GetID())
    undo.callback(volume.SetNodeReferenceID, FRACTION_REFERENCE, before)
    return node


def checksum(array: np.ndarray) -> str:
    """Of size, type and a sample of the voxels."""
    sample = np.ascontiguousarray(array[:, ::SAMPLED, ::SAMPLED])
    return f"{'x'.join(map(str, array.shape))} {array.dtype} {zlib.crc32(sample.tobytes()):08x}"


def _show_from_0_to_1(node: Any) -> None:
    """Grey values for all fractions: an automatic window would be thrown off by voxels without an answer."""
    display = node.GetDisplayNode()
    display.AutoWindowLevelOff()
    display.SetWindowLevel(1.0, 0.5)
