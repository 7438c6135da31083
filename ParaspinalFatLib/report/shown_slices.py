"""Which slices of a stack a picture shows: those with muscle, the named levels first, the rest evenly spread."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import STRUCTURES

MOST_SHOWN = 12
"""Slices in one picture: four beside one another stay large enough on a screen to judge an outline."""


def slices_worth_showing(labels: np.ndarray) -> npt.NDArray[np.int64]:
    """Numbers of the slices that hold muscle; if none does, of those that hold anything; else all.

    Args:
        labels: (k, j, i) in axial order.
    """
    muscles = [structure.value for structure in STRUCTURES if structure.is_muscle]
    for mask in (np.isin(labels, muscles), labels > 0):
        filled = np.flatnonzero(mask.any(axis=(1, 2)))
        if len(filled):
            return filled
    return np.arange(len(labels))


def choose_slices(worth_showing: Iterable[int], wanted: Iterable[int] = (), most: int = MOST_SHOWN) -> list[int]:
    """At most ``most`` slices from caudal to cranial: the wanted ones, and others as far from them and each other as can be.

    Args:
        worth_showing: slice numbers to choose from; the first and the last are taken before others.
        wanted: slice numbers that should be shown in any case (levels); evenly thinned out if there are too many.

    >>> choose_slices(range(10), most=4)
    [0, 3, 6, 9]
    >>> choose_slices(range(10), wanted=[4], most=3)
    [0, 4, 9]
    """
    candidates = sorted(set(worth_showing))
    chosen = sorted(set(wanted))
    if len(chosen) >= most:
        return [chosen[index] for index in _evenly(len(chosen), most)]
    if not chosen:
        return [candidates[index] for index in _evenly(len(candidates), most)]
    while len(chosen) < most:
        left = [k for k in candidates if k not in chosen]
        if not left:
            break
        chosen.append(max(left, key=lambda k: min(abs(k - other) for other in chosen)))
    return sorted(chosen)


def _evenly(length: int, most: int) -> list[int]:
    return sorted({round(float(index)) for index in np.linspace(0, length - 1, min(length, most))})
