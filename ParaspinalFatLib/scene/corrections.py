"""Corrections: of each segment, whether network or hand drew it, who changed it last and when, and how much."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt
import vtk

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, Structure
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.scene.segmentations import our_segments
from ParaspinalFatLib.scene.segments import ALGORITHM_TYPE_TAG

AUTHOR_TAG = "ParaspinalFat.Author"
"""Segment tag: initials of who changed the segment last; may be empty."""

EDITED_TAG = "ParaspinalFat.Edited"
"""Segment tag: when that was, ISO 8601 with the offset to UTC."""

WAITING_ATTRIBUTE = "ParaspinalFat.WaitingTags"
"""Attribute of the segmentation node: states that wait to be written into tags, as JSON."""

Slices = Iterable[int]


class Origin(str, Enum):
    """Who drew a segment, in DICOM's words (Segment Algorithm Type, 0062,0008)."""

    AUTOMATIC = "AUTOMATIC"
    SEMIAUTOMATIC = "SEMIAUTOMATIC"
    MANUAL = "MANUAL"


@dataclass(frozen=True)
class SegmentState:
    """What is known about the making of one segment.

    Attributes:
        kind: AUTOMATIC as the network drew it, SEMIAUTOMATIC corrected, MANUAL drawn without the network.
        author: initials of who changed it last; empty if nobody did, or did not say.
        when: of that change, ISO 8601; empty if nobody did, or it happened unseen.
        dice: overlap with the network's own outline, 2 |A and B| / (|A| + |B|); None if there is none to compare with.
        volume_change_ml: volume now minus that of the network's own outline; None likewise.
    """

    kind: Origin
    author: str = ""
    when: str = ""
    dice: float | None = None
    volume_change_ml: float | None = None


class Corrections:
    """Follows the segments of one case through edits, undo and redo.

    An outline that was seen before keeps the record it had then: undo back to the network's own outline makes a segment
    AUTOMATIC again, undo to an earlier correction brings back its author and time.
    """

    def __init__(self, model: Image | None, labels: Image, segmentation: Any) -> None:
        """
        Args:
            model: the network's own labels, if they are known.
            labels: the present labels, on the same grid.
            segmentation: vtkMRMLSegmentationNode whose tags say what happened so far.
        """
        self._model = None if model is None else model.array
        self._voxel_ml = labels.voxel_volume_mm3 / 1000
        slices = range(labels.array.shape[0])
        self._digests: list[dict[int, int]] = [{} for _ in slices]
        self._counts = np.zeros((3, len(slices), 256), np.int64)
        self._seen: dict[tuple[str, int], SegmentState] = {}
        self._states: dict[str, SegmentState] = {}
        if self._model is not None:
            self._look(self._model, slices)
            for identifier, structure in _present(self._digests).items():
                self._seen[identifier, self._digest(structure)] = SegmentState(Origin.AUTOMATIC)
        changed = [k for k in slices if self._model is None or not np.array_equal(self._model[k], labels.array[k])]
        self._look(labels.array, changed)
        self._begin(segmentation)

    @property
    def states(self) -> Mapping[str, SegmentState]:
        """Structure identifier to the state of its segment, for the segments there are."""
        return dict(self._states)

    def follow(self, labels: Image, slices: Slices, segmentation: Any, author: str, now: datetime) -> None:
        """Take note of what is drawn now.

        Args:
            labels: the present labels.
            slices: those (first axis) in which labels may differ from the last time.
            segmentation: the node they come from.
            author: initials recorded with what is new.
            now: recorded with what is new, with its offset to UTC.
        """
        self._look(labels.array, slices)
        before, self._states = self._states, {}
        for structure in our_segments(segmentation.GetSegmentation()).values():
            name, digest = structure.identifier, self._digest(structure)
            record = self._seen.get((name, digest))
            if record is None:
                kind = self._edited(structure, before.get(name))
                record = SegmentState(kind, author, now.isoformat(timespec="seconds"))
                self._seen[name, digest] = record
            self._states[name] = self._compared(record, structure)

    def _begin(self, segmentation: Any) -> None:
        """Take over what the tags say; what the network's own outline says weighs more."""
        recorded = _recorded(segmentation)
        for structure in our_segments(segmentation.GetSegmentation()).values():
            name, digest = structure.identifier, self._digest(structure)
            record = self._seen.get((name, digest))
            if record is None:
                record = recorded[name]
                if self._drawn_by_model(structure) and record.kind is not Origin.SEMIAUTOMATIC:
                    record = replace(record, kind=Origin.SEMIAUTOMATIC)
                self._seen[name, digest] = record
            self._states[name] = self._compared(record, structure)

    def _edited(self, structure: Structure, before: SegmentState | None) -> Origin:
        if self._drawn_by_model(structure):
            return Origin.SEMIAUTOMATIC
        return Origin.MANUAL if before is None or before.kind is Origin.MANUAL else Origin.SEMIAUTOMATIC

    def _drawn_by_model(self, structure: Structure) -> bool:
        return self._model is not None and bool(self._counts[1, :, structure.value].any())

    def _compared(self, record: SegmentState, structure: Structure) -> SegmentState:
        if not self._drawn_by_model(structure):
            return record
        ours, model, both = self._counts[:, :, structure.value].sum(axis=1).tolist()
        return replace(record, dice=2 * both / (ours + model), volume_change_ml=(ours - model) * self._voxel_ml)

    def _look(self, labels: npt.NDArray[np.uint8], slices: Slices) -> None:
        """Count and fingerprint the outlines in some slices."""
        for k in slices:
            plane = labels[k]
            model = plane if self._model is None else self._model[k]
            rows = np.flatnonzero(plane.any(axis=1) | model.any(axis=1))
            first, stop = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 1)
            self._digests[k] = _fingerprints(plane, first, stop)
            here, there = plane[first:stop].ravel(), model[first:stop].ravel()
            self._counts[0, k] = np.bincount(here, minlength=256)
            if self._model is not None:
                self._counts[1, k] = np.bincount(there, minlength=256)
                self._counts[2, k] = np.bincount(here[here == there], minlength=256)

    def _digest(self, structure: Structure) -> int:
        """A number that tells one outline of a structure from another; for this process only."""
        value = structure.value
        return hash(tuple((k, found[value]) for k, found in enumerate(self._digests) if value in found))


