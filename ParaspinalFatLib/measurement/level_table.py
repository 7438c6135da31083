"""The table as it is read: one level, muscles by side, few columns, and behind each cell its meaning or why it is empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ParaspinalFatLib.anatomy import STRUCTURES
from ParaspinalFatLib.measurement.dictionary import BY_NAME, Column, Kind, help_text
from ParaspinalFatLib.measurement.measurands import TABLE_ORDER
from ParaspinalFatLib.measurement.rows import AS_PUBLISHED
from ParaspinalFatLib.measurement.table import Row, Table, Value

WHOLE = "whole"
"""The choice beside the levels: every slice of the scan together."""

NOT_VALIDATED = "not validated"
OUTSIDE_PUBLISHED = "outside published"

EMPTY = "–"
"""Shown where a cell applies to a row and could not be measured; its reason stands behind it."""


@dataclass(frozen=True)
class Heading:
    """One column as it is shown.

    Attributes:
        column: the column of the tidy table.
        title: short heading.
        unit: as it is printed under the title.
        decimals: of numbers.
    """

    column: Column
    title: str
    unit: str
    decimals: int = 0

    @property
    def help(self) -> str:
        """Meaning, unit, formula and source."""
        return help_text(self.column)


def _heading(name: str, title: str, unit: str = "", decimals: int = 0) -> Heading:
    return Heading(BY_NAME[name], title, unit, decimals)


_FAT_FRACTION = _heading("ff_mean_pct", "FF", "%", 1)
_LAST = (_heading("asymmetry_larger_pct", "Asym.", "%", 1), _heading("reference_position", "Published values"))

LEVEL_HEADINGS = (
    _heading("csa_mm2", "CSA", "mm²"),
    _FAT_FRACTION,
    _heading("lean_area_mm2", "Lean", "mm²"),
    _heading("rcsa", "rCSA", "", 2),
    *_LAST,
)
"""Columns of one level."""

WHOLE_HEADINGS = (
    _heading("volume_ml", "Volume", "mL", 1),
    _FAT_FRACTION,
    _heading("lean_volume_ml", "Lean", "mL", 1),
    _heading("csa_max_mm2", "CSA max", "mm²"),
    *_LAST,
)
"""Columns of the whole scan."""


@dataclass(frozen=True)
class Cell:
    """One cell as it is shown.

    Attributes:
        text: the value, empty where the column has no meaning in such a row, :data:`EMPTY` where there is none.
        notes: what the reader must know about this value: not validated, outside published values, why it is empty.
    """

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownRow:
    """One muscle on one side.

    Attributes:
        row: the row of the tidy table.
        cells: one for each heading.
    """

    row: Row
    cells: tuple[Cell, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """All notes of the row, each once."""
        return tuple(dict.fromkeys(note for cell in self.cells for note in cell.notes))

    @property
    def identifier(self) -> str:
        """Structure and side (``MF_right``); of a single muscle the identifier of :mod:`anatomy`."""
        return f"{self.row['structure']}_{self.row['side']}"

    @property
    def place(self) -> tuple[float, float, float] | None:
        """RAS mm of the centre of its voxels; None if it has none."""
        r, a, s = (self.row[name] for name in ("centroid_r_mm", "centroid_a_mm", "centroid_s_mm"))
        return (r, a, s) if isinstance(r, float) and isinstance(a, float) and isinstance(s, float) else None


def level_choices(table: Table) -> list[str]:
    """The levels that a table has rows for, from cranial to caudal as a spine is read, and :data:`WHOLE` at the end."""
    names = [str(row["level"]) for row in table if row["region"] == "level"]
    return [*reversed(dict.fromkeys(names)), WHOLE]


def headings_of(level: str) -> tuple[Heading, ...]:
    """The columns shown for a level or for the whole scan."""
    return WHOLE_HEADINGS if level == WHOLE else LEVEL_HEADINGS


def shown_rows(table: Table, level: str) -> list[ShownRow]:
    """The muscles of one level, or of the whole scan, in the order of the table."""
    headings = headings_of(level)
    rows = [row for row in table if _is_of(row, level) and str(row["structure"]) in MUSCLE_NAMES]
    return [ShownRow(row, tuple(_cell(row, heading) for heading in headings)) for row in rows]


def as_tab_separated(rows: Iterable[ShownRow], level: str) -> str:
    """What is shown as text to be pasted into a spreadsheet, with units in the headings and the notes in a last column.

    Numbers are those shown; the tidy table holds all digits.
    """
    headings = headings_of(level)
    titles = [f"{h.title} ({h.unit})" if h.unit else h.title for h in headings]
    lines = [["Muscle", "Side", "Level", *titles, "Notes"]]
    for shown in rows:
        texts = ["" if cell.text == EMPTY else cell.text for cell in shown.cells]
        name = full_name(str(shown.row["structure"]))
        lines.append([name, str(shown.row["side"]), level, *texts, "; ".join(shown.notes)])
    return "\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in lines) + "\n"


def reason_for(row: Row, column: Column) -> str:
    """Why a cell of a row is empty, from the row's reasons: that of the column, of its topic, or of the whole row."""
    parts = [part for part in str(row["reason"] or "").split("; ") if part]
    for part in parts:
        names, found, _ = part.partition(": ")
        if found and {column.name, column.topic} & set(names.split(" and ")):
            return part
    return "; ".join(parts) if row["voxels"] is None else ""


