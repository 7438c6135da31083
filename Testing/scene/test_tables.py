"""A table node holds the table's numbers as numbers, says what they mean, and survives a saved scene."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from vtk.util.numpy_support import vtk_to_numpy

from ParaspinalFatLib.measurement.dictionary import BY_NAME, Kind
from ParaspinalFatLib.measurement.table import Table
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.tables import fill_table, update_table

COLUMNS = [BY_NAME[name] for name in ("structure", "slice", "csa_mm2", "reason")]


@pytest.fixture
def table() -> Table:
    return Table(
        [
            {"structure": "MF", "slice": 2, "csa_mm2": 512.25, "reason": None},
            {"structure": "ES", "slice": None, "csa_mm2": None, "reason": 'no "signal",\nhere; at all'},
        ],
        COLUMNS,
    )


def column(node: Any, name: str) -> Any:
    return node.GetTable().GetColumnByName(name)


def require_the_table(node: Any) -> None:
    assert [node.GetColumnName(n) for n in range(node.GetNumberOfColumns())] == [c.name for c in COLUMNS]
    assert vtk_to_numpy(column(node, "slice")).tolist() == pytest.approx([2, math.nan], nan_ok=True)
    assert vtk_to_numpy(column(node, "csa_mm2")).tolist() == pytest.approx([512.25, math.nan], nan_ok=True)
    assert [column(node, "structure").GetValue(n) for n in range(2)] == ["MF", "ES"]
    assert [column(node, "reason").GetValue(n) for n in range(2)] == ["", "no 'signal', here; at all"]
    assert node.GetUseColumnTitleAsColumnHeader()
    assert node.GetColumnTitle("csa_mm2") == "csa_mm2"
    assert node.GetColumnUnitLabel("csa_mm2") == "mm2"
    assert "Formula: voxels x pixel area" in node.GetColumnDescription("csa_mm2")


def test_numbers_are_numbers_and_columns_say_unit_and_meaning(scene: Any, table: Table) -> None:
    node = scene.AddNewNodeByClass("vtkMRMLTableNode")
    fill_table(node, table)
    require_the_table(node)


def test_filling_again_replaces_everything(scene: Any, table: Table) -> None:
    node = scene.AddNewNodeByClass("vtkMRMLTableNode")
    fill_table(node, Table([{column.name: None for column in BY_NAME.values()}] * 5))
    fill_table(node, table)
    require_the_table(node)


def test_the_table_survives_a_saved_scene(tmp_path: Path, table: Table) -> None:
    with embedded_scene() as embedded:
        fill_table(embedded.scene.AddNewNodeByClass("vtkMRMLTableNode"), table)
        embedded.write_bundle(tmp_path / "case.mrb")
    with embedded_scene() as embedded:
        embedded.read_bundle(tmp_path / "case.mrb")
        require_the_table(embedded.scene.GetFirstNodeByClass("vtkMRMLTableNode"))
        assert embedded.errors == []


def test_every_column_of_the_dictionary_has_its_kind(scene: Any) -> None:
    node = scene.AddNewNodeByClass("vtkMRMLTableNode")
    fill_table(node, Table([{column.name: None for column in BY_NAME.values()}]))
    for name, meaning in BY_NAME.items():
        assert column(node, name).IsA("vtkStringArray") == (meaning.kind is Kind.TEXT)


def test_an_updated_node_holds_what_a_newly_filled_one_holds(scene: Any) -> None:
    columns = [BY_NAME[name] for name in ("structure", "side", "region", "level", "slice", "csa_mm2", "flags")]
    row = dict.fromkeys((column.name for column in columns), None) | {"structure": "MF", "side": "left", "region": "slice"}
    before = Table([row | {"slice": k, "csa_mm2": 10.0 * k, "flags": ""} for k in range(3)], columns)
    edited = [*before.rows[:1], dict(before.rows[1]) | {"csa_mm2": None, "flags": "seen"}, *before.rows[2:]]
    for after in (Table(edited, columns), Table(before.rows[:2], columns)):
        node, fresh = (scene.AddNewNodeByClass("vtkMRMLTableNode") for _ in range(2))
        fill_table(node, before)
        update_table(node, before, after)
        fill_table(fresh, after)
        assert content_of(node) == content_of(fresh)


def content_of(node: Any) -> list[list[str]]:
    table = node.GetTable()
    return [
        [str(table.GetValue(row, column)) for column in range(table.GetNumberOfColumns())]
        for row in range(table.GetNumberOfRows())
    ]
