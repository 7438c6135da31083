"""Measuring in one call, and what several tests of it compare."""

from __future__ import annotations

import numpy as np
import pytest
from phantoms import fat_map_of, lumbar_labels

from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.measure import measure_labels

UP = (0.0, 0.0, 1.0)


def measured(labels, fraction=None, images=None, levels=(), **more):
    """The table of a label image; by default every voxel has a fat fraction of 0.2."""
    fraction = labels.with_array(np.full(labels.array.shape, 0.2)) if fraction is None else fraction
    return measure_labels(images or {}, labels, fat_map_of(fraction), levels, **more).table


def assert_same_table(table, expected):
    """Equal text, and numbers equal to 1e-9 relative (1e-9 of a unit where they are 0 but for rounding)."""
    assert len(table) == len(expected)
    for row, wanted in zip(table, expected, strict=True):
        for name, value in wanted.items():
            if isinstance(value, float):
                assert row[name] == pytest.approx(value, rel=1e-9, abs=1e-9), (name, row)
            else:
                assert row[name] == value, (name, row)


def a_case_with_discs():
    """Muscles of both sides along two discs, in slices of 1 x 1 x 4 mm."""
    return lumbar_labels((20, 110, 220), (1.0, 1.0, 4.0))


def without(labels, slices, *values):
    """The labels less some values in some slices."""
    array = labels.array.copy()
    array[slices] = np.where(np.isin(array[slices], values), 0, array[slices])
    return labels.with_array(array)


MEASURED = [column.name for column in COLUMNS if column.topic not in ("key", "note")]
"""Columns that hold what was measured."""
