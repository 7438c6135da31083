"""Which slices belong to which level, where every slice has to belong to one: each to the nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.levels import Level, nearest_slices

EVERYTHING = "all slices"
"""Name of the one span of a case without levels."""


def level_spans(levels: Sequence[Level], grid: AxialGrid) -> Mapping[str, range]:
    """Split a stack of slices among its levels.

    A slice half-way between two levels belongs to the caudal one. The outermost levels get all slices beyond them. Levels
    outside the stack get none and are left out; a case without levels is one span.

    Args:
        levels: named positions in any order.
        grid: of the image in axial order.

    Returns:
        name of the level to its slice numbers (axial order), from caudal to cranial.

    Raises:
        InputError: two levels have one name.

    >>> grid = AxialGrid((5, 8, 8), np.diag([-1.0, -1.0, 4.0, 1.0]))
    >>> level_spans([Level("L4/5", (0, 0, 12)), Level("L5/S1", (0, 0, 0))], grid)
    {'L5/S1': range(0, 2), 'L4/5': range(2, 5)}
    """
    inside = [place.level for place in nearest_slices(levels, grid) if place.slice is not None]
    if not inside:
        return {EVERYTHING: range(grid.shape[0])}
    heights = np.array([grid.slice_coordinate(level.position) for level in inside])
    distances = np.abs(np.arange(grid.shape[0])[:, None] - heights)
    nearest = np.argmin(np.round(distances, 6), axis=1)  # the first of equals; rounding noise cannot decide
    spans = {}
    for number, level in enumerate(inside):
        slices = np.flatnonzero(nearest == number)
        if slices.size:
            spans[level.name] = range(int(slices[0]), int(slices[-1]) + 1)
    return spans
