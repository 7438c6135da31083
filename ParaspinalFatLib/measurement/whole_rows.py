"""Rows of whole structures: all slices together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.labelled_slices import Pieces
from ParaspinalFatLib.measurement.levels import LARGEST_DISTANCE_MM
from ParaspinalFatLib.measurement.measurands import Measurand
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.pooled import voxel_count
from ParaspinalFatLib.measurement.rows import (
    Frame,
    MutableRow,
    add_asymmetry,
    add_centroid,
    add_flag,
    fat_cells,
    row_without_part,
    size_row,
    voxels_of,
    with_reason,
)
from ParaspinalFatLib.measurement.slice_statistics import SliceStatistics


def whole_sizes(frame: Frame, measurand: Measurand, by_slice: Mapping[int, Pieces]) -> MutableRow:
    """The row of the whole structure without fat. Of sums, volume and fat are those of all their voxels, and the areas over
    slices are those of the slices that hold all their parts.

    Args:
        by_slice: slice number to the statistics of the slice, only slices that hold the measurand.
    """
    if missing := _never_labelled(measurand, by_slice):
        return row_without_part(measurand, {"region": "whole"}, missing, "in any slice")
    placed = _placed(measurand, by_slice)
    parts = [piece for piece, _ in placed]
    row = size_row(frame, measurand, "whole", parts)
    grid = frame.grid
    row |= {"slice_count": len(by_slice), "volume_ml": voxel_count(parts) * grid.voxel_volume_ml}
    areas = [voxels_of(measurand.values, pieces) for pieces in _complete(measurand, by_slice)]
    if areas:
        row["csa_mean_mm2"] = sum(areas) * grid.pixel_area_mm2 / len(areas)
        row["csa_max_mm2"] = max(areas) * grid.pixel_area_mm2
    else:
        with_reason(row, "csa_mean_mm2 and csa_max_mm2: no slice holds all of its parts")
    add_centroid(row, grid, placed)
    if measurand.side == "both":
        right, left = (sum(voxels_of(side, pieces) for pieces in by_slice.values()) for side in measurand.right_and_left)
        add_asymmetry(row, right, left)
    return row


def whole_fat(frame: Frame, measurand: Measurand, by_slice: Mapping[int, Pieces]) -> MutableRow | None:
    """The fat of a whole muscle; None where a part of it is not labelled at all."""
    if _never_labelled(measurand, by_slice):
        return None
    parts = [piece for piece, _ in _placed(measurand, by_slice)]
    return fat_cells(frame, measurand, parts, frame.grid.voxel_volume_ml, ("fat_volume_ml", "lean_volume_ml"))


def _placed(measurand: Measurand, by_slice: Mapping[int, Pieces]) -> list[tuple[SliceStatistics, int]]:
    """The statistics that belong to a measurand, each with its slice number."""
    return [(pieces[v], k) for k, pieces in sorted(by_slice.items()) for v in measurand.values if v in pieces]


def with_flags(row: MutableRow, measurand: Measurand, observations: Sequence[Observation]) -> MutableRow:
    """A copy of a whole row with the codes of the observations that concern its measurand."""
    row = dict(row)
    names = {measurand.identifier, *(BY_VALUE[value].identifier for value in measurand.values)}
    for code in dict.fromkeys(seen.code for seen in observations if not names.isdisjoint(seen.structures)):
        add_flag(row, code)
    return row


def covered_mm(measurand: Measurand, by_slice: Mapping[int, Pieces], grid: AxialGrid) -> float:
    """Length along the slice normal that slices with all parts of a measurand cover; wide gaps between them do not count."""
    return len(_complete(measurand, by_slice)) * min(grid.spacing[2], 2 * LARGEST_DISTANCE_MM)


def _complete(measurand: Measurand, by_slice: Mapping[int, Pieces]) -> list[Pieces]:
    """The slices that hold all parts of a measurand."""
    return [pieces for pieces in by_slice.values() if not measurand.missing_in(pieces)]


def _never_labelled(measurand: Measurand, by_slice: Mapping[int, Pieces]) -> tuple[int, ...]:
    """Parts missing in some slices and labelled in none."""
    missing = dict.fromkeys(value for pieces in by_slice.values() for value in measurand.missing_in(pieces))
    return tuple(value for value in missing if not any(value in pieces for pieces in by_slice.values()))
