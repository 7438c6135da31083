"""What the command prints at the end: the few numbers most readers look for first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ParaspinalFatLib.measurement.table import Row, Table, Value

Truth = Mapping[tuple[str, str], Mapping[str, float]]
"""(structure, side) to known values by column name."""

HEADINGS = {
    "volume_ml": "volume mL",
    "csa_mean_mm2": "mean CSA mm2",
    "csa_max_mm2": "max CSA mm2",
    "ff_mean_pct": "FF mean %",
    "ff_ratio_pct": "FF ratio %",
}
"""Columns of the table that are printed, and how they are headed."""

SIDES = ("right", "left", "midline")


def whole_rows(table: Table) -> list[Row]:
    """The rows that describe a whole structure on one side."""
    return [row for row in table.select(region="whole") if row["side"] in SIDES]


def printed_table(table: Table, truth: Truth | None = None) -> str:
    """A text table, one line a structure and side; known values, where given, follow in brackets.

    >>> from ParaspinalFatLib.measurement.dictionary import COLUMNS
    >>> row = {column.name: None for column in COLUMNS}
    >>> row |= {"structure": "MF", "side": "right", "region": "whole", "volume_ml": 97.04, "ff_mean_pct": 12.31}
    >>> print(printed_table(Table([row]), {("MF", "right"): {"volume_ml": 100.0}}))
    structure  side              volume mL     mean CSA mm2      max CSA mm2        FF mean %       FF ratio %
    MF         right          97.0 (100.0)                -                -             12.3                -
    """
    lines = [f"{'structure':<11}{'side':<10}" + "".join(f"{heading:>17}" for heading in HEADINGS.values())]
    for row in whole_rows(table):
        known = (truth or {}).get((str(row["structure"]), str(row["side"])), {})
        cells = "".join(f"{_cell(row[name], known.get(name)):>17}" for name in HEADINGS)
        lines.append(f"{row['structure']:<11}{row['side']:<10}{cells}")
    return "\n".join(lines)


def as_records(rows: Sequence[Row]) -> list[dict[str, Value]]:
    """Rows as plain mappings of their filled cells, for JSON."""
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def _cell(value: Value, known: float | None) -> str:
    if not isinstance(value, int | float):
        return "-"
    return f"{value:.1f}" if known is None else f"{value:.1f} ({known:.1f})"
