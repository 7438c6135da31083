"""Rows of single slices: size, area across the muscle's axis, and fat."""

from __future__ import annotations

import math

from ParaspinalFatLib.measurement.labelled_slices import Pieces
from ParaspinalFatLib.measurement.measurands import Measurand
from ParaspinalFatLib.measurement.pooled import voxel_count
from ParaspinalFatLib.measurement.quality import FEW_VOXELS, touches_edge
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

NO_AXIS = "csa_perp_mm2 and obliquity_deg: the muscle is in fewer than 3 slices, its axis is not known"


def slice_sizes(frame: Frame, measurand: Measurand, k: int, pieces: Pieces) -> MutableRow:
    """The row of one slice, without fat and without what depends on other slices (:func:`add_axis`).

    Args:
        pieces: statistics of this slice; at least one value of the measurand is among them.
    """
    grid = frame.grid
    keys: MutableRow = {"region": "slice", "slice": k, "slice_position_mm": grid.slice_position_mm(k)}
    if missing := measurand.missing_in(pieces):
        return row_without_part(measurand, keys, missing, "in this slice")
    parts = _parts(measurand, pieces)
    row = size_row(frame, measurand, "slice", parts) | keys
    area = voxel_count(parts) * grid.pixel_area_mm2
    row["csa_mm2"] = area
    add_centroid(row, grid, [(piece, k) for piece in parts])
    if voxel_count(parts) < FEW_VOXELS:
        add_flag(row, "few_voxels")
    if any(touches_edge(piece, grid.shape) for piece in parts):
        add_flag(row, "touches_edge")
    if measurand.side == "both":
        right, left = (voxels_of(values, pieces) for values in measurand.right_and_left)
        add_asymmetry(row, right, left)
    mean = row["si_mean"]
    if isinstance(mean, float) and mean != 0:
        row["csa_over_si"] = area / mean
    elif mean is not None:
        with_reason(row, "csa_over_si: the mean signal is 0")
    return row


def slice_fat(frame: Frame, measurand: Measurand, pieces: Pieces) -> MutableRow | None:
    """The fat of a muscle in one slice; None where a part of it is missing."""
    if measurand.missing_in(pieces):
        return None
    names = ("fat_area_mm2", "lean_area_mm2")
    return fat_cells(frame, measurand, _parts(measurand, pieces), frame.grid.pixel_area_mm2, names)


def _parts(measurand: Measurand, pieces: Pieces) -> list[SliceStatistics]:
    return [pieces[value] for value in measurand.values if value in pieces]


def add_axis(row: MutableRow, perpendicular_mm2: float | None) -> MutableRow:
    """A copy of a slice row with the area perpendicular to the muscle's axis, or the reason why there is none."""
    row = dict(row)
    area = row["csa_mm2"]
    if not isinstance(area, float):
        return row
    if perpendicular_mm2 is None:
        return with_reason(row, NO_AXIS)
    row["csa_perp_mm2"] = perpendicular_mm2
    row["obliquity_deg"] = math.degrees(math.acos(min(perpendicular_mm2 / area, 1.0)))
    return row
