"""SegmentsTable: who drew each structure, who changed it when and how much, and one click to paint it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import qt

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.panel.between_slices import title
from ParaspinalFatLib.scene.corrections import Origin, SegmentState
from ParaspinalFatLib.scene.translation import tr as _

HEADINGS = ("", "Structure", "Drawn\nby", "Dice", "Change\nmL")
DRAWN_BY = {Origin.AUTOMATIC: "network", Origin.SEMIAUTOMATIC: "corrected", Origin.MANUAL: "by hand"}
TIPS = (
    "Paint this structure: in the slice shown if it is there, else where it is largest.",
    "What it is.",
    "As the network drew it, corrected, or drawn by hand; DICOM: AUTOMATIC, SEMIAUTOMATIC, MANUAL.",
    "Overlap with the network's own outline: 2 |A and B| / (|A| + |B|), 1 = the same.",
    "Volume in mL minus that of the network's own outline.",
)

PENCIL = "\N{LOWER RIGHT PENCIL}"

PAINT, STRUCTURE = 0, 1
"""The column that is clicked to paint, and the one that takes the room which the others leave."""


class SegmentsTable:
    """A QTableWidget of the case's segments.

    Args:
        widget: QTableWidget.
        paint: called with the identifier of the structure whose Paint was clicked.
    """

    def __init__(self, widget: Any, paint: Callable[[str], None]) -> None:
        self._widget = widget
        self._paint = paint
        self._states: Mapping[str, SegmentState] | None = None
        widget.setColumnCount(len(HEADINGS))
        widget.setHorizontalHeaderLabels([_(heading) for heading in HEADINGS])
        for column, tip in enumerate(TIPS):
            widget.horizontalHeaderItem(column).setToolTip(_(tip))
        widget.verticalHeader().setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        header = widget.horizontalHeader()
        header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        header.setSectionResizeMode(STRUCTURE, qt.QHeaderView.Stretch)
        widget.cellClicked.connect(self._on_click)

    def show(self, states: Mapping[str, SegmentState]) -> None:
        """Fill the table; what it shows already is left alone.

        Args:
            states: structure identifier to the state of its segment.
        """
        states = {name: states[name] for name in BY_IDENTIFIER if name in states}
        if states == self._states:
            return
        self._states = states
        self._widget.setRowCount(len(states))
        for row, (name, state) in enumerate(states.items()):
            for column, text in enumerate(cells(name, state)):
                item = qt.QTableWidgetItem(text)
                item.setToolTip(_(TIPS[PAINT]) if column == PAINT else f"{title(BY_IDENTIFIER[name])}. {changed_by(state)}")
                self._widget.setItem(row, column, item)

    def _on_click(self, row: int, column: int) -> None:
        if column == PAINT and self._states is not None:
            self._paint(list(self._states)[row])


def cells(identifier: str, state: SegmentState) -> tuple[str, ...]:
    """The texts of one row."""
    dice = "" if state.dice is None else f"{state.dice:.3f}"
    change = "" if state.volume_change_ml is None else f"{state.volume_change_ml:+.1f}"
    return PENCIL, BY_IDENTIFIER[identifier].name, _(DRAWN_BY[state.kind]), dice, change


def changed_by(state: SegmentState) -> str:
    """Who changed a segment last and when, as a sentence; empty if nobody did."""
    if not state.when:
        return ""
    author = state.author or _("somebody without initials")
    return _("Last changed by {author}, {when}.").format(author=author, when=state.when.replace("T", " "))
