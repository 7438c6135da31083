"""LevelsTable: the levels of a case with the verdicts on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import qt

from ParaspinalFatLib.correction.review import LevelStatus, Verdict
from ParaspinalFatLib.scene.translation import tr as _

HEADINGS = ("Level", "Slices", "Verdict", "By")
MARKS = {Verdict.OPEN: "", Verdict.ACCEPTED: "✓", Verdict.CORRECTED: "✓", Verdict.REJECTED: "✗"}


class LevelsTable:
    """A QTableWidget of the levels.

    Args:
        widget: QTableWidget.
        chosen: called with the number of the row that was clicked.
    """

    def __init__(self, widget: Any, chosen: Callable[[int], None]) -> None:
        self._widget = widget
        self._levels: Sequence[LevelStatus] | None = None
        widget.setColumnCount(len(HEADINGS))
        widget.setHorizontalHeaderLabels([_(heading) for heading in HEADINGS])
        widget.verticalHeader().setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        header = widget.horizontalHeader()
        header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        header.setSectionResizeMode(len(HEADINGS) - 1, qt.QHeaderView.Stretch)
        widget.cellClicked.connect(lambda row, _column: chosen(row))

    def show(self, levels: Sequence[LevelStatus], current: int) -> None:
        """Show the levels in the order of the list, which runs from caudal to cranial; the current one is selected."""
        if levels != self._levels:
            self._levels = levels
            self._widget.setRowCount(len(levels))
            for row, level in enumerate(levels):
                for column, text in enumerate(cells(level)):
                    item = qt.QTableWidgetItem(text)
                    item.setToolTip(level.review.when.replace("T", " "))
                    self._widget.setItem(row, column, item)
        if levels:
            self._widget.selectRow(current)


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
