"""LevelsTable: the levels of a case with the verdicts on them; their names can be changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import qt

from ParaspinalFatLib.correction.review import LevelStatus, Verdict
from ParaspinalFatLib.measurement.level_spans import EVERYTHING
from ParaspinalFatLib.scene.translation import tr as _

HEADINGS = ("Level", "Slices", "Verdict", "By")
NAME = 0
"""The column that can be edited."""

MARKS = {Verdict.OPEN: "", Verdict.ACCEPTED: "✓", Verdict.CORRECTED: "✓", Verdict.REJECTED: "✗"}


class LevelsTable:
    """A QTableWidget of the levels.

    Args:
        widget: QTableWidget.
        chosen: called with the number of the row that was clicked.
        named: called with the number of a row and the name that was typed there.
    """

    def __init__(self, widget: Any, chosen: Callable[[int], None], named: Callable[[int, str], None]) -> None:
        self._widget = widget
        self._named = named
        self._filling = False
        self._levels: Sequence[LevelStatus] | None = None
        widget.setColumnCount(len(HEADINGS))
        widget.setHorizontalHeaderLabels([_(heading) for heading in HEADINGS])
        widget.verticalHeader().setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        header = widget.horizontalHeader()
        header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        header.setSectionResizeMode(len(HEADINGS) - 1, qt.QHeaderView.Stretch)
        widget.cellClicked.connect(lambda row, _column: chosen(row))
        widget.cellChanged.connect(self._on_changed)

    def show(self, levels: Sequence[LevelStatus], current: int) -> None:
        """Show the levels in the order of the list, which runs from caudal to cranial; the current one is selected."""
        if levels != self._levels:
            self._levels = levels
            self._filling = True
            self._widget.setRowCount(len(levels))
            for row, level in enumerate(levels):
                for column, text in enumerate(cells(level)):
                    self._widget.setItem(row, column, self._item(level, column, text))
            self._filling = False
        if levels:
            self._widget.selectRow(current)

    def forget(self) -> None:
        """Show everything anew the next time: a name that was typed did not become one."""
        self._levels = None

    def _item(self, level: LevelStatus, column: int, text: str) -> Any:
        item = qt.QTableWidgetItem(text)
        if column == NAME and level.level != EVERYTHING:
            item.setToolTip(_("Double click to name this disc; the others are counted from it. Empty: number them."))
        else:
            item.setToolTip(level.review.when.replace("T", " "))
            item.setFlags(qt.Qt.ItemIsSelectable | qt.Qt.ItemIsEnabled)
        return item

    def _on_changed(self, row: int, column: int) -> None:
        if not self._filling and column == NAME:
            text = self._widget.item(row, column).text()
            qt.QTimer.singleShot(0, lambda: self._named(row, text))  # the cell's editor is still at work


def cells(level: LevelStatus) -> tuple[str, ...]:
    """The texts of one row."""
    first, last = level.slices[0], level.slices[-1]
    slices = str(first) if first == last else f"{first}-{last}"
    return level.level, slices, verdict_text(level), level.review.initials


def verdict_text(level: LevelStatus) -> str:
    """The verdict in words, and whether the outlines are still those it is about."""
    verdict = level.review.verdict
    text = f"{MARKS[verdict]} {_(verdict.value)}".strip()
    return _("{verdict}, edited since").format(verdict=text) if level.changed_since else text