def write_tags(segmentation: Any, states: Mapping[str, SegmentState]) -> None:
    """Record states in the tags of their segments, where DICOM and .seg.nrrd files find them; only what differs is written.

    A written tag counts as an edit in Slicer's undo history: what could be redone before no longer can.
    """
    for segment, tag, text in _differing_tags(segmentation, states):
        segment.SetTag(tag, text)
    segmentation.RemoveAttribute(WAITING_ATTRIBUTE)


def note_tags(segmentation: Any, states: Mapping[str, SegmentState]) -> None:
    """Record states that the tags do not tell in an attribute of the node, which no undo history watches.

    It is saved with the scene and weighs more than the tags; :func:`write_tags` makes it superfluous.
    """
    if next(_differing_tags(segmentation, states), None) is None:
        segmentation.RemoveAttribute(WAITING_ATTRIBUTE)
        return
    content = {name: (state.kind.value, state.author, state.when) for name, state in states.items()}
    segmentation.SetAttribute(WAITING_ATTRIBUTE, json.dumps(content))


def _differing_tags(segmentation: Any, states: Mapping[str, SegmentState]) -> Iterator[tuple[Any, str, str]]:
    """Segment, tag and text of each tag that does not tell the state of its segment."""
    content = segmentation.GetSegmentation()
    for segment_id, structure in our_segments(content).items():
        state = states.get(structure.identifier)
        if state is None:
            continue
        segment = content.GetSegment(segment_id)
        for tag, text in (
            (ALGORITHM_TYPE_TAG, state.kind.value),
            (AUTHOR_TAG, state.author),
            (EDITED_TAG, state.when),
        ):
            if (_tag(segment, tag) or "") != text:
                yield segment, tag, text


def _recorded(segmentation: Any) -> dict[str, SegmentState]:
    """What attribute and tags of a segmentation node say."""
    content = segmentation.GetSegmentation()
    found = {
        structure.identifier: _tagged(content.GetSegment(segment_id))
        for segment_id, structure in our_segments(content).items()
    }
    waiting = json.loads(segmentation.GetAttribute(WAITING_ATTRIBUTE) or "{}")
    return found | {name: SegmentState(Origin(kind), author, when) for name, (kind, author, when) in waiting.items()}


def _tagged(segment: Any) -> SegmentState:
    kind = _tag(segment, ALGORITHM_TYPE_TAG) or ""
    origin = Origin(kind) if kind in {one.value for one in Origin} else Origin.MANUAL
    return SegmentState(origin, _tag(segment, AUTHOR_TAG) or "", _tag(segment, EDITED_TAG) or "")


def _tag(segment: Any, name: str) -> str | None:
    value = vtk.mutable("")
    return str(value) if segment.GetTag(name, value) else None


def _present(digests: Iterable[Mapping[int, int]]) -> dict[str, Structure]:
    values = {value for found in digests for value in found}
    return {name: structure for name, structure in BY_IDENTIFIER.items() if structure.value in values}


def _fingerprints(plane: npt.NDArray[np.uint8], first_row: int, stop_row: int) -> dict[int, int]:
    """Label value to a number that depends on where in the plane it lies; outside the rows there are no labels."""
    found = plane[first_row:stop_row].ravel()
    places = np.flatnonzero(found)
    values = found[places]
    order = np.argsort(values, kind="stable")
    places, values = places[order] + first_row * plane.shape[1], values[order]
    pieces = np.split(places, np.flatnonzero(np.diff(values)) + 1)
    return {int(plane.flat[piece[0]]): hash(piece.tobytes()) for piece in pieces if len(piece)}
