"""Tables of other people: CSV and TSV files read whatever their separator, and text that spreadsheets take for text."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.files import written_whole

_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What Excel, LibreOffice and Google Sheets take for the start of a formula (OWASP, CSV injection), full-width forms
included."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")

_DIGITS = 10
"""Significant digits written: beyond any accuracy here, short of the last bits of a double, which differ by processor."""

MISSING = frozenset({"", "na", "n/a", "nan", "null", "."})
"""Cells, in lower case, that say that there is no value; ``none`` is not among them, which is also a grade."""


def safe_cell(text: str) -> str:
    """Text for a cell of a CSV file: one line, without control characters, and never read as a formula.

    An apostrophe is put before what a spreadsheet would calculate; plain numbers stay numbers.

    >>> safe_cell('=HYPERLINK("x")'), safe_cell("@SUM(A1)"), safe_cell("-1.5"), safe_cell("-1+cmd")
    ('\\'=HYPERLINK("x")', "'@SUM(A1)", '-1.5', "'-1+cmd")
    """
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text) else text


def with_decimal_point(text: str) -> str:
    """A number written with a decimal comma, with a point; other text as it is.

    >>> with_decimal_point("1,5"), with_decimal_point("1,2,3")
    ('1.5', '1,2,3')
    """
    pointed = text.replace(",", ".", 1)
    return pointed if _NUMBER.fullmatch(pointed) else text


@dataclass(frozen=True)
class Sheet:
    """A table as it stands in a file.

    Attributes:
        path: the file.
        columns: names in order.
        rows: cells as text by column, without surrounding blanks.
        decimal_comma: whether the file separates columns by semicolons, as programs do that write 1,5 for one and a half.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    decimal_comma: bool = False

    def require(self, *names: str) -> None:
        """Raise InputError unless every column is there, naming those that are."""
        absent = [name for name in names if name not in self.columns]
        if absent:
            raise InputError(
                f"{self.path} has no column {' and no column '.join(absent)}. Its columns are: {', '.join(self.columns)}."
            )

    def plain(self, row: Mapping[str, str], column: str) -> str:
        """The cell, a number in it with a decimal point whatever the file writes."""
        return with_decimal_point(row[column]) if self.decimal_comma else row[column]

    def number(self, row: Mapping[str, str], column: str) -> float:
        """The cell's number; NaN where there is none.

        Raises:
            InputError: the cell holds something else.
        """
        text = row[column]
        if text.lower() in MISSING:
            return math.nan
        try:
            value = float(self.plain(row, column))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            line = self.rows.index(row) + 2
            raise InputError(
                f"{self.path}, line {line}, column {column}: {text!r} is no number. Correct it, or leave the cell empty."
            )
        return value


def read_sheet(path: Path | str) -> Sheet:
    """Read a CSV or TSV file: comma, semicolon or tab between the cells, UTF-8 with or without a byte-order mark.

    Raises:
        InputError: the file cannot be read, has no rows, a column twice, or a row with more cells than columns.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            separator = max(",;\t", key=header.count)
            file.seek(0)
            lines = [
                line for line in csv.reader(file, delimiter=separator, strict=True) if any(cell.strip() for cell in line)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"The table {path} cannot be read ({error}). Save it as CSV in UTF-8.") from error
    if len(lines) < 2:
        raise InputError(f"The table {path} has no rows. Give a CSV file with a line of column names and at least one row.")
    columns = tuple(cell.strip() for cell in lines[0])
    if len(set(columns)) < len(columns):
        twice = next(name for name in columns if columns.count(name) > 1)
        raise InputError(f"The table {path} has two columns named {twice!r}. Give every column its own name.")
    if any(len(line) > len(columns) for line in lines):
        raise InputError(f"The table {path} has rows with more cells than columns. Put text with {separator!r} in quotes.")
    rows = [dict(zip(columns, [*(cell.strip() for cell in line), *[""] * len(columns)], strict=False)) for line in lines[1:]]
    return Sheet(path, columns, tuple(rows), separator == ";")


def write_sheet(path: Path | str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as CSV (UTF-8, comma, decimal point, empty for what is not known), safe for spreadsheets.

    Raises:
        OutputError: the folder cannot be written.
    """
    with written_whole(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(safe_cell(name) for name in columns)
        writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, float):
        return f"{value + 0.0:.{_DIGITS}g}"
    return safe_cell(str(value))
