"""The truth of the sample case: areas, volumes and fat fractions from the geometry, not from our measuring code."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ParaspinalFatLib.anatomy import STRUCTURES, Structure
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.sample.protocol import Protocol, coil_sensitivity
from ParaspinalFatLib.sample.scan import SliceRecord

COLUMNS = (
    "structure",
    "side",
    "region",
    "slice",
    "csa_mm2",
    "volume_ml",
    "ff_mean_pct",
    "ff_ratio_pct",
    "ff_field_pct",
)
"""Keys and units as in the table of measurements; ``ff_field_pct`` is the mean of the closed-form fat-fraction field over
the structure itself, without the partial volume that voxels at its border share with their neighbours."""


@dataclass
class Sums:
    """What one structure's truth is computed from, for one slice or added over slices."""

    area_mm2: float = 0.0
    field: float = 0.0
    voxels: int = 0
    ratios: float = 0.0
    fat: float = 0.0
    total: float = 0.0

    def add(self, other: Sums) -> None:
        """Take another slice in."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def truth_rows(records: Sequence[SliceRecord], protocol: Protocol) -> list[dict[str, str]]:
    """One row per structure for the whole scan and one per slice that holds it; fat fractions for muscles only.

    ``csa_mm2`` is the area of the outline itself, averaged through the slice's thickness, so a voxel that is half muscle
    counts half. ``ff_mean_pct`` and ``ff_ratio_pct`` are taken over the voxels of the true label map, before noise.
    """
    rows = []
    for structure in STRUCTURES:
        slices = {
            record.slice: _sums(record, structure, protocol) for record in records if structure.value in record.coverage
        }
        if not slices:
            continue
        whole = Sums()
        for sums in slices.values():
            whole.add(sums)
        volume = whole.area_mm2 * protocol.spacing_mm / 1000
        rows.append(_row(structure, "whole", whole, volume_ml=f"{volume:.3f}"))
        rows += [_row(structure, "slice", sums, slice=str(k), csa_mm2=f"{sums.area_mm2:.2f}") for k, sums in slices.items()]
    return rows


def write_truth(rows: Sequence[dict[str, str]], path: Path | str) -> None:
    """Write the rows as CSV; empty cells do not apply."""
    with written_whole(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _sums(record: SliceRecord, structure: Structure, protocol: Protocol) -> Sums:
    area = float(record.coverage[structure.value].sum(dtype=np.float64)) * protocol.pixel_mm**2
    mask = record.labels == structure.value
    fat, total = record.fat[mask].astype(np.float64), (record.water + record.fat)[mask].astype(np.float64)
    weight = coil_sensitivity(protocol, record.slice)[mask].astype(np.float64)
    return Sums(
        area_mm2=area,
        field=area * record.fat_field[structure.value],
        voxels=int(mask.sum()),
        ratios=float((fat / total).sum()),
        fat=float((weight * fat).sum()),
        total=float((weight * total).sum()),
    )


def _row(structure: Structure, region: str, sums: Sums, **cells: str) -> dict[str, str]:
    row = {"structure": structure.abbreviation, "side": structure.side.value, "region": region, **cells}
    if structure.is_muscle and sums.voxels:
        row["ff_mean_pct"] = f"{100 * sums.ratios / sums.voxels:.3f}"
        row["ff_ratio_pct"] = f"{100 * sums.fat / sums.total:.3f}"
        row["ff_field_pct"] = f"{100 * sums.field / sums.area_mm2:.3f}"
    return row
