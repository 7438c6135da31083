"""Which cells of a table changed."""

from __future__ import annotations

from ParaspinalFatLib.measurement.table import Row, Table
from ParaspinalFatLib.scene.changed_cells import changed_cells


def row(region: str, **cells: object) -> Row:
    return {"structure": "MF", "side": "left", "region": region, "level": None, "slice": None, **cells}  # type: ignore[dict-item]


def test_equal_tables_have_no_changed_cell() -> None:
    rows = [row("whole", volume_ml=1.0), row("slice", slice=3, volume_ml=None)]
    assert changed_cells(Table(rows), Table([dict(one) for one in rows])) == frozenset()


def test_a_level_row_is_told_by_its_level_even_when_its_slice_moves() -> None:
    before, after = row("level", level="L4/5", slice=3, csa_mm2=10.0), row("level", level="L4/5", slice=4, csa_mm2=10.0)
    assert changed_cells(Table([before]), Table([after])) == {("MF", "left", "level", "L4/5", "slice")}


def test_a_new_row_counts_as_changed_where_it_holds_something() -> None:
    after = Table([row("slice", slice=2, csa_mm2=5.0, reason=None)])
    found = changed_cells(Table([]), after)
    assert found == {("MF", "left", "slice", 2, "slice"), ("MF", "left", "slice", 2, "csa_mm2")}


def test_a_row_that_went_has_no_cell_left_to_show() -> None:
    assert changed_cells(Table([row("whole", volume_ml=1.0)]), Table([])) == frozenset()
