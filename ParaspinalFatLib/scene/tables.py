"""Tables of measurements -> table nodes: typed columns, units and meanings from the data dictionary."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import vtk
from vtk.util.numpy_support import numpy_to_vtk

from ParaspinalFatLib.measurement.dictionary import Column, Kind, help_text
from ParaspinalFatLib.measurement.table import Table, plain_text


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


def _vtk_column(column: Column, cells: list[Any]) -> Any:
    if column.kind is Kind.TEXT:
        array = vtk.vtkStringArray()
        for cell in cells:
            array.InsertNextValue("" if cell is None else plain_text(str(cell)))
    else:
        numbers = np.array([math.nan if cell is None else cell for cell in cells], dtype=np.float64)
        array = numpy_to_vtk(numbers, deep=True)
    array.SetName(column.name)
    return array
