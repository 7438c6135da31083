"""Which cells of a table of measurements differ from those of an earlier one."""

from __future__ import annotations

from itertools import compress
from operator import ne

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
        changed.update((*key, name) for name in different_cells(known.get(key, {}), row) if name not in _KEYS)
    return frozenset(changed)


def different_cells(before: Row, after: Row) -> list[str]:
    """Columns in which a row holds something else than before."""
    if before is after or before == after:
        return []
    return list(compress(after, map(ne, map(before.get, after), after.values())))


def row_key(row: Row) -> _RowKey:
    """What tells a row from the others of its table: structure, side, region, and level name or slice number."""
    region = row["region"]
    place = row["level"] if region == "level" else row["slice"] if region == "slice" else None
    return row["structure"], row["side"], region, place
