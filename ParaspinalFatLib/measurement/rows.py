"""Rows of the table: the figures of one measurand in one slice, at one level, or in the whole field of view."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ParaspinalFatLib.anatomy import BY_VALUE, COMPOSITES
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.labelled_slices import Pieces
from ParaspinalFatLib.measurement.levels import LARGEST_DISTANCE_MM, LevelKind, NearestSlice
from ParaspinalFatLib.measurement.measurands import TABLE_ORDER, Measurand
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.pooled import FatFigures, fat_figures, mean_signal, voxel_count
from ParaspinalFatLib.measurement.quality import FEW_VOXELS, touches_edge
from ParaspinalFatLib.measurement.references import Person, Reference, compare
from ParaspinalFatLib.measurement.slice_statistics import SliceStatistics
from ParaspinalFatLib.measurement.table import Value, plain_text

MutableRow = dict[str, Value]

_EMPTY_ROW: MutableRow = dict.fromkeys(column.name for column in COLUMNS)

AS_PUBLISHED = "as published"
"""``ff_validity`` of a muscle for which the method's agreement with Dixon has been published."""

NO_FRACTION = "fat: no voxel has a fat fraction"
NO_RATIO = "ff_ratio_pct: the method has no separate fat and water signals"
NO_IMAGE = "signal: no image of signal intensity was given"
NO_AXIS = "csa_perp_mm2 and obliquity_deg: the muscle is in fewer than 3 slices, its axis is not known"


LEVEL_FAR = "level_far"
"""Flag of a level row whose slice is too far from the level."""

PART_MISSING = "part_missing"
"""Flag of an empty row of a sum (ES, ES+MF, both sides) of which a part is not labelled there."""


@dataclass(frozen=True)
class Frame:
    """What all rows of a case share.

    Attributes:
        grid: the axial grid.
        fat_map: where the fat fractions come from.
        signal_name: the image whose intensity is given; None if there is none.
    """

    grid: AxialGrid
    fat_map: FatMap
    signal_name: str | None

    @cached_property
    def validity(self) -> dict[str, str]:
        """Muscle to the text of its ``ff_validity`` column."""
        return {structure: validity(self.fat_map, structure) for structure in TABLE_ORDER}


def slice_row(frame: Frame, measurand: Measurand, k: int, pieces: Pieces) -> MutableRow:
    """The row of one slice, without what depends on other slices (:func:`add_axis`).

    Args:
        pieces: statistics of this slice; at least one value of the measurand is among them.
    """
    grid = frame.grid
    keys: MutableRow = {"region": "slice", "slice": k, "slice_position_mm": grid.slice_position_mm(k)}
    if missing := measurand.missing_in(pieces):
        return _row_without_part(measurand, keys, missing, "in this slice")
    parts = [pieces[value] for value in measurand.values if value in pieces]
    row = _common(frame, measurand, "slice", parts) | keys
    reasons = _reasons(row)
    area = voxel_count(parts) * grid.pixel_area_mm2
    row["csa_mm2"] = area
    _add_centroid(row, grid, [(piece, k) for piece in parts])
    if any(touches_edge(piece, grid.shape) for piece in parts):
        _add_flag(row, "touches_edge")
    if measurand.side == "both":
        right, left = (_voxels_of(values, pieces) for values in measurand.right_and_left)
        _add_asymmetry(row, right, left)
    if measurand.is_muscle:
        _add_fat(row, fat_figures(parts), grid.pixel_area_mm2, ("fat_area_mm2", "lean_area_mm2"), reasons)
    mean = row["si_mean"]
    if isinstance(mean, float) and mean != 0:
        row["csa_over_si"] = area / mean
    elif mean is not None:
        reasons.append("csa_over_si: the mean signal is 0")
    row["reason"] = "; ".join(reasons)
    return row


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


def level_row(measurand: Measurand, found: NearestSlice, of_slice: MutableRow | None, disc_mm2: float | None) -> MutableRow:
    """The row of one level: that of its nearest slice, with the distance and the area relative to the disc.

    Args:
        of_slice: the finished row of the nearest slice; None if the measurand is not in it.
        disc_mm2: area of the disc in the nearest slice; None if no disc is labelled there.
    """
    keys: MutableRow = {"region": "level", "level": found.level.name, "slice": found.slice}
    if of_slice is None:
        row = _EMPTY_ROW | _identity(measurand) | keys | {"level_distance_mm": found.distance_mm, "flags": ""}
        if found.is_far:
            _add_flag(row, LEVEL_FAR)
        return with_reason(row, found.reason or f"{measurand.structure} is not labelled in this slice")
    row = of_slice | keys | {"level_distance_mm": found.distance_mm}
    if found.is_far:
        _add_flag(row, LEVEL_FAR)
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


