"""What rows of all regions are made of: the figures of one measurand in one slice, at one level, or in the whole scan.

Size and signal (:func:`size_row`) hang on the masks alone, fat (:func:`fat_cells`) on the fat map as well: they are made
apart and put together (:func:`with_fat`), so that what an edit or another map leaves as it is can be kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ParaspinalFatLib.anatomy import BY_VALUE, COMPOSITES
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.measurands import TABLE_ORDER, Measurand
from ParaspinalFatLib.measurement.pooled import FatFigures, fat_figures, mean_signal, voxel_count
from ParaspinalFatLib.measurement.references import Person, Reference, compare
from ParaspinalFatLib.measurement.slice_statistics import SliceStatistics
from ParaspinalFatLib.measurement.table import Value, plain_text

MutableRow = dict[str, Value]

EMPTY_ROW: MutableRow = dict.fromkeys(column.name for column in COLUMNS)

AS_PUBLISHED = "as published"
"""``ff_validity`` of a muscle for which the method's agreement with Dixon has been published."""

NO_FRACTION = "fat: no voxel has a fat fraction"
NO_RATIO = "ff_ratio_pct: the method has no separate fat and water signals"
NO_IMAGE = "signal: no image of signal intensity was given"
NO_SIGNAL = "signal: the image is not finite inside the mask"
NO_DEVIATION = "ff_sd_pct: a single voxel has a fat fraction"

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


def size_row(frame: Frame, measurand: Measurand, region: str, parts: Sequence[SliceStatistics]) -> MutableRow:
    """A row with what size and signal of all regions have in common.

    Args:
        region: one of ``dictionary.REGIONS``.
        parts: the statistics that belong to the measurand; at least one.
    """
    row = EMPTY_ROW | identity(measurand)
    row |= {"region": region, "voxels": voxel_count(parts), "flags": "", "reason": ""}
    row |= {"si_image": frame.signal_name, "si_mean": mean_signal(parts)}
    if row["si_image"] is None:
        row["reason"] = NO_IMAGE
    elif row["si_mean"] is None:
        row["reason"] = NO_SIGNAL
    return row


def fat_cells(
    frame: Frame, measurand: Measurand, parts: Sequence[SliceStatistics], voxel_size: float, size_names: tuple[str, str]
) -> MutableRow:
    """The cells of a row that hang on the fat map; ``reason`` says which of them are empty and why.

    Args:
        parts: the statistics that belong to the measurand; at least one.
        voxel_size: pixel area or voxel volume, in the unit of the columns ``size_names``.
        size_names: columns of the fat and of the lean tissue.
    """
    fat = fat_figures(parts)
    cells: MutableRow = {"fat_method": frame.fat_map.method, "ff_validity": frame.validity[measurand.structure]}
    cells["voxels_without_ff"] = voxel_count(parts) - (fat.voxels if fat else 0)
    if fat is None:
        return cells | {"reason": NO_FRACTION}
    p5, p25, p50, p75, p95 = (100 * fraction for fraction in fat.percentiles)
    cells |= {"ff_mean_pct": 100 * fat.mean, "ff_median_pct": p50}
    cells |= {"ff_p5_pct": p5, "ff_p25_pct": p25, "ff_p75_pct": p75, "ff_p95_pct": p95}
    cells |= dict(zip(size_names, (fat.fat_voxels * voxel_size, (fat.voxels - fat.fat_voxels) * voxel_size), strict=True))
    cells["ff_ratio_pct"] = None if fat.ratio is None else 100 * fat.ratio
    cells["ff_sd_pct"] = None if fat.deviation is None else 100 * fat.deviation
    return cells | {"reason": "; ".join(_missing(fat))}


def _missing(fat: FatFigures) -> list[str]:
    return [reason for reason, figure in ((NO_RATIO, fat.ratio), (NO_DEVIATION, fat.deviation)) if figure is None]


def with_fat(row: MutableRow, fat: MutableRow) -> MutableRow:
    """A new row of the sizes and the fat of one measurand (:func:`fat_cells`)."""
    both = row | fat
    both["reason"] = "; ".join(str(one) for one in (row["reason"], fat["reason"]) if one)
    return both


def is_empty(row: MutableRow) -> bool:
    """Whether nothing was measured in a row, because the structure or a part of it is not labelled there."""
    return row["voxels"] is None


def with_reason(row: MutableRow, reason: str) -> MutableRow:
    """Add a reason to a row, in place, and return it."""
    row["reason"] = f"{row['reason']}; {reason}" if row["reason"] else reason
    return row


def with_reference(
    row: MutableRow,
    measurand: Measurand,
    references: Sequence[Reference],
    person: Person,
    extent_mm: float | None = None,
) -> MutableRow:
    """Add where the row lies among published values, or the reason why none match, in place, and return the row.

    Args:
        extent_mm: of a whole row, :func:`whole_rows.covered_mm`.
    """
    if not measurand.is_muscle or is_empty(row):
        return row
    found = compare(row, references, person, extent_mm)
    row |= {"reference_source": found.source, "reference_position": found.position}
    return with_reason(row, found.reason) if found.reason else row


def add_flag(row: MutableRow, code: str) -> None:
    """Add a flag to a row, in place."""
    row["flags"] = f"{row['flags']}; {code}" if row["flags"] else code


def validity(fat_map: FatMap, structure: str) -> str:
    """Whether the fat method is validated for a muscle; of ES+MF, for all its muscles."""
    members = _members(structure)
    reasons = dict.fromkeys(fat_map.not_validated[name] for name in members if name in fat_map.not_validated)
    return plain_text("not validated: " + "; ".join(reasons)) if reasons else AS_PUBLISHED


def _members(structure: str) -> Sequence[str]:
    finer = [name for part in COMPOSITES.get(structure, ()) for name in _members(part)]
    return [structure, *finer]


def row_without_part(measurand: Measurand, keys: MutableRow, missing: Sequence[int], where: str) -> MutableRow:
    """An empty row: the sum of the remaining parts would be taken for the whole."""
    names = ", ".join(BY_VALUE[value].name for value in missing)
    reason = f"part missing: {names} not labelled {where}"
    return EMPTY_ROW | identity(measurand) | keys | {"flags": PART_MISSING, "reason": reason}


def identity(measurand: Measurand) -> MutableRow:
    """The cells that name a measurand."""
    return {
        "structure": measurand.structure,
        "side": measurand.side,
        "derived_from": measurand.derived_from,
    }


def voxels_of(values: Sequence[int], pieces: Mapping[int, SliceStatistics]) -> int:
    """Voxels of some label values in one slice."""
    return sum(pieces[value].voxels for value in values if value in pieces)


def add_centroid(row: MutableRow, grid: AxialGrid, placed: Sequence[tuple[SliceStatistics, int]]) -> None:
    """Add the centroid of some statistics, each with its slice number, in place."""
    voxels = sum(piece.voxels for piece, _ in placed)
    i = sum(piece.sum_i for piece, _ in placed) / voxels
    j = sum(piece.sum_j for piece, _ in placed) / voxels
    k = sum(piece.voxels * number for piece, number in placed) / voxels
    names = ("centroid_r_mm", "centroid_a_mm", "centroid_s_mm")
    row |= dict(zip(names, grid.position(i, j, k), strict=True))


def add_asymmetry(row: MutableRow, right: int, left: int) -> None:
    """Add the two asymmetries of voxel numbers, in place."""
    row["asymmetry_larger_pct"] = abs(right - left) / max(right, left) * 100
    row["asymmetry_rl_pct"] = (right - left) / (right + left) * 200
