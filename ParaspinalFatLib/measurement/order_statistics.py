"""Exact percentiles over many sorted arrays without merging them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.measurement.slice_statistics import SliceStatistics

FEW = 20_000
"""Up to this many fractions, sorting them all is faster than looking for the bins. Both give the same."""


def percentiles(pieces: Sequence[SliceStatistics], ranks: Sequence[float]) -> list[float]:
    """Percentiles of all fat fractions of the pieces together, linear between order statistics (Hyndman and Fan type 7).

    The cumulative counts of the pieces are added; they tell in which bin a wanted order statistic lies, and only the
    fractions in that bin are looked at. The result is that of sorting everything.

    Args:
        pieces: at least one of them has fractions.
        ranks: percentages, 0 to 100.
    """
    if len(pieces) == 1 or sum(len(piece.fractions) for piece in pieces) <= FEW:
        return _of_sorted(_merged([piece.fractions for piece in pieces]), ranks)
    below = np.stack([piece.below for piece in pieces])
    total = below.sum(axis=0)
    count = int(total[-1])
    bins: dict[int, npt.NDArray[np.float32]] = {}

    def order_statistic(position: int) -> float:
        number = int(np.searchsorted(total, position, side="right")) - 1
        if number not in bins:
            bins[number] = _values_in_bin(pieces, below, number)
        return float(bins[number][position - int(total[number])])

    return _interpolated(lambda positions: [order_statistic(position) for position in positions], count, ranks)


def _of_sorted(values: npt.NDArray[np.float32], ranks: Sequence[float]) -> list[float]:
    return _interpolated(lambda positions: values[positions].tolist(), len(values), ranks)


def _interpolated(order_statistics: Callable[[list[int]], list[float]], count: int, ranks: Sequence[float]) -> list[float]:
    places = [(count - 1) * rank / 100 for rank in ranks]
    lower = [math.floor(place) for place in places]
    found = order_statistics([*lower, *(min(number + 1, count - 1) for number in lower)])
    neighbours = zip(places, lower, found[: len(lower)], found[len(lower) :], strict=True)
    return [low + (high - low) * (place - number) for place, number, low, high in neighbours]


def _values_in_bin(pieces: Sequence[SliceStatistics], below: npt.NDArray[np.int64], number: int) -> npt.NDArray[np.float32]:
    """The fractions of one bin, sorted."""
    starts, ends = below[:, number], below[:, number + 1]
    filled = np.flatnonzero(starts < ends)
    return _merged([pieces[index].fractions[starts[index] : ends[index]] for index in filled.tolist()])


def _merged(parts: Sequence[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
    """Sorted parts as one sorted array."""
    if len(parts) == 1:
        return parts[0]
    together = np.concatenate(parts)
    together.sort()
    return together
