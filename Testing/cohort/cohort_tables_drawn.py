"""Tables of a cohort as a batch writes them, with values that are known: no images, no network."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from ParaspinalFatLib.cohort.cohort_tables import CASE_COLUMNS, PROTOCOL_COLUMNS, STATUS_COLUMNS
from ParaspinalFatLib.measurement.dictionary import CASE, COLUMNS

LEVELS = ("L4/5", "L5/S1")

PROTOCOL = {
    "images": "water;fat",
    "outlined_by": "network",
    "fat_method": "dixon",
    "column_mm": "1.2",
    "row_mm": "1.2",
    "slice_mm": "4",
    "levels": ";".join(LEVELS),
    "observations": "withheld",
}


def name_of(number: int) -> str:
    """Name of a case."""
    return f"P-{number:03d}"


def write_cohort(
    folder: Path,
    count: int = 20,
    *,
    areas: Mapping[int, float] | None = None,
    protocols: Mapping[int, Mapping[str, str]] | None = None,
    without_left: Sequence[int] = (),
    failed: int = 0,
) -> Path:
    """Write the tables of ``count`` measured cases and some that failed; returns the folder.

    Args:
        folder: of the cohort.
        count: measured cases; the right multifidus has 1000 mm2 and 10 mm2 more or less by case, the left one the same.
        areas: number of a case to another area of its right multifidus at L4/5.
        protocols: number of a case to other cells of its protocol.
        without_left: cases without a left multifidus.
        failed: cases that could not be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{**dict.fromkeys(STATUS_COLUMNS, ""), "case": name_of(n), "folder": f"sub-{n}"} for n in range(count + failed)]
    for number, row in enumerate(rows):
        row["state"] = "done" if number < count else "failed"
        if number >= count:
            row |= {"error": "InputError", "reason": "=cmd|' /C calc'!A0 <script>is no image</script>"}
    _write(folder / "status.tsv", STATUS_COLUMNS, rows, "\t")
    cases = [{**row, **(PROTOCOL | dict((protocols or {}).get(n, {})) if n < count else {})} for n, row in enumerate(rows)]
    _write(folder / "cases.tsv", (*CASE_COLUMNS, *PROTOCOL_COLUMNS), cases, "\t")
    measured = [row for n in range(count) for row in _measurements(n, areas or {}, n in without_left)]
    _write(folder / "measurements.csv", (CASE.name, *(column.name for column in COLUMNS)), measured, ",")
    return folder


def _measurements(number: int, areas: Mapping[int, float], without_left: bool) -> list[dict[str, object]]:
    usual = 1000.0 + 10.0 * (number % 5 - 2)
    rows: list[dict[str, object]] = []
    for side in ("right", "left")[: 1 if without_left else 2]:
        base = {"case": name_of(number), "structure": "MF", "side": side, "fat_method": "dixon"}
        fat = 20.0 + number % 7
        rows.append({**base, "region": "whole", "ff_mean_pct": fat, "volume_ml": 100.0})
        for level in LEVELS:
            area = areas.get(number, usual) if (side, level) == ("right", "L4/5") else usual
            rows.append({**base, "region": "level", "level": level, "csa_mm2": area, "ff_mean_pct": fat})
        rows.append({**base, "region": "slice", "csa_mm2": 1e6, "ff_mean_pct": 99.0})
    return rows


def _write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, object]], delimiter: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=delimiter, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)