def full_name(structure: str) -> str:
    """Name and abbreviation of a structure or a sum of structures.

    >>> full_name("MF"), full_name("ES+MF")
    ('multifidus (MF)', 'erector spinae + multifidus (ES+MF)')
    """
    return f"{' + '.join(_TITLES[part] for part in structure.split('+'))} ({structure})"


_TITLES = {structure.abbreviation: structure.title for structure in STRUCTURES}
_MUSCLES = {structure.abbreviation for structure in STRUCTURES if structure.is_muscle}

MUSCLE_NAMES: dict[str, str] = {
    name: full_name(name) for name in TABLE_ORDER if all(part in _MUSCLES for part in name.split("+"))
}
"""Abbreviation, as the ``structure`` column has it, to the full name; muscles and their sums in the order of the table."""


def muscles_in(table: Table) -> list[str]:
    """Abbreviations of the muscles that a table has rows for, in its order."""
    present = dict.fromkeys(str(row["structure"]) for row in table)
    return [name for name in present if name in MUSCLE_NAMES]


def _is_of(row: Row, level: str) -> bool:
    return row["region"] == "whole" if level == WHOLE else row["region"] == "level" and row["level"] == level


def _cell(row: Row, heading: Heading) -> Cell:
    column, value = heading.column, row[heading.column.name]
    if not column.applies_to(str(row["region"]), str(row["side"]), True):
        return Cell("")
    if value is None:
        reason = reason_for(row, column)
        return Cell(EMPTY, (reason,) if reason else ())
    return Cell(_text(value, heading), tuple(_notes(row, column)))


def _text(value: Value, heading: Heading) -> str:
    if heading.column.kind is Kind.TEXT:
        return str(value).partition(" ")[2] or str(value)  # the quantity in front stands in the note
    assert isinstance(value, (int, float))
    return f"{value:.{heading.decimals}f}"


def _notes(row: Row, column: Column) -> Sequence[str]:
    validity = str(row["ff_validity"] or AS_PUBLISHED)
    if column.topic == "fat" and validity != AS_PUBLISHED:
        return [validity]
    if column.topic == "reference":
        return [f"{row['reference_position']}: {row['reference_source']}"]
    flags = [flag for flag in str(row["flags"] or "").split("; ") if flag.endswith("_outside_published")]
    concerned = {"volume_ml": "volume", "asymmetry_larger_pct": "side_difference"}.get(column.name)
    return [f"{OUTSIDE_PUBLISHED}: {flag}" for flag in flags if concerned and flag.startswith(concerned)]
