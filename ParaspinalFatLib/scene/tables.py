"""Tables of measurements -> table nodes: typed columns, units and meanings from the data dictionary."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from ParaspinalFatLib.measurement.dictionary import Column, Kind, help_text
from ParaspinalFatLib.measurement.table import Table, Value, plain_text
from ParaspinalFatLib.scene.changed_cells import different_cells, row_key


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
    arrays = {column.name: shown.GetColumnByName(column.name) for column in after.columns}
    if None in arrays.values():
        fill_table(node, after)
        return
    touched = defaultdict(list)
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        for name in different_cells(old, new):
            touched[name].append(index)
    for column in after.columns:
        if column.name in touched:
            _write(arrays[column.name], column.kind, touched[column.name], after)
    if touched:
        shown.Modified()
        node.Modified()


def _write(array: Any, kind: Kind, rows: list[int], table: Table) -> None:
    """Write the cells of some rows into a column of VTK."""
    cells = [table.rows[row][array.GetName()] for row in rows]
    if kind is Kind.TEXT:
        for row, cell in zip(rows, cells, strict=True):
            array.SetValue(row, _text(cell))
    else:
        vtk_to_numpy(array)[rows] = _numbers(cells)
    array.Modified()


def _text(cell: Value) -> str:
    return "" if cell is None else plain_text(str(cell))


def _numbers(cells: list[Value]) -> npt.NDArray[np.float64]:
    """What is not measurable becomes NaN."""
    return np.array(cells, dtype=np.float64)


def _vtk_column(column: Column, cells: list[Value]) -> Any:
    if column.kind is Kind.TEXT:
        array = vtk.vtkStringArray()
        array.SetNumberOfValues(len(cells))
        texts = {cell: _text(cell) for cell in set(cells)}  # few different ones in many rows
        for row, cell in enumerate(cells):
            array.SetValue(row, texts[cell])
    else:
        array = numpy_to_vtk(_numbers(cells), deep=True)
    array.SetName(column.name)
    return array