def whole_row(frame: Frame, measurand: Measurand, by_slice: Mapping[int, Pieces]) -> MutableRow:
    """The row of the whole structure. Of sums, volume and fat are those of all their voxels, and the areas over slices are
    those of the slices that hold all their parts.

    Args:
        by_slice: slice number to the statistics of the slice, only slices that hold the measurand.
    """
    if missing := _never_labelled(measurand, by_slice):
        return _row_without_part(measurand, {"region": "whole"}, missing, "in any slice")
    placed = [(pieces[v], k) for k, pieces in sorted(by_slice.items()) for v in measurand.values if v in pieces]
    parts = [piece for piece, _ in placed]
    row = _common(frame, measurand, "whole", parts)
    reasons = _reasons(row)
    grid = frame.grid
    row |= {"slice_count": len(by_slice), "volume_ml": voxel_count(parts) * grid.voxel_volume_ml}
    areas = [_voxels_of(measurand.values, pieces) for pieces in _complete(measurand, by_slice)]
    if areas:
        row["csa_mean_mm2"] = sum(areas) * grid.pixel_area_mm2 / len(areas)
        row["csa_max_mm2"] = max(areas) * grid.pixel_area_mm2
    else:
        reasons.append("csa_mean_mm2 and csa_max_mm2: no slice holds all of its parts")
    _add_centroid(row, grid, placed)
    if measurand.side == "both":
        right, left = (sum(_voxels_of(side, pieces) for pieces in by_slice.values()) for side in measurand.right_and_left)
        _add_asymmetry(row, right, left)
    if measurand.is_muscle:
        _add_fat(row, fat_figures(parts), grid.voxel_volume_ml, ("fat_volume_ml", "lean_volume_ml"), reasons)
    row["reason"] = "; ".join(reasons)
    return row


def _far_from_level(found: NearestSlice) -> str:
    return (
        f"the nearest slice lies {abs(found.distance_mm or 0.0):.1f} mm from the level, "
        f"more than half a disc's height ({LARGEST_DISTANCE_MM:g} mm)"
    )


def is_empty(row: MutableRow) -> bool:
    """Whether nothing was measured in a row, because the structure or a part of it is not labelled there."""
    return row["voxels"] is None


def with_reason(row: MutableRow, reason: str) -> MutableRow:
    """Add a reason to a row, in place, and return it."""
    row["reason"] = f"{row['reason']}; {reason}" if row["reason"] else reason
    return row


def with_flags(row: MutableRow, measurand: Measurand, observations: Sequence[Observation]) -> MutableRow:
    """A copy of a whole row with the codes of the observations that concern its measurand."""
    row = dict(row)
    names = {measurand.identifier, *(BY_VALUE[value].identifier for value in measurand.values)}
    for code in dict.fromkeys(seen.code for seen in observations if not names.isdisjoint(seen.structures)):
        _add_flag(row, code)
    return row


def covered_mm(measurand: Measurand, by_slice: Mapping[int, Pieces], grid: AxialGrid) -> float:
    """Length along the slice normal that slices with all parts of a measurand cover; wide gaps between them do not count."""
    return len(_complete(measurand, by_slice)) * min(grid.spacing[2], 2 * LARGEST_DISTANCE_MM)


def with_reference(
    row: MutableRow,
    measurand: Measurand,
    references: Sequence[Reference],
    person: Person,
    extent_mm: float | None = None,
) -> MutableRow:
    """Add where the row lies among published values, or the reason why none match, in place, and return the row.

    Args:
        extent_mm: of a whole row, :func:`covered_mm`.
    """
    if not measurand.is_muscle or is_empty(row):
        return row
    found = compare(row, references, person, extent_mm)
    row |= {"reference_source": found.source, "reference_position": found.position}
    return with_reason(row, found.reason) if found.reason else row


def _add_flag(row: MutableRow, code: str) -> None:
    row["flags"] = f"{row['flags']}; {code}" if row["flags"] else code


def validity(fat_map: FatMap, structure: str) -> str:
    """Whether the fat method is validated for a muscle; of ES+MF, for all its muscles."""
    members = _members(structure)
    reasons = dict.fromkeys(fat_map.not_validated[name] for name in members if name in fat_map.not_validated)
    return plain_text("not validated: " + "; ".join(reasons)) if reasons else AS_PUBLISHED


