"""Table: one tidy row per structure, side and region; units in the column names."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.measurement.dictionary import CASE, COLUMNS, Column

Value = str | int | float | None
"""A cell; None means not measurable, and the row's ``reason`` says why."""

Row = Mapping[str, Value]

SIGNIFICANT_DIGITS = 10
"""Digits written to a file: far beyond the accuracy of any measurement here, yet short of the last bits of a double, which
may differ between processors."""

SMALLEST_STEP = 9
"""Decimal places that mean anything in any unit of the table; rounding noise below them is written as 0."""

_FORMULA_STARTS = ("=", "+", "-", "@")


class Table:
    """Rows of equal columns in a stable order.

    Attributes:
        columns: what the columns mean, in order.
        rows: one mapping per row; every row has every column's name as key.

    >>> table = Table([{"structure": "MF", "csa_mm2": 512.5}], [column for column in COLUMNS if column.name in
    ...                ("structure", "csa_mm2")])
    >>> table.column("csa_mm2")
    [512.5]
    >>> len(table.select(structure="ES"))
    0
    """

    def __init__(self, rows: Sequence[Row], columns: Sequence[Column] = COLUMNS) -> None:
        self.columns = tuple(columns)
        self.rows = tuple(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self.columns == other.columns and self.rows == other.rows

    __hash__ = None  # type: ignore[assignment]

    def column(self, name: str) -> list[Value]:
        """The cells of one column, from the first row to the last.

        Raises:
            KeyError: there is no such column.
        """
        if name not in (column.name for column in self.columns):
            raise KeyError(name)
        return [row[name] for row in self.rows]

    def select(self, **equals: Value) -> Table:
        """The rows whose cells equal the given values, in order: ``table.select(region="whole", side="both")``."""
        rows = [row for row in self.rows if all(row[name] == value for name, value in equals.items())]
        return Table(rows, self.columns)

    def one(self, **equals: Value) -> Row:
        """The only row whose cells equal the given values.

        Raises:
            LookupError: no row, or more than one, fits.
        """
        rows = self.select(**equals).rows
        if len(rows) != 1:
            raise LookupError(f"{len(rows)} rows fit {equals}, not one.")
        return rows[0]

    def for_case(self, name: str) -> Table:
        """This table with the case's name as its first column, to be put together with other cases."""
        name = plain_text(name)
        return Table([{CASE.name: name, **row} for row in self.rows], (CASE, *self.columns))

    def write_csv(self, path: Path | str) -> None:
        """Write as CSV (UTF-8, comma, decimal point, empty = not measurable) that pandas, R and Excel open.

        Raises:
            OutputError: the folder cannot be written.
        """
        names = [column.name for column in self.columns]
        with written_whole(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(names)
            writer.writerows([cell_text(row[name]) for name in names] for row in self.rows)


def cell_text(value: Value) -> str:
    """A cell as it is written to a file: plain decimal numbers, no exponent, empty for what is not measurable.

    >>> cell_text(0.1 + 0.2), cell_text(1e-7), cell_text(12.0), cell_text(3), cell_text(None)
    ('0.3', '0.0000001', '12', '3', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        return ""
    value = round(value, SMALLEST_STEP) + 0.0  # + 0.0 turns -0.0 into 0.0
    return np.format_float_positional(value, SIGNIFICANT_DIGITS, unique=False, fractional=False, trim="-")


def plain_text(text: str) -> str:
    """Text that is safe in a CSV cell and in an MRML table: one line, no double quotes, never read as a formula.

    >>> plain_text('=HYPERLINK("x")')
    "'=HYPERLINK('x')"
    """
    text = " ".join(text.replace('"', "'").split())
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
