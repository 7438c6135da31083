"""The part of an array that holds anything: most of a label image is empty, and work on it takes time all the same."""

from __future__ import annotations

from typing import Any

import numpy as np

Box = tuple[slice, slice, slice]
"""Part of an array (k, j, i)."""


def occupied(labels: np.ndarray) -> Box:
    """The smallest box (k, j, i) that holds all labels; one voxel where there are none.

    >>> labels = np.zeros((4, 5, 6), np.uint8)
    >>> labels[1:3, 2, 4] = 7
    >>> occupied(labels)
    (slice(1, 3, None), slice(2, 3, None), slice(4, 5, None))
    """
    rows, columns = np.asarray(labels.any(axis=2)), np.asarray(labels.any(axis=1))
    return _span(rows.any(axis=1)), _span(rows.any(axis=0)), _span(columns.any(axis=0))


def _span(along: Any) -> slice:
    places = np.flatnonzero(along)
    return slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0, 1)
