"""Every slice belongs to the nearest level."""

from __future__ import annotations

import numpy as np

from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.level_spans import EVERYTHING, level_spans
from ParaspinalFatLib.measurement.levels import Level

GRID = AxialGrid((9, 8, 8), np.diag([-1.0, -1.0, 4.0, 1.0]))


def test_slices_are_split_half_way_and_the_outermost_levels_get_the_rest() -> None:
    levels = [Level("L3/4", (0, 0, 24)), Level("L5/S1", (0, 0, 4)), Level("L4/5", (0, 0, 13))]
    assert level_spans(levels, GRID) == {"L5/S1": range(0, 3), "L4/5": range(3, 5), "L3/4": range(5, 9)}


def test_the_middle_slice_belongs_to_the_caudal_level() -> None:
    levels = [Level("L4/5", (0, 0, 16)), Level("L5/S1", (0, 0, 8))]
    assert level_spans(levels, GRID)["L5/S1"] == range(0, 4)  # slice 3 lies at 12 mm


def test_levels_outside_the_stack_have_no_slices() -> None:
    assert level_spans([Level("L1/2", (0, 0, 90)), Level("L4/5", (0, 0, 16))], GRID) == {"L4/5": range(0, 9)}


def test_a_case_without_levels_is_one_span() -> None:
    assert level_spans([], GRID) == {EVERYTHING: range(0, 9)}
