"""Which cells of a table of measurements differ from those of an earlier one."""

from __future__ import annotations

from collections.abc import Mapping

from ParaspinalFatLib.measurement.table import Row, Table, Value

CellKey = tuple[Value, Value, Value, Value, str]
"""Structure, side, region, level name or slice number (None for ``whole``), column."""

_RowKey = tuple[Value, Value, Value, Value]
_KEYS = frozenset({"structure", "side", "region"})


def changed_cells(before: Table, after: Table) -> frozenset[CellKey]:
    """The cells of ``after`` that hold something else than in ``before``; of a row that is new, those that hold something.

    >>> row = {"structure": "MF", "side": "left", "region": "slice", "level": None, "slice": 3, "csa_mm2": 10.0}
    >>> changed_cells(Table([row]), Table([row | {"csa_mm2": 11.0}]))
    frozenset({('MF', 'left', 'slice', 3, 'csa_mm2')})
    """
    known = {row_key(row): row for row in before}
    changed: set[CellKey] = set()
    for row in after:
        key = row_key(row)
        old: Mapping[str, Value] = known.get(key, {})
        if old != row:
            different = (name for name, value in row.items() if name not in _KEYS and old.get(name) != value)
            changed.update((*key, name) for name in different)
    return frozenset(changed)


def row_key(row: Row) -> _RowKey:
    """What tells a row from the others of its table: structure, side, region, and level name or slice number."""
    place = {"level": row["level"], "slice": row["slice"]}.get(str(row["region"]))
    return row["structure"], row["side"], row["region"], place