def _members(structure: str) -> Sequence[str]:
    finer = [name for part in COMPOSITES.get(structure, ()) for name in _members(part)]
    return [structure, *finer]


def _row_without_part(measurand: Measurand, keys: MutableRow, missing: Sequence[int], where: str) -> MutableRow:
    """An empty row: the sum of the remaining parts would be taken for the whole."""
    names = ", ".join(BY_VALUE[value].name for value in missing)
    reason = f"part missing: {names} not labelled {where}"
    return _EMPTY_ROW | _identity(measurand) | keys | {"flags": PART_MISSING, "reason": reason}


def _complete(measurand: Measurand, by_slice: Mapping[int, Pieces]) -> list[Pieces]:
    """The slices that hold all parts of a measurand."""
    return [pieces for pieces in by_slice.values() if not measurand.missing_in(pieces)]


def _never_labelled(measurand: Measurand, by_slice: Mapping[int, Pieces]) -> tuple[int, ...]:
    """Parts missing in some slices and labelled in none."""
    missing = dict.fromkeys(value for pieces in by_slice.values() for value in measurand.missing_in(pieces))
    return tuple(value for value in missing if not any(value in pieces for pieces in by_slice.values()))


def _identity(measurand: Measurand) -> MutableRow:
    return {
        "structure": measurand.structure,
        "side": measurand.side,
        "derived_from": measurand.derived_from,
    }


def _common(frame: Frame, measurand: Measurand, region: str, parts: Sequence[SliceStatistics]) -> MutableRow:
    row = _EMPTY_ROW | _identity(measurand)
    row |= {"region": region, "voxels": voxel_count(parts), "flags": "", "reason": ""}
    row |= {"si_image": frame.signal_name, "si_mean": mean_signal(parts)}
    if measurand.is_muscle:
        row |= {"fat_method": frame.fat_map.method, "ff_validity": frame.validity[measurand.structure]}
    if region == "slice" and voxel_count(parts) < FEW_VOXELS:
        _add_flag(row, "few_voxels")
    return row


def _reasons(row: MutableRow) -> list[str]:
    if row["si_image"] is None:
        return [NO_IMAGE]
    return [] if row["si_mean"] is not None else ["signal: the image is not finite inside the mask"]


def _voxels_of(values: Sequence[int], pieces: Pieces) -> int:
    return sum(pieces[value].voxels for value in values if value in pieces)


def _add_centroid(row: MutableRow, grid: AxialGrid, placed: Sequence[tuple[SliceStatistics, int]]) -> None:
    voxels = sum(piece.voxels for piece, _ in placed)
    i = sum(piece.sum_i for piece, _ in placed) / voxels
    j = sum(piece.sum_j for piece, _ in placed) / voxels
    k = sum(piece.voxels * number for piece, number in placed) / voxels
    names = ("centroid_r_mm", "centroid_a_mm", "centroid_s_mm")
    row |= dict(zip(names, grid.position(i, j, k), strict=True))


def _add_asymmetry(row: MutableRow, right: int, left: int) -> None:
    row["asymmetry_larger_pct"] = abs(right - left) / max(right, left) * 100
    row["asymmetry_rl_pct"] = (right - left) / (right + left) * 200


def _add_fat(
    row: MutableRow, fat: FatFigures | None, voxel_size: float, size_names: tuple[str, str], reasons: list[str]
) -> None:
    """``voxel_size``: pixel area or voxel volume, in the unit of the columns ``size_names`` (fat, lean)."""
    voxels = row["voxels"]
    assert isinstance(voxels, int)
    row["voxels_without_ff"] = voxels - (fat.voxels if fat else 0)
    if fat is None:
        reasons.append(NO_FRACTION)
        return
    p5, p25, p50, p75, p95 = (100 * fraction for fraction in fat.percentiles)
    row |= {"ff_mean_pct": 100 * fat.mean, "ff_median_pct": p50}
    row |= {"ff_p5_pct": p5, "ff_p25_pct": p25, "ff_p75_pct": p75, "ff_p95_pct": p95}
    row |= dict(zip(size_names, (fat.fat_voxels * voxel_size, (fat.voxels - fat.fat_voxels) * voxel_size), strict=True))
    if fat.ratio is None:
        reasons.append(NO_RATIO)
    else:
        row["ff_ratio_pct"] = 100 * fat.ratio
    if fat.deviation is None:
        reasons.append("ff_sd_pct: a single voxel has a fat fraction")
    else:
        row["ff_sd_pct"] = 100 * fat.deviation
