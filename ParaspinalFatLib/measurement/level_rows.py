"""Rows of named levels: the figures of the nearest slice, and what only a level has."""

from __future__ import annotations

from ParaspinalFatLib.measurement.levels import LARGEST_DISTANCE_MM, LevelKind, NearestSlice
from ParaspinalFatLib.measurement.measurands import Measurand
from ParaspinalFatLib.measurement.rows import EMPTY_ROW, MutableRow, add_flag, identity, is_empty, with_reason

LEVEL_FAR = "level_far"
"""Flag of a level row whose slice is too far from the level."""


def level_row(measurand: Measurand, found: NearestSlice, of_slice: MutableRow | None, disc_mm2: float | None) -> MutableRow:
    """The row of one level: that of its nearest slice, with the distance and the area relative to the disc.

    Args:
        of_slice: the finished row of the nearest slice; None if the measurand is not in it.
        disc_mm2: area of the disc in the nearest slice; None if no disc is labelled there.
    """
    keys: MutableRow = {"region": "level", "level": found.level.name, "slice": found.slice}
    if of_slice is None:
        row = EMPTY_ROW | identity(measurand) | keys | {"level_distance_mm": found.distance_mm, "flags": ""}
        if found.is_far:
            add_flag(row, LEVEL_FAR)
        return with_reason(row, found.reason or f"{measurand.structure} is not labelled in this slice")
    row = of_slice | keys | {"level_distance_mm": found.distance_mm}
    if found.is_far:
        add_flag(row, LEVEL_FAR)
    if not measurand.is_muscle or is_empty(row):
        return row
    if found.is_far:
        return with_reason(row, f"rcsa and reference: {_far_from_level(found)}")
    area = row["csa_mm2"]
    if found.level.kind is not LevelKind.DISC:
        return with_reason(row, f"rcsa: the level marks a {found.level.kind.value}, not a disc")
    if not disc_mm2 or not isinstance(area, float):
        return with_reason(row, "rcsa: no disc is labelled in this slice")
    row["rcsa"] = area / disc_mm2
    return row


def _far_from_level(found: NearestSlice) -> str:
    return (
        f"the nearest slice lies {abs(found.distance_mm or 0.0):.1f} mm from the level, "
        f"more than half a disc's height ({LARGEST_DISTANCE_MM:g} mm)"
    )
