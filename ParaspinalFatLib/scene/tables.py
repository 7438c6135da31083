"""Tables of measurements -> table nodes: typed columns, units and meanings from the data dictionary."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import vtk
from vtk.util.numpy_support import numpy_to_vtk

from ParaspinalFatLib.measurement.dictionary import Column, Kind, help_text
from ParaspinalFatLib.measurement.table import Table, Value, plain_text
from ParaspinalFatLib.scene.changed_cells import row_key


def fill_table(node: Any, table: Table) -> None:
    """Make a table node show a table, whatever it showed before.

    Numbers and integers become columns of doubles, in which a value that is not measurable is NaN (integers too: MRML has no
    empty integer); text becomes a column of strings, empty where there is none. Cells hold neither quotes nor line breaks,
    which MRML's own table files cannot hold.

    Args:
        node: vtkMRMLTableNode, in a scene or not.
        table: the rows and the meaning of their columns.
    """
    was_modifying = node.StartModify()
    try:
        node.RemoveAllColumns()
        for column in table.columns:
            node.AddColumn(_vtk_column(column, table.column(column.name)))
            node.SetColumnTitle(column.name, column.name)
            node.SetColumnDescription(column.name, plain_text(help_text(column)))
            node.SetColumnUnitLabel(column.name, column.unit)
        node.SetUseColumnTitleAsColumnHeader(True)
        node.SetLocked(True)  # results are made by measuring, not by typing
    finally:
        node.EndModify(was_modifying)


def update_table(node: Any, before: Table, after: Table) -> None:
    """Make a table node show ``after`` where it shows ``before``: only the cells that differ are written.

    Where the tables differ in rows or columns, or the node shows something else, it is filled anew.
    """
    shown = node.GetTable()
    same_rows = [row_key(row) for row in before] == [row_key(row) for row in after]
    if not same_rows or before.columns != after.columns or shown.GetNumberOfRows() != len(before):
        fill_table(node, after)
        return
    kinds = {column.name: column.kind for column in after.columns}
    arrays = {name: shown.GetColumnByName(name) for name in kinds}
    if None in arrays.values():
        fill_table(node, after)
        return
    touched = set()
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        for name, value in new.items():
            if old[name] != value:
                arrays[name].SetValue(index, _vtk_cell(kinds[name], value))
                touched.add(name)
    for name in touched:
        arrays[name].Modified()
    if touched:
        shown.Modified()
        node.Modified()


def _vtk_cell(kind: Kind, cell: Value) -> str | float:
    if kind is Kind.TEXT:
        return "" if cell is None else plain_text(str(cell))
    return math.nan if cell is None else float(cell)


def _vtk_column(column: Column, cells: list[Any]) -> Any:
    if column.kind is Kind.TEXT:
        array = vtk.vtkStringArray()
        for cell in cells:
            array.InsertNextValue(_vtk_cell(column.kind, cell))
    else:
        numbers = np.array([_vtk_cell(column.kind, cell) for cell in cells], dtype=np.float64)
        array = numpy_to_vtk(numbers, deep=True)
    array.SetName(column.name)
    return array
