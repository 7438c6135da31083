"""The overview shows each muscle over the whole scan, with empty cells where nothing could be measured."""

from __future__ import annotations

from typing import Any

from host.desktop import Desktop
from PySide6 import QtWidgets

from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.table import Table
from ParaspinalFatLib.scene.tables import fill_table


def texts(widget: QtWidgets.QTableWidget) -> list[list[str]]:
    def text(row: int, column: int) -> str:
        item = widget.item(row, column)
        assert item is not None
        return item.text()

    return [[text(row, column) for column in range(widget.columnCount())] for row in range(widget.rowCount())]


def row(**cells: Any) -> dict[str, Any]:
    return {**{column.name: None for column in COLUMNS}, **cells}


def test_only_whole_rows_are_shown_and_what_is_not_measurable_is_empty(host: Desktop) -> None:
    from ParaspinalFatLib.panel.result_table import show_overview

    node = host.scene.AddNewNodeByClass("vtkMRMLTableNode")
    whole = row(structure="MF", side="left", region="whole", volume_ml=97.48, csa_max_mm2=812.4, ff_mean_pct=27.97)
    fill_table(node, Table([whole, row(structure="MF", side="left", region="slice", csa_mm2=800.0)]))
    widget = QtWidgets.QTableWidget()
    show_overview(widget, node)
    assert texts(widget) == [["MF left", "28.0", "97.5", "", "812"]]
    assert "Unit: mL" in widget.horizontalHeaderItem(2).toolTip()


def test_without_a_table_of_ours_it_is_empty(host: Desktop) -> None:
    from ParaspinalFatLib.panel.result_table import show_overview

    widget = QtWidgets.QTableWidget()
    show_overview(widget, None)
    assert widget.rowCount() == 0
    show_overview(widget, host.scene.AddNewNodeByClass("vtkMRMLTableNode"))
    assert widget.rowCount() == 0
