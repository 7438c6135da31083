"""Remove from the network's labels what cannot be anatomy, and say how much was removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.anatomy import BY_VALUE, STRUCTURES, Structure
from ParaspinalFatLib.segmentation.components import fill_small_holes, implausible
from ParaspinalFatLib.segmentation.sides import correct_sides

SMALLEST_AREA_MM2: Mapping[str, float] = {"IVD": 100.0, "VB": 100.0, "sacrum": 100.0, "VA": 15.0, "canal": 15.0}
"""A piece of a midline structure that covers less than this in its largest slice is a crumb. Discs, bodies and the sacrum
measure 700 mm2 and more where they are cut fully and 100 mm2 where a slice grazes them; a lamina cut across measures 30 mm2,
a stenotic canal 50 mm2."""

SMALLEST_MUSCLE_AREA_MM2 = 20.0
"""The same for muscles: the thinnest, quadratus lumborum near the twelfth rib, measures 50 mm2."""

LARGEST_HOLE_MM2 = 12.0
"""Background of at most this area enclosed by one structure is filled: a few pixels where the network wavered. Larger ones
are left for the reader to judge. Fat within a muscle belongs to its mask here, so the mask needs no holes."""

SEVERAL_PIECES = frozenset({"IVD", "VB", "VA"})
"""There is a disc, body and arch for every level, and an arch may be cut into laminae and facets; all else is one body."""


@dataclass(frozen=True)
class Cleaning:
    """How many voxels were changed after the network, by structure identifier (only those changed).

    Attributes:
        removed: taken away as crumbs or as second pieces.
        side_corrected: renamed from this structure to its counterpart on the other side.
        filled: background in small holes that was given to the structure around it.
    """

    removed: Mapping[str, int]
    side_corrected: Mapping[str, int]
    filled: int

    def record(self) -> dict[str, object]:
        """For provenance."""
        return {
            "voxels_removed": dict(self.removed),
            "voxels_side_corrected": dict(self.side_corrected),
            "voxels_filled": self.filled,
        }


def clean(labels: npt.NDArray[np.uint8], spacing_ji: tuple[float, float]) -> tuple[npt.NDArray[np.uint8], Cleaning]:
    """Remove crumbs and second pieces, correct sides, fill tiny holes.

    Midline structures come first, because the midline they show decides the sides; muscles come after their sides are right,
    because a piece with the wrong side's name may belong to the largest piece of the other side.

    Args:
        labels: (k, j, i) label values in axial order; unchanged.
        spacing_ji: pixel size in mm along rows (j) and columns (i).

    Returns:
        The cleaned copy and what was done.
    """
    result = labels.copy()
    inside = _box_around(ndimage.find_objects(result))
    if inside is None:
        return result, Cleaning({}, {}, 0)
    pixel_mm2 = spacing_ji[0] * spacing_ji[1]
    work = result[inside]  # a view: everything below works on the labelled part of the image only
    removed = _remove_crumbs(work, [s for s in STRUCTURES if not s.is_muscle], pixel_mm2)
    corrected = correct_sides(work, spacing_ji)
    removed |= _remove_crumbs(work, [s for s in STRUCTURES if s.is_muscle], pixel_mm2)
    filled = fill_small_holes(work, LARGEST_HOLE_MM2 / pixel_mm2)
    return result, Cleaning(removed, corrected, filled)


def smallest_area_mm2(structure: Structure) -> float:
    """Largest in-slice area below which a piece of this structure is a crumb."""
    return SMALLEST_AREA_MM2.get(structure.abbreviation, SMALLEST_MUSCLE_AREA_MM2)


def _remove_crumbs(labels: npt.NDArray[np.uint8], structures: list[Structure], pixel_mm2: float) -> dict[str, int]:
    removed = {}
    boxes = ndimage.find_objects(labels, max_label=max(BY_VALUE))
    for structure in structures:
        box = boxes[structure.value - 1]
        if box is None:
            continue
        part = labels[box]
        single = structure.abbreviation not in SEVERAL_PIECES
        crumbs = implausible(part == structure.value, smallest_area_mm2(structure) / pixel_mm2, single)
        part[crumbs] = 0
        removed[structure.identifier] = int(np.count_nonzero(crumbs))
    return {identifier: count for identifier, count in removed.items() if count}


def _box_around(boxes: list[tuple[slice, ...] | None]) -> tuple[slice, ...] | None:
    """The box around all labelled voxels in plane, all slices, with a rim of one pixel where the image has it."""
    found = [box for box in boxes if box is not None]
    if not found:
        return None
    rows, columns = (
        slice(max(0, min(box[axis].start for box in found) - 1), max(box[axis].stop for box in found) + 1) for axis in (1, 2)
    )
    return slice(None), rows, columns
