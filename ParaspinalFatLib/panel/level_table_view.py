"""The table of one level in a QTableWidget: marks that do not rely on colour, notes behind the cells, copying as text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import qt

from ParaspinalFatLib.measurement.dictionary import Kind
from ParaspinalFatLib.measurement.level_table import (
    EMPTY,
    Cell,
    Heading,
    ShownRow,
    as_tab_separated,
    full_name,
    headings_of,
)
from ParaspinalFatLib.measurement.table import Row
from ParaspinalFatLib.scene.changed_cells import CellKey, row_key
from ParaspinalFatLib.scene.translation import tr as _

CHANGED = "● "
NOTED = " †"

CHANGED_BACKGROUND, CHANGED_TEXT = "#fff3c4", "#000000"
"""Beside the mark: changed cells are found at a glance, in dark themes too."""

MUSCLE, SIDE, FIRST = 0, 1, 2
"""Columns before the figures."""

MUSCLE_WIDTH, LAST_WIDTH, ROW_HEIGHT = 88, 160, 22
"""Pixels at 100 % scaling: the column of names, the last one, whose sentences are elided, and every row."""


class LevelTableView:
    """Fills a QTableWidget with the muscles of one level.

    Args:
        widget: QTableWidget.
        on_row: called with the row of the tidy table that the user has chosen, by mouse or keyboard.
    """

    def __init__(self, widget: Any, on_row: Callable[[ShownRow], None]) -> None:
        self._widget = widget
        self._on_row = on_row
        self._rows: Sequence[ShownRow] = ()
        self._level = ""
        self._filling = False
        widget.currentCellChanged.connect(self._on_current_cell)
        widget.cellClicked.connect(self._on_click)
        widget.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self._copy_key = qt.QShortcut(qt.QKeySequence("Ctrl+C"), widget)
        self._copy_key.setContext(qt.Qt.WidgetWithChildrenShortcut)
        self._copy_key.activated.connect(self.copy)

    def show(self, rows: Sequence[ShownRow], level: str, changed: Collection[CellKey]) -> None:
        """Show the rows of a level, or none.

        Args:
            rows: as :func:`level_table.shown_rows` gives them.
            level: decides on the columns.
            changed: the cells that the last measurement changed.
        """
        self._filling = True
        headings = headings_of(level)
        try:
            is_new = self._set_shape(rows, level)
            for number, shown in enumerate(rows):
                self._fill_row(number, shown, headings, changed)
            self._rows = rows
            for column in range(SIDE, FIRST + len(headings) - 1):
                self._fit(column, 0 if is_new else self._widget.columnWidth(column))
        finally:
            self._filling = False

    def copy(self, *_checked: Any) -> None:
        """Put the table on the clipboard as tab-separated text."""
        qt.QApplication.clipboard().setText(as_tab_separated(self._rows, self._level))

    def _fit(self, column: int, least: int) -> None:
        """Make a column as wide as its cells need, but never narrower than it was: nothing jumps during edits."""
        self._widget.resizeColumnToContents(column)
        if self._widget.columnWidth(column) < least:
            self._widget.setColumnWidth(column, least)

    def _set_shape(self, rows: Sequence[ShownRow], level: str) -> bool:
        """Columns, headings and merged names; returns whether they had to be changed."""
        muscles = [_muscle(shown) for shown in rows]
        if level == self._level and muscles == [_muscle(shown) for shown in self._rows]:
            return False
        self._level = level
        headings = headings_of(level)
        self._widget.clearSpans()
        self._widget.setRowCount(len(rows))
        self._widget.setColumnCount(FIRST + len(headings))
        self._widget.setHorizontalHeaderLabels([_("Muscle"), _("Side"), *(_titled(heading) for heading in headings)])
        for column, heading in enumerate(headings, start=FIRST):
            self._widget.horizontalHeaderItem(column).setToolTip(heading.help)
        self._name_muscles(muscles)
        self._widget.setColumnWidth(MUSCLE, MUSCLE_WIDTH)
        self._widget.setColumnWidth(FIRST + len(headings) - 1, LAST_WIDTH)
        return True

    def _name_muscles(self, muscles: Sequence[str]) -> None:
        """Each muscle's name once, beside the rows of its sides."""
        for muscle in dict.fromkeys(muscles):
            first, count = muscles.index(muscle), muscles.count(muscle)
            if count > 1:
                self._widget.setSpan(first, MUSCLE, count, 1)
            name = full_name(muscle)
            item = self._item(first, MUSCLE)
            item.setText(name[:1].upper() + name[1:].replace(" (", "\n(").replace(" + ", "\n+ "))
            item.setToolTip(name)

    def _fill_row(self, number: int, shown: ShownRow, headings: Sequence[Heading], changed: Collection[CellKey]) -> None:
        self._item(number, SIDE).setText(_(str(shown.row["side"])))
        for column, (heading, cell) in enumerate(zip(headings, shown.cells, strict=True), start=FIRST):
            is_changed = _key(shown.row, heading) in changed
            item = self._item(number, column)
            item.setText(_marked(cell, heading, is_changed))
            item.setToolTip("\n".join([*cell.notes, *([_("changed by the last edit or setting")] if is_changed else [])]))
            item.setTextAlignment(qt.Qt.AlignRight | qt.Qt.AlignVCenter if column <= len(headings) else qt.Qt.AlignVCenter)
            _dress(item, is_changed)

    def _item(self, row: int, column: int) -> Any:
        item = self._widget.item(row, column)
        if item is None:
            item = qt.QTableWidgetItem()
            self._widget.setItem(row, column, item)
        return item

    def _on_current_cell(self, row: int, _column: int, former_row: int, _former_column: int) -> None:
        if row != former_row:
            self._choose(row)

    def _on_click(self, row: int, _column: int) -> None:
        self._choose(row)

    def _choose(self, row: int) -> None:
        if not self._filling and 0 <= row < len(self._rows):
            self._on_row(self._rows[row])


def _muscle(shown: ShownRow) -> str:
    return str(shown.row["structure"])


def _key(row: Row, heading: Heading) -> CellKey:
    return (*row_key(row), heading.column.name)


def _titled(heading: Heading) -> str:
    return f"{_(heading.title)}\n{heading.unit}" if heading.unit else _(heading.title)


def _marked(cell: Cell, heading: Heading, is_changed: bool) -> str:
    """The text with its marks; what has no value, and what is a sentence, says enough by itself."""
    noted = bool(cell.notes) and cell.text != EMPTY and heading.column.kind is not Kind.TEXT
    return f"{CHANGED if is_changed else ''}{cell.text}{NOTED if noted else ''}"


def _dress(item: Any, is_changed: bool) -> None:
    font = item.font()
    font.setBold(is_changed)
    item.setFont(font)
    item.setBackground(qt.QBrush(qt.QColor(CHANGED_BACKGROUND)) if is_changed else qt.QBrush())
    item.setForeground(qt.QBrush(qt.QColor(CHANGED_TEXT)) if is_changed else qt.QBrush())
