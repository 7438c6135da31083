"""What of a case lies in files: outlines, verdicts and names of levels as they were when it was opened or exported, to tell
what was not."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import slicer
from vtk.util.numpy_support import vtk_to_numpy

from ParaspinalFatLib.imaging.occupied import occupied
from ParaspinalFatLib.scene.level_names import level_names_of
from ParaspinalFatLib.scene.review import REVIEW_ATTRIBUTE
from ParaspinalFatLib.scene.segmentations import our_segments

KEPT_ATTRIBUTE = "ParaspinalFat.Kept"
"""Node attribute of a segmentation: fingerprints of the outlines that lie in files, and the verdicts and names of levels
that do, as JSON."""


def note_kept(segmentation: Any) -> None:
    """Record that a segmentation lies in a file as it is now."""
    _write(segmentation, outlines(segmentation))


def note_exported(segmentation: Any, *, ours: bool, others: bool) -> None:
    """Record what an export of a case has written: verdicts and names of levels, and outlines as the arguments say.

    Nothing is recorded where :func:`note_kept` was never called.

    Args:
        segmentation: vtkMRMLSegmentationNode.
        ours: whether the outlines of our structures were written.
        others: whether those of all other segments were.
    """
    before = _recorded(segmentation)
    if before is None:
        return
    known, present = our_segments(segmentation.GetSegmentation()), outlines(segmentation)
    names = {*before["outlines"], *present}
    written = {name for name in names if (ours if name in known or name not in present else others)}
    kept = {name: found for name, found in before["outlines"].items() if name not in written}
    kept |= {name: found for name, found in present.items() if name in written}
    _write(segmentation, kept)


def is_kept(segmentation: Any) -> bool:
    """Whether outlines, verdicts and names are those that lie in files; True where nothing was ever recorded."""
    before = _recorded(segmentation)
    return before is None or before == _present(segmentation, outlines(segmentation))


def outlines(segmentation: Any) -> dict[str, str]:
    """Segment id to a fingerprint of its voxels, however large the array that holds them; empty segments are left out."""
    content = segmentation.GetSegmentation()
    found: dict[str, str] = {}
    layers: dict[str, tuple[np.ndarray, tuple[int, ...]]] = {}
    for segment_id in content.GetSegmentIDs():
        segment = content.GetSegment(segment_id)
        layer = segment.GetRepresentation(slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName())
        if layer is None or layer.GetNumberOfPoints() == 0:
            continue
        address = layer.GetAddressAsString("")
        if address not in layers:
            layers[address] = _occupied_part(layer)
        voxels, first = layers[address]
        mask = voxels == segment.GetLabelValue()
        if mask.any():
            found[segment_id] = _fingerprint(mask, first)
    return found


def _occupied_part(layer: Any) -> tuple[np.ndarray, tuple[int, ...]]:
    """Voxels (k, j, i) of a layer without its empty border, and the place of the first in the layer's lattice."""
    extent = layer.GetExtent()
    shape = [extent[2 * axis + 1] - extent[2 * axis] + 1 for axis in (2, 1, 0)]
    voxels = vtk_to_numpy(layer.GetPointData().GetScalars()).reshape(shape)
    box = occupied(voxels)
    return voxels[box], tuple(part.start + extent[2 * axis] for part, axis in zip(box, (2, 1, 0), strict=True))


def _fingerprint(mask: np.ndarray, first: tuple[int, ...]) -> str:
    box = occupied(mask)
    place = [part.start + start for part, start in zip(box, first, strict=True)]
    digest = hashlib.blake2b(np.array([*place, *mask[box].shape], np.int64).tobytes(), digest_size=16)
    digest.update(np.packbits(mask[box]).tobytes())
    return digest.hexdigest()


def _verdicts(segmentation: Any) -> str:
    return segmentation.GetAttribute(REVIEW_ATTRIBUTE) or "{}"


def _recorded(segmentation: Any) -> Any:
    recorded = json.loads(segmentation.GetAttribute(KEPT_ATTRIBUTE) or "null")
    return recorded and {"names": _names(segmentation), **recorded}  # earlier versions did not record names


def _present(segmentation: Any, kept: dict[str, str]) -> dict[str, object]:
    return {"outlines": kept, "verdicts": _verdicts(segmentation), "names": _names(segmentation)}


def _names(segmentation: Any) -> list[object]:
    """The named places and who said the names; empty without any, whoever took them back."""
    names = level_names_of(segmentation)
    places = [[place.name, *place.position] for place in names.places]
    return [names.by_reader, names.measured, *places] if places else []


def _write(segmentation: Any, kept: dict[str, str]) -> None:
    segmentation.SetAttribute(KEPT_ATTRIBUTE, json.dumps(_present(segmentation, kept)))
