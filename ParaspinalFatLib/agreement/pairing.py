"""Which cells belong together: rows of two tables by case, structure, side, region and level; or columns of one table.

Muscles, sides and levels of one person are groups of their own and never pooled. What has no partner is listed with the
reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ParaspinalFatLib.agreement.pairs import Pairs
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.spreadsheet import MISSING, Sheet

GROUPS = ("structure", "side", "region", "level")
"""Columns of a measurement table that tell groups apart."""

SLICE = "slice"
"""Rows of single slices: many of one person in a group, therefore only on request."""

UNITS = {"_ml": "mL", "_mm2": "mm2", "_mm": "mm", "_pct": "%", "_deg": "degree"}
"""Endings of column names, and the units they stand for."""


@dataclass(frozen=True)
class Matched:
    """Two cells that belong together, as text.

    Attributes:
        measure: what was measured: the column, or the name of a pair of columns.
        group: group columns to their cells.
        case, person: whose.
        reference, other: the cells.
    """

    measure: str
    group: Mapping[str, str]
    case: str
    person: str
    reference: str
    other: str


@dataclass(frozen=True)
class LeftOut:
    """A cell without a partner, or without a value."""

    measure: str
    group: Mapping[str, str]
    case: str
    reason: str


@dataclass(frozen=True)
class Pairing:
    """What belongs together, and what was left out."""

    matched: tuple[Matched, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def groups(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], list[Matched]]:
        """Matched cells by measure and group, in the order in which the groups were met."""
        found: dict[tuple[str, tuple[tuple[str, str], ...]], list[Matched]] = {}
        for one in self.matched:
            found.setdefault((one.measure, tuple(one.group.items())), []).append(one)
        return found


@dataclass(frozen=True)
class Identity:
    """How cases and persons are recognised.

    Attributes:
        case: column that names the case.
        person: column that names the person, where persons have several cases.
        pattern: instead of a column, a regular expression whose first group (or whole match) in the case is the person.

    >>> Identity(pattern=r"^([0-9]+)_").person_of({"case": "0299_T2"})
    '0299'
    """

    case: str = "case"
    person: str | None = None
    pattern: str | None = None

    def __post_init__(self) -> None:
        try:
            re.compile(self.pattern or "")
        except re.error as error:
            raise InputError(
                f"{self.pattern!r} is no regular expression ({error}). Give one such as '^([0-9]+)_'."
            ) from error

    def person_of(self, row: Mapping[str, str]) -> str:
        """The person of a row; the case itself where nothing else is said."""
        if self.person is not None:
            return row[self.person]
        found = re.search(self.pattern, row[self.case]) if self.pattern else None
        return (found.group(1) if found.re.groups else found.group(0)) if found else row[self.case]


@dataclass(frozen=True)
class Selection:
    """What of two tables is compared.

    Attributes:
        values: columns to compare.
        by: group columns; those of GROUPS that both tables have if empty.
        slices: whether rows of single slices take part.
    """

    values: Sequence[str]
    by: Sequence[str] = field(default=())
    slices: bool = False


def pair_tables(reference: Sheet, other: Sheet, selection: Selection, identity: Identity) -> Pairing:
    """Pair the rows of two tables.

    Raises:
        InputError: a column is missing, or rows of one table cannot be told apart.
    """
    both = [name for name in reference.columns if name in other.columns]
    by = tuple(selection.by) or tuple(name for name in GROUPS if name in both)
    for sheet in (reference, other):
        sheet.require(identity.case, *by, *selection.values)
    if identity.person:
        reference.require(identity.person)
    keys = list(dict.fromkeys([identity.case, *by, *(name for name in (*GROUPS, SLICE) if name in both)]))
    first, second = (_by_key(sheet, keys, selection) for sheet in (reference, other))
    matched, left_out = [], []
    for key in dict.fromkeys([*first, *second]):
        row, partner = first.get(key), second.get(key)
        known = row or partner
        assert known is not None
        group = {name: known[name] for name in by}
        for value in selection.values:
            reason = _why_not(row, partner, value)
            if reason:
                left_out.append(LeftOut(value, group, known[identity.case], reason))
            elif row is not None and partner is not None:
                person = identity.person_of(row)
                cells = reference.plain(row, value), other.plain(partner, value)
                matched.append(Matched(value, group, row[identity.case], person, *cells))
    return Pairing(tuple(matched), tuple(left_out))


def pair_columns(
    sheet: Sheet, columns: Mapping[str, tuple[str, str]], identity: Identity, by: Sequence[str] = (), *, slices: bool = False
) -> Pairing:
    """Pair columns of one table.

    Args:
        sheet: one row per case, or per case and group.
        columns: name of each comparison to the columns of reference and other.
        identity: how cases and persons are recognised.
        by: group columns; those of GROUPS that the table has if empty.
        slices: whether rows of single slices take part.

    Raises:
        InputError: a column is missing.
    """
    by = tuple(by) or tuple(name for name in GROUPS if name in sheet.columns)
    sheet.require(identity.case, *by, *(name for pair in columns.values() for name in pair))
    if identity.person:
        sheet.require(identity.person)
    matched, left_out = [], []
    for name, (first, second) in columns.items():
        for row in sheet.rows:
            if _left_aside(row, slices=slices):
                continue
            group = {column: row[column] for column in by}
            empty = [column for column in (first, second) if row[column].lower() in MISSING]
            if empty:
                left_out.append(LeftOut(name, group, row[identity.case], f"no value in {' and '.join(empty)}"))
            else:
                person = identity.person_of(row)
                cells = sheet.plain(row, first), sheet.plain(row, second)
                matched.append(Matched(name, group, row[identity.case], person, *cells))
    return Pairing(tuple(matched), tuple(left_out))


def _by_key(sheet: Sheet, keys: Sequence[str], selection: Selection) -> dict[tuple[str, ...], Mapping[str, str]]:
    found: dict[tuple[str, ...], Mapping[str, str]] = {}
    for row in sheet.rows:
        if _left_aside(row, slices=selection.slices):
            continue
        key = tuple(row[name] for name in keys)
        if key in found:
            raise InputError(
                f"{sheet.path} has two rows for {', '.join(filter(None, key))}. Give columns that tell them apart with --by."
            )
        found[key] = row
    return found


def _left_aside(row: Mapping[str, str], *, slices: bool) -> bool:
    return not slices and row.get("region") == SLICE


def _why_not(row: Mapping[str, str] | None, partner: Mapping[str, str] | None, value: str) -> str:
    if row is None:
        return "no such row in the reference table"
    if partner is None:
        return "no such row in the other table"
    empty = [name for name, one in (("reference", row), ("other", partner)) if one[value].lower() in MISSING]
    return f"no value in {' and '.join(empty)}" if empty else ""


def as_numbers(cells: Iterable[Matched], names: tuple[str, str], unit: str | None = None) -> Pairs:
    """Matched cells of one group as numbers.

    Args:
        cells: of one measure and group.
        names: what reference and other are called.
        unit: of the values; None to take it from the measure's name.

    Raises:
        InputError: a cell is no number.
    """
    cells = list(cells)
    measure = cells[0].measure if cells else ""
    return Pairs(
        np.array([_number(one.reference, one) for one in cells]),
        np.array([_number(one.other, one) for one in cells]),
        [one.case for one in cells],
        [one.person for one in cells],
        unit_of(measure) if unit is None else unit,
        names,
        measure,
    )


def unit_of(column: str) -> str:
    """The unit in a column's name.

    >>> unit_of("ff_mean_pct"), unit_of("volume_ml"), unit_of("rcsa")
    ('%', 'mL', '')
    """
    return next((unit for ending, unit in UNITS.items() if column.endswith(ending)), "")


def _number(text: str, cell: Matched) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise InputError(
            f"{cell.measure} of case {cell.case}: {text!r} is no number. Correct it, or use --categorical for classes."
        )
    return value
