"""A measured table as a small overview: one row for each structure and side over the whole scan."""

from __future__ import annotations

from typing import Any

import qt

from ParaspinalFatLib.anatomy import Side
from ParaspinalFatLib.measurement.dictionary import BY_NAME, help_text
from ParaspinalFatLib.measurement.level_table import full_name
from ParaspinalFatLib.scene.translation import tr as _

SHOWN = (
    ("ff_mean_pct", "Fat\n%", 1),
    ("volume_ml", "Volume\nmL", 1),
    ("lean_volume_ml", "Lean\nmL", 1),
    ("csa_max_mm2", "CSA max\nmm²", 0),
)
"""Column of the table, its heading, and decimals shown: few enough for a panel 400 pixels wide."""

KEYS = ("structure", "side")


def show_overview(widget: Any, node: Any) -> None:
    """Fill a QTableWidget from a table node; without a node it becomes empty.

    Args:
        widget: QTableWidget.
        node: vtkMRMLTableNode of this program, or None.
    """
    rows = [] if node is None else _whole_rows(node)
    widget.setRowCount(len(rows))
    widget.setColumnCount(1 + len(SHOWN))
    widget.setHorizontalHeaderLabels([_("Structure"), *(_(heading) for _name, heading, _decimals in SHOWN)])
    for column, (name, _heading, _decimals) in enumerate(SHOWN, start=1):
        widget.horizontalHeaderItem(column).setToolTip(help_text(BY_NAME[name]))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            item = qt.QTableWidgetItem(text)
            if column > 0:
                item.setTextAlignment(qt.Qt.AlignRight | qt.Qt.AlignVCenter)
            widget.setItem(row, column, item)
    header = widget.horizontalHeader()
    header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
    header.setSectionResizeMode(0, qt.QHeaderView.Stretch)
    widget.resizeRowsToContents()


def _whole_rows(node: Any) -> list[list[str]]:
    """Cells as text of the rows that cover a whole structure."""
    table = node.GetTable()
    columns = {name: table.GetColumnByName(name) for name in (*KEYS, "region", *(name for name, _h, _d in SHOWN))}
    if None in columns.values():
        return []
    shown = []
    for row in range(table.GetNumberOfRows()):
        if columns["region"].GetValue(row) == "whole":
            structure, side = (columns[name].GetValue(row) for name in KEYS)
            shown.append(
                [_called(structure, side)] + [_number(columns[name].GetValue(row), decimals) for name, _h, decimals in SHOWN]
            )
    return shown


def _called(structure: str, side: str) -> str:
    """Full name with abbreviation, and the side where there are two."""
    try:
        name = full_name(structure)
    except KeyError:  # a table of another version
        name = structure
    return name if side == Side.MIDLINE.value else f"{name}, {side}"


def _number(value: float, decimals: int) -> str:
    return "" if value != value else f"{value:.{decimals}f}"  # NaN, the only value unlike itself: not measurable
