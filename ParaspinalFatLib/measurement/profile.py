"""Profiles: one figure of a muscle slice by slice along the spine, right beside left, with the places of the levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ParaspinalFatLib.anatomy import Side
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.result import Measurement

PROFILE_COLUMNS = ("csa_mm2", "ff_mean_pct", "lean_area_mm2")
"""Columns of slice rows that a profile may show."""

SIDES = (Side.RIGHT.value, Side.LEFT.value)

Point = tuple[float, float, float]
"""RAS mm."""


@dataclass(frozen=True)
class ProfilePoint:
    """One slice of one side.

    Attributes:
        slice: slice number in axial order, 0 = most caudal.
        position_mm: along the slice normal, caudal of the origin of the profile.
        value: in the unit of the column.
        centroid: RAS mm of the muscle in this slice, where views jump to.
    """

    slice: int
    position_mm: float
    value: float
    centroid: Point


@dataclass(frozen=True)
class Profile:
    """A figure of one muscle along the spine, from cranial to caudal as a spine is read.

    Attributes:
        structure: abbreviation of the muscle.
        column: the column of the tidy table.
        origin: what lies at 0 mm: the most cranial level, or without levels the most cranial slice.
        points: side to its slices, ascending positions; slices in which the muscle is not measured are left out.
        levels: name of each level to its position in mm, from cranial to caudal.
        range_mm: positions of the most cranial and the most caudal slice of the scan.
    """

    structure: str
    column: str
    origin: str
    points: Mapping[str, tuple[ProfilePoint, ...]]
    levels: Mapping[str, float]
    range_mm: tuple[float, float]

    @property
    def largest(self) -> float:
        """The largest value, 0 without any."""
        return max((point.value for points in self.points.values() for point in points), default=0.0)


def profile_of(measurement: Measurement, structure: str, column: str) -> Profile:
    """The profile of one muscle.

    Args:
        measurement: the present figures.
        structure: abbreviation as in the ``structure`` column.
        column: one of :data:`PROFILE_COLUMNS`.
    """
    grid = AxialGrid.of(axial_view(measurement.fat_map.fraction).image)
    heights = {level.name: grid.slice_coordinate(level.position) * grid.spacing[2] for level in measurement.levels}
    top = (grid.shape[0] - 1) * grid.spacing[2]
    origin, zero = max(heights.items(), key=lambda item: item[1], default=("the most cranial slice", top))
    levels = sorted(((name, zero - height) for name, height in heights.items()), key=lambda item: item[1])
    points = {side: _points(measurement, (structure, side, column), zero, grid.spacing[2]) for side in SIDES}
    return Profile(structure, column, origin, points, dict(levels), (zero - top, zero))


def _points(
    measurement: Measurement, wanted: tuple[str, str, str], zero_mm: float, spacing_mm: float
) -> tuple[ProfilePoint, ...]:
    structure, side, column = wanted
    found = []
    for row in measurement.table:
        if (row["structure"], row["side"], row["region"]) != (structure, side, "slice"):
            continue
        k, value = row["slice"], row[column]
        centroid = (row["centroid_r_mm"], row["centroid_a_mm"], row["centroid_s_mm"])
        if isinstance(k, int) and isinstance(value, float):
            r, a, s = (float(component or 0.0) for component in centroid)
            found.append(ProfilePoint(k, zero_mm - k * spacing_mm, value, (r, a, s)))
    return tuple(sorted(found, key=lambda point: point.position_mm))
