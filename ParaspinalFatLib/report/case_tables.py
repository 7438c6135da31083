"""The tables of a case's report, and the numbered notes to their cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ParaspinalFatLib.measurement.level_table import (
    EMPTY,
    MUSCLE_NAMES,
    WHOLE,
    Cell,
    Heading,
    ShownRow,
    headings_of,
    level_choices,
    shown_rows,
)
from ParaspinalFatLib.measurement.table import Table
from ParaspinalFatLib.report import document

FULL_TITLES = {
    "csa_mm2": "Area (CSA)",
    "csa_max_mm2": "Largest area",
    "ff_mean_pct": "Fat fraction (FF)",
    "lean_area_mm2": "Lean area",
    "lean_volume_ml": "Lean volume",
    "rcsa": "Area / disc area (rCSA)",
    "asymmetry_larger_pct": "Side difference",
    "reference_position": "Among published values",
}
"""Column to its heading on paper, where there is room for words."""

QUANTITIES = {
    "ff_mean_pct": "FF",
    "csa_mm2": "CSA",
    "rcsa": "rCSA",
}
"""Column that a published value is for to its short name."""

REFERENCE_SHARE, MUSCLE_SHARE, SIDE_SHARE, NUMBER_SHARE = 2.9, 2.2, 0.75, 1.05


@dataclass
class Notes:
    """Notes to cells, numbered in the order in which they are first met; one that is met again keeps its number."""

    texts: list[str] = field(default_factory=list)

    def mark(self, text: str) -> str:
        """The mark of a note, such as ``[2]``."""
        if text not in self.texts:
            self.texts.append(text)
        return f"[{self.texts.index(text) + 1}]"


def level_tables(table: Table, notes: Notes) -> list[document.TableBlock]:
    """A table for each level, from cranial to caudal; notes are added to ``notes``."""
    return [_block(table, level, f"Level {level}", notes) for level in level_choices(table) if level != WHOLE]


def whole_table(table: Table, notes: Notes) -> document.TableBlock:
    """The muscles over all slices in which they are seen."""
    return _block(table, WHOLE, "All slices together", notes)


def _block(table: Table, level: str, title: str, notes: Notes) -> document.TableBlock:
    headings = headings_of(level)
    rows = tuple(_row(shown, headings, notes) for shown in shown_rows(table, level))
    columns = (
        document.Heading("Muscle", share=MUSCLE_SHARE),
        document.Heading("Side", share=SIDE_SHARE),
        *(_heading(heading) for heading in headings),
    )
    return document.TableBlock(title, columns, rows, together=True)


def _heading(heading: Heading) -> document.Heading:
    is_number = heading.column.name != "reference_position"
    title = FULL_TITLES.get(heading.column.name, heading.title)
    return document.Heading(title, heading.unit, is_number, NUMBER_SHARE if is_number else REFERENCE_SHARE)


def _row(shown: ShownRow, headings: tuple[Heading, ...], notes: Notes) -> tuple[str, ...]:
    name = MUSCLE_NAMES[str(shown.row["structure"])]
    cells = (_text(shown, cell, heading, notes) for cell, heading in zip(shown.cells, headings, strict=True))
    return (name[:1].upper() + name[1:], str(shown.row["side"]), *cells)


def _text(shown: ShownRow, cell: Cell, heading: Heading, notes: Notes) -> str:
    if heading.column.name == "reference_position" and cell.text not in ("", EMPTY):
        return f"{_among_published(shown.row)} {notes.mark(str(shown.row['reference_source']))}"
    marks = "".join(notes.mark(_worded(note)) for note in cell.notes)
    return f"{cell.text} {marks}".strip()


def _among_published(row: Mapping[str, object]) -> str:
    """Which value is compared, and where it lies."""
    column, _, rest = str(row["reference_position"]).partition(" ")
    return f"{QUANTITIES.get(column, column)} {rest}".replace("+-", "±")


def _worded(note: str) -> str:
    """A note as a sentence.

    >>> _worded("reference: the values of Si 2023 are for women")
    'No published values match: the values of Si 2023 are for women.'
    """
    topic, found, rest = note.partition(": ")
    if found and topic == "reference":
        return f"No published values match: {rest}."
    return note[:1].upper() + note[1:] + ("" if note.endswith(".") else ".")
